"""The command `import-events`: reads a municipal event list, writes its gatherings, says what became of them."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import Invalid
from idobata.kernel.settings import Settings
from idobata.opendata.csv_text import MAX_BYTES
from idobata.opendata.event_file import ReadResult, read_events
from idobata.opendata.event_groups import EventGroup
from idobata.opendata.import_actions import foresee, import_groups, kept_here
from idobata.opendata.import_report import OUTCOME_WORDS, Imported, Outcome, ReportLine, report_lines, to_csv
from idobata.opendata.import_values import import_values
from idobata.opendata.shift_dates import shifted, weeks_to_shift
from idobata.store.transaction import transaction

IMPORTER = Actor(label="import-events", is_system=True)
# Gatherings to a transaction, and a breath between two of them: people who post must get their turn at the database.
BATCH = 50
_BREATH = 0.03
_SECONDS_BETWEEN_NEWS = 2.0
_REFUSALS_SHOWN = 10

Say = Callable[[str], None]


def import_events_file(
    file: Path, settings: Settings, *, dry_run: bool, publish: bool, shift_dates: bool, report: Path | None, say: Say
) -> bool:
    """Import a file inside an application context; `say` is given lines in Japanese. False when nothing of the file could be used.

    `dry_run` reads and foresees everything and writes nothing but the report. `shift_dates` moves all dates by whole weeks, so
    that the first falls in this week. Without `publish` what is new waits at the desk.
    """
    today = clock.today(settings.city.zone)
    read = _read(file, settings, say)
    if read is None or not can_write(report, say):
        return False
    say(f"{file.name}：{read.profile.label}、{read.encoding}。{read.row_count}行を{len(read.groups)}件の集まりとして読みました。")
    groups = _alone(read.groups)
    if shift_dates and (weeks := weeks_to_shift(groups, today)):
        groups = list(shifted(groups, weeks))
        say(f"日にちを{abs(weeks)}週間{'うしろ' if weeks > 0 else 'まえ'}へ動かしました（曜日はそのままです）。")
    outcomes = _foresee(groups, settings, publish=publish)
    if not dry_run:
        outcomes |= dict(_write([group for group in groups if _is_work(outcomes[group.key])], settings, publish=publish, say=say))
    left_out = {group.key: import_values(group, settings, today).left_out for group in groups}
    lines = report_lines(read, outcomes, left_out)
    _say_summary(groups, outcomes, lines, settings, dry_run=dry_run, publish=publish, moved=shift_dates, say=say)
    if report is not None:
        report.write_bytes(to_csv(lines))
        say(f"行ごとの結果：{report}")
    return any(one.outcome is not Outcome.REFUSED for one in outcomes.values())


def _read(file: Path, settings: Settings, say: Say) -> ReadResult | None:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        say(f"{file} を開けませんでした（{error.strerror or error}）。")
        return None
    try:
        read = read_events(data, clock.today(settings.city.zone))
    except Invalid as refusal:
        say(f"{file.name} は取りこめませんでした。{refusal.problems[0].in_japanese()}")
        return None
    if not read.groups:
        first = next((f"{row.line}行目：{row.reason.in_japanese()}" for row in read.refused if row.reason), "")
        say(f"{file.name} には、取りこめる行がありませんでした。{first}")
        return None
    return read


def can_write(report: Path | None, say: Say) -> bool:
    """True when a report can be written there, or none is wanted. Better said now than after the work is done."""
    if report is None:
        return True
    try:
        with report.open("ab"):
            return True
    except OSError as error:
        say(f"結果を {report} に書けないので、何もしませんでした（{error.strerror or error}）。")
        return False


def _alone(groups: tuple[EventGroup, ...]) -> list[EventGroup]:
    """The gatherings, none of which may lay claim to one that another of the same file is."""
    keys = {group.key for group in groups}
    return [replace(group, other_keys=tuple(key for key in group.other_keys if key not in keys)) for group in groups]


def _foresee(groups: list[EventGroup], settings: Settings, *, publish: bool) -> dict[str, Imported]:
    outcomes: dict[str, Imported] = {}
    for group in groups:
        try:
            outcomes[group.key] = Imported(foresee(group, settings, publish=publish), kept_here(group, settings))
        except Invalid as refusal:
            outcomes[group.key] = Imported(Outcome.REFUSED, reason=refusal.problems[0])
    return outcomes


def _is_work(foreseen: Imported) -> bool:
    return foreseen.outcome in (Outcome.MADE, Outcome.CHANGED)


def _write(groups: list[EventGroup], settings: Settings, *, publish: bool, say: Say) -> Iterator[tuple[str, Imported]]:
    # Only what has work gets a transaction at all: each one makes the readers' kept pages old.
    told_at = time.monotonic()
    for begin in range(0, len(groups), BATCH):
        batch = groups[begin : begin + BATCH]
        with transaction():
            done = import_groups(IMPORTER, batch, settings, publish=publish)
        yield from zip((group.key for group in batch), done, strict=True)
        if time.monotonic() - told_at >= _SECONDS_BETWEEN_NEWS:
            told_at = time.monotonic()
            say(f"  {begin + len(batch):,} / {len(groups):,} 件")
        time.sleep(_BREATH)


def _say_summary(
    groups: list[EventGroup],
    outcomes: dict[str, Imported],
    lines: list[ReportLine],
    settings: Settings,
    *,
    dry_run: bool,
    publish: bool,
    moved: bool,
    say: Say,
) -> None:
    counts = {outcome: sum(one.outcome is outcome for one in outcomes.values()) for outcome in Outcome}
    refused = [line for line in lines if line.outcome is Outcome.REFUSED]
    parts = [f"{OUTCOME_WORDS[one]} {counts[one]:,}件" for one in (Outcome.MADE, Outcome.CHANGED, Outcome.UNCHANGED)]
    say("、".join([*parts, f"{OUTCOME_WORDS[Outcome.REFUSED]} {len(refused):,}行"]) + "。")
    today = clock.today(settings.city.zone)
    worked = [group for group in groups if _is_work(outcomes[group.key])]
    if over := sum(max(one.last_day for one in group.dates) < today for group in worked):
        say(f"このうち{over:,}件は、もう終わったものです。記録として入れたので、これからの一覧には出ません。")
        if not moved:
            say("（--shift-dates をつけると、日にちが今週からになります。）")
    if kept := sum(bool(one.kept) for one in outcomes.values()):
        say(f"{kept:,}件は、こちらで直したところをそのまま残しました。くわしくは結果の表（--report）を見てください。")
    if dry_run:
        say("ためしに読んだだけで、何も書きこんでいません。")
    elif worked and not publish:
        say("新しい集まりは、確認待ちです。/desk で確認すると町に出ます。")
    for line in refused[:_REFUSALS_SHOWN]:
        say(f"  {line.line}行目「{line.title or '（名前なし）'}」：{line.reason}")
    if len(refused) > _REFUSALS_SHOWN:
        say(f"  ほか{len(refused) - _REFUSALS_SHOWN:,}行。--report で全部を書き出せます。")

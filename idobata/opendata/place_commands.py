"""The command `import-places`: reads a municipal list of facilities into the register, and says what became of each row."""

import time
from pathlib import Path

from idobata.kernel.actor import Actor
from idobata.kernel.errors import Invalid
from idobata.kernel.settings import Settings
from idobata.opendata.commands import Say, can_write
from idobata.opendata.csv_text import MAX_BYTES
from idobata.opendata.import_report import OUTCOME_WORDS, Outcome, ReportLine, to_csv
from idobata.opendata.place_import_actions import ImportedPlace, foresee_place, import_places, is_news
from idobata.opendata.place_rows import PlaceList, PlaceRow, read_places
from idobata.places.values import PLACE_WORDS
from idobata.store.transaction import transaction

IMPORTER = Actor(label="import-places", is_system=True)
# Places to a transaction, and a breath between two of them: people who post must get their turn at the database.
BATCH = 50
_BREATH = 0.03
_REFUSALS_SHOWN = 10


def import_places_file(file: Path, settings: Settings, *, dry_run: bool, report: Path | None, say: Say) -> bool:
    """Import a file inside an application context; `say` is given lines in Japanese. False when nothing of the file could be used.

    `dry_run` reads and foresees everything and writes nothing but the report.
    """
    read = _read(file, settings, say)
    if read is None or not can_write(report, say):
        return False
    say(f"{file.name}：公共施設一覧、{read.encoding}。{len(read.rows)}行を読みました。")
    outcomes = {row.line: foresee_place(row, settings) for row in read.rows}
    if not dry_run:
        outcomes |= _write([row for row in read.rows if outcomes[row.line].outcome is not Outcome.REFUSED and is_news(row)], settings)
    lines = [_line(row, outcomes[row.line]) for row in read.rows]
    _say_summary(lines, dry_run=dry_run, say=say)
    if report is not None:
        report.write_bytes(to_csv(lines))
        say(f"行ごとの結果：{report}")
    return any(line.outcome is not Outcome.REFUSED for line in lines)


def _read(file: Path, settings: Settings, say: Say) -> PlaceList | None:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        say(f"{file} を開けませんでした（{error.strerror or error}）。")
        return None
    try:
        read = read_places(data, settings)
    except Invalid as refusal:
        say(f"{file.name} は取りこめませんでした。{refusal.problems[0].in_japanese()}")
        return None
    if not read.rows:
        say(f"{file.name} には、取りこめる行がありませんでした。")
        return None
    return read


def _write(rows: list[PlaceRow], settings: Settings) -> dict[int, ImportedPlace]:
    # Only what has news gets a transaction at all: each one makes the readers' kept pages old.
    outcomes: dict[int, ImportedPlace] = {}
    for begin in range(0, len(rows), BATCH):
        batch = rows[begin : begin + BATCH]
        with transaction():
            done = import_places(IMPORTER, batch, settings)
        outcomes |= {row.line: one for row, one in zip(batch, done, strict=True)}
        time.sleep(_BREATH)
    return outcomes


def _line(row: PlaceRow, done: ImportedPlace) -> ReportLine:
    words = [done.reason.in_japanese()] if done.reason else []
    words += [note.in_japanese() for note in row.notes]
    if done.kept:
        names = "・".join(PLACE_WORDS[name] for name in done.kept)
        words.append(f"こちらでたしかめたところ（{names}）は、そのままにしました。")
    return ReportLine(row.line, row.number, row.name, done.outcome, " ".join(words))


def _say_summary(lines: list[ReportLine], *, dry_run: bool, say: Say) -> None:
    refused = [line for line in lines if line.outcome is Outcome.REFUSED]
    say("、".join(f"{OUTCOME_WORDS[one]} {sum(line.outcome is one for line in lines):,}件" for one in Outcome) + "。")
    if dry_run:
        say("ためしに読んだだけで、何も書きこんでいません。")
    for line in refused[:_REFUSALS_SHOWN]:
        say(f"  {line.line}行目「{line.title or '（名前なし）'}」：{line.reason}")
    if len(refused) > _REFUSALS_SHOWN:
        say(f"  ほか{len(refused) - _REFUSALS_SHOWN:,}行。--report で全部を書き出せます。")

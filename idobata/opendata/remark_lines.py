"""What an official list has no column for, as lines of its remarks: 「持ち物：好きな具をひとつ」. Written and read back here."""

from collections.abc import Iterable, Mapping

from idobata.gatherings.crowds import CROWDS
from idobata.gatherings.first_visit import QUESTIONS
from idobata.gatherings.states import OccurrenceState
from idobata.opendata.event_record import EventRecord
from idobata.opendata.profiles import Meaning

STATES: dict[OccurrenceState, str] = {
    OccurrenceState.PLANNED: "予定",
    OccurrenceState.CONFIRMED: "開催",
    OccurrenceState.MOVED: "変更",
    OccurrenceState.FULL: "満員",
    OccurrenceState.CANCELLED: "中止",
}
ALSO_ONLINE = "オンラインでも参加できます"
_LABELS: dict[Meaning, str] = {
    Meaning.STATE: "状態",
    Meaning.AUDIENCE: "対象",
    Meaning.BRING: "持ち物",
    Meaning.RAIN: "雨の日",
    Meaning.LANGUAGES: "ことば",
    Meaning.PARKING: "駐車場",
    Meaning.CATEGORY: "カテゴリ",
    Meaning.AREA: "地区",
    Meaning.CROWD: "集まる人数",
    Meaning.FACTS: "気軽ポイント",
    Meaning.NO_FACTS: "気軽ポイント（なし）",
    Meaning.ONLINE: "オンライン",
    Meaning.HOMEPAGE: "ホームページ",
}
_MEANINGS = {label: meaning for meaning, label in _LABELS.items()}
_FIRST_VISIT = {f"はじめての人へ（{one.heading}）": one.name for one in QUESTIONS}
_COLON = "："


def small_words(record: EventRecord) -> dict[Meaning, str]:
    """Everything of a record that many lists have no column for, as words; empty where nothing is said."""
    return {
        Meaning.STATE: STATES[record.state],
        Meaning.AUDIENCE: record.audience,
        Meaning.BRING: record.bring,
        Meaning.RAIN: record.rain,
        Meaning.LANGUAGES: record.language,
        Meaning.PARKING: record.parking,
        Meaning.CATEGORY: record.category,
        Meaning.AREA: record.district,
        Meaning.CROWD: CROWDS.get(record.crowd, ""),
        Meaning.FACTS: ";".join(name for name, is_yes in record.facts.items() if is_yes),
        Meaning.NO_FACTS: ";".join(name for name, is_yes in record.facts.items() if not is_yes),
        Meaning.ONLINE: ALSO_ONLINE if record.online else "",
        Meaning.HOMEPAGE: record.homepage,
    }


def remarks_of(record: EventRecord, own_columns: frozenset[Meaning]) -> str:
    """The remarks, a line for each thing that is said and has no column of its own."""
    told = small_words(record)
    if record.state is OccurrenceState.PLANNED:
        del told[Meaning.STATE]
    lines = [f"{_LABELS[meaning]}{_COLON}{words}" for meaning, words in told.items() if words and meaning not in own_columns]
    lines += [f"{label}{_COLON}{words}" for label, name in _FIRST_VISIT.items() if (words := record.first_visit.get(name))]
    return "\n".join(lines)


def read_remarks(text: str) -> tuple[dict[Meaning, str], dict[str, str]]:
    """What remarks tell by meaning, and the answers about a first visit."""
    told: dict[Meaning, str] = {}
    visit: dict[str, str] = {}
    for line in text.split("\n"):
        label, colon, words = line.partition(_COLON)
        if colon and label in _MEANINGS:
            told[_MEANINGS[label]] = words
        elif colon and label in _FIRST_VISIT:
            visit[_FIRST_VISIT[label]] = words
    return told, visit


def read_facts(told: Mapping[Meaning, str]) -> dict[str, bool]:
    """The welcome facts by name."""
    return dict.fromkeys(_names(told.get(Meaning.FACTS, "")), True) | dict.fromkeys(_names(told.get(Meaning.NO_FACTS, "")), False)


def read_crowd(words: str) -> str:
    """The band that `words` say; empty for others."""
    return next((band for band, said in CROWDS.items() if said == words), "")


def _names(cell: str) -> Iterable[str]:
    return (name for name in cell.split(";") if name)

"""The public log: month by month which rule led to what, and how often. No name and no title, so no number is too small to say."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from idobata.kernel.words import N_

RETURNED, HIDDEN, REFUSED, RESTORED, REPORTS, GRANTED, UPHELD = "returned", "hidden", "refused", "restored", "reports", "granted", "upheld"

# The deeds that count, and as what. Those with a `count` in their detail count so often.
COUNTED: dict[str, str] = {
    "desk.returned": RETURNED,
    "desk.change_returned": RETURNED,
    "desk.withdrawn": HIDDEN,
    "moderation.hidden": HIDDEN,
    "moderation.undid_person": HIDDEN,
    "moderation.refused_many": REFUSED,
    "moderation.restored": RESTORED,
    "moderation.undone": RESTORED,
    "report.closed": REPORTS,
    "appeal.granted": GRANTED,
    "appeal.upheld": UPHELD,
}
ACT_WORDS: dict[str, str] = {
    RETURNED: N_("投稿した人に返した"),
    HIDDEN: N_("非公開にした"),
    REFUSED: N_("まとめて断った"),
    RESTORED: N_("もとにもどした"),
    GRANTED: N_("もういちど見て、掲載した"),
    UPHELD: N_("もういちど見て、そのままにした"),
    REPORTS: N_("通報を閉じた"),
}


@dataclass(frozen=True, slots=True)
class LogRow:
    """What was done how often. `about` is the code of a rule; of a closed report how it ended."""

    act: str
    about: str
    count: int


@dataclass(frozen=True, slots=True)
class LogMonth:
    """A month, by its first day, and what was done in it."""

    first: date
    rows: tuple[LogRow, ...]


def months(deeds: Iterable[tuple[date, str, Mapping[str, object]]]) -> tuple[LogMonth, ...]:
    """Deeds (the day, the act, its detail) counted by month, the latest month first. Acts that do not count are passed over."""
    counted: dict[date, Counter[tuple[str, str]]] = {}
    for day, act, detail in deeds:
        if act in COUNTED:
            kind = COUNTED[act]
            about = detail.get("outcome") if kind == REPORTS else detail.get("code")
            # A closed case of three reports is three closed reports.
            number = detail.get("count", 1)
            counted.setdefault(day.replace(day=1), Counter())[kind, str(about or "")] += number if isinstance(number, int) else 1
    order = list(ACT_WORDS)
    return tuple(
        LogMonth(
            first,
            tuple(
                LogRow(act, about, count)
                for (act, about), count in sorted(rows.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0][1]))
                if count
            ),
        )
        for first, rows in sorted(counted.items(), reverse=True)
    )

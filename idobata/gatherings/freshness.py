"""When a host is asked whether a gathering still runs, when she is reminded, and when it is called unconfirmed. Checked is not updated."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from idobata.kernel.words import N_

# Between one mail and the next, and between the last one and the word "unconfirmed".
PATIENCE = timedelta(days=10)
# One question and two reminders.
MOST_MAILS = 3
LINK_LASTS = timedelta(days=30)
# What comes due this soon is asked along with the rest, so that a host with many gatherings gets one mail and not one a week.
ALONG = timedelta(days=14)
# A host is never mailed twice within this time, whatever falls due.
QUIET = timedelta(hours=20)
# Without a mail address somebody has to call; this is the time for it.
CALLING_TIME = timedelta(days=30)
LONGEST_PAUSE = timedelta(days=366)


class Method(StrEnum):
    """How somebody made sure."""

    HOST_TAP = "host_tap"
    PHONE = "phone"
    VISIT = "visit"
    MAIL = "mail"
    PAPER = "paper"
    DESK = "desk"


class Outcome(StrEnum):
    """What came of it."""

    STILL = "still"
    CHANGED = "changed"
    PAUSED = "paused"
    ENDED = "ended"


# On the town's page, behind the date: 「最終確認：11月20日（主催に電話で）」.
METHOD_WORDS: dict[Method, str] = {
    Method.HOST_TAP: N_("主催からの返事で"),
    Method.PHONE: N_("主催に電話で"),
    Method.VISIT: N_("その場に行って"),
    Method.MAIL: N_("主催とのメールで"),
    Method.PAPER: N_("主催からの手紙で"),
    Method.DESK: N_("主催が窓口で"),
}
OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.STILL: N_("続けている"),
    Outcome.CHANGED: N_("変わった"),
    Outcome.PAUSED: N_("お休み"),
    Outcome.ENDED: N_("終わった"),
}
UNCONFIRMED_WORDS = N_("最近の確認がとれていません")


class Step(StrEnum):
    """What is to be done about a gathering now."""

    NOTHING = "nothing"
    ASK = "ask"
    REMIND = "remind"
    LAPSE = "lapse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is known of a published gathering that still has dates to come.

    `last_sign` is the newest of: published, checked, its dates changed by the host. `mails` counts those of the running
    question, `mailed_at` is when the last of them left (None while nobody is being asked).
    """

    last_sign: datetime
    has_address: bool
    mails: int = 0
    mailed_at: datetime | None = None
    paused_until: date | None = None
    is_unconfirmed: bool = False


def next_step(watch: Watch, now: datetime, today: date, every: timedelta) -> Step:
    """The next step for a gathering whose host is asked every `every`. Nothing happens twice: each step changes the watch."""
    if watch.is_unconfirmed or is_paused(watch.paused_until, today):
        return Step.NOTHING
    if now - watch.last_sign < every:
        return Step.NOTHING
    if not watch.has_address:
        return Step.LAPSE if now - watch.last_sign >= every + CALLING_TIME else Step.NOTHING
    if watch.mailed_at is None:
        return Step.ASK
    if now - watch.mailed_at < PATIENCE:
        return Step.NOTHING
    return Step.REMIND if watch.mails < MOST_MAILS else Step.LAPSE


def is_paused(until: date | None, today: date) -> bool:
    """True while a pause lasts; `until` is its last day."""
    return until is not None and today <= until

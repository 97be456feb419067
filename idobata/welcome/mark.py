"""The states of the welcome mark, and when it lapses by itself. No consent of the host, no public mark."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from idobata.kernel.words import N_


class MarkState(StrEnum):
    """Where a gathering stands. Only MARKED is public."""

    NOTED = "noted"
    ASKED = "asked"
    MARKED = "marked"
    RECHECK = "recheck"
    DECLINED = "declined"
    ENDED = "ended"


class Act(StrEnum):
    """What can happen to a mark. AGREE, DECLINE and WITHDRAW are the host's; LAPSE happens by itself; the others are of staff."""

    NOTE = "note"
    ASK = "ask"
    AGREE = "agree"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    RENEW = "renew"
    END = "end"


class Lapse(StrEnum):
    """Why a mark no longer holds."""

    CHANGED = "changed"
    UNCHECKED = "unchecked"
    REVIEW = "review"
    NOT_PUBLISHED = "not_published"


class How(StrEnum):
    """How staff know the gathering."""

    VISIT = "visit"
    PHONE = "phone"
    KNOWN = "known"


class Consent(StrEnum):
    """How the host agreed."""

    LINK = "link"
    PHONE = "phone"
    PAPER = "paper"


_S, _A = MarkState, Act
# From a state (None: no mark yet) by an act to a state. What is not here cannot happen.
STEPS: dict[tuple[MarkState | None, Act], MarkState] = {
    (None, _A.NOTE): _S.NOTED,
    (_S.NOTED, _A.NOTE): _S.NOTED,
    (_S.NOTED, _A.ASK): _S.ASKED,
    (_S.NOTED, _A.AGREE): _S.MARKED,
    (_S.NOTED, _A.END): _S.ENDED,
    (_S.ASKED, _A.NOTE): _S.NOTED,
    (_S.ASKED, _A.ASK): _S.ASKED,
    (_S.ASKED, _A.AGREE): _S.MARKED,
    (_S.ASKED, _A.DECLINE): _S.DECLINED,
    (_S.ASKED, _A.END): _S.ENDED,
    (_S.MARKED, _A.WITHDRAW): _S.DECLINED,
    (_S.MARKED, _A.LAPSE): _S.RECHECK,
    (_S.MARKED, _A.RENEW): _S.MARKED,
    (_S.MARKED, _A.END): _S.ENDED,
    (_S.RECHECK, _A.WITHDRAW): _S.DECLINED,
    (_S.RECHECK, _A.RENEW): _S.MARKED,
    (_S.RECHECK, _A.END): _S.ENDED,
    (_S.DECLINED, _A.NOTE): _S.NOTED,
    (_S.ENDED, _A.NOTE): _S.NOTED,
}

STATE_WORDS: dict[MarkState, str] = {
    MarkState.NOTED: N_("候補（主催にはまだ聞いていません）"),
    MarkState.ASKED: N_("主催の返事を待っています"),
    MarkState.MARKED: N_("町のページに出ています"),
    MarkState.RECHECK: N_("再確認中（町のページには出ていません）"),
    MarkState.DECLINED: N_("主催が「つけない」と言っています"),
    MarkState.ENDED: N_("終わりました"),
}
LAPSE_WORDS: dict[Lapse, str] = {
    Lapse.CHANGED: N_("内容が変わりました"),
    Lapse.UNCHECKED: N_("最近の確認がとれていません"),
    Lapse.REVIEW: N_("見なおす日が来ました"),
    Lapse.NOT_PUBLISHED: N_("掲載が止まりました"),
}
HOW_WORDS: dict[How, str] = {
    How.VISIT: N_("行って見た"),
    How.PHONE: N_("電話で聞いた"),
    How.KNOWN: N_("前から知っている"),
}
CONSENT_WORDS: dict[Consent, str] = {
    Consent.LINK: N_("メールのリンクから"),
    Consent.PHONE: N_("電話で"),
    Consent.PAPER: N_("紙で"),
}


def step(state: MarkState | None, act: Act) -> MarkState | None:
    """The state after an act; None when the act does not fit."""
    return STEPS.get((state, act))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What decides whether a mark still holds. `changed` names the parts of the gathering that are not as they were assessed."""

    is_published: bool
    is_unconfirmed: bool
    changed: tuple[str, ...]
    review_on: date


def lapse_reason(standing: Standing, today: date) -> Lapse | None:
    """Why a mark lapses now, the weightiest reason first; None while it holds. On its review day it still holds."""
    if not standing.is_published:
        return Lapse.NOT_PUBLISHED
    if standing.changed:
        return Lapse.CHANGED
    if standing.is_unconfirmed:
        return Lapse.UNCHECKED
    if today > standing.review_on:
        return Lapse.REVIEW
    return None

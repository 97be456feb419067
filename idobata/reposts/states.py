"""The states of a repost and what leads from one to the next. Every transition stands in one table; what is not in it cannot happen."""

from enum import StrEnum

from idobata.kernel.errors import WrongState
from idobata.kernel.words import N_


class RepostState(StrEnum):
    """How far a repost has come."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    RETURNED = "returned"
    APPROVED = "approved"
    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    """It was handed over and no answer came back: it may be out or not, and somebody has to look."""
    FAILED = "failed"


class Act(StrEnum):
    """What happens to a repost."""

    EDIT = "edit"
    PROPOSE = "propose"
    TAKE_BACK = "take_back"
    APPROVE = "approve"
    RETURN = "return"
    OVERTAKE = "overtake"
    """A gathering it tells of has changed since it was proposed."""
    FALL_DUE = "fall_due"
    BEGIN = "begin"
    ARRIVE = "arrive"
    LOSE = "lose"
    FAIL = "fail"
    RETRY = "retry"
    POST = "post"
    """A person posted it by hand and says so."""


_S, _A = RepostState, Act
TRANSITIONS: dict[tuple[RepostState, Act], RepostState] = {
    (_S.DRAFT, _A.EDIT): _S.DRAFT,
    (_S.PROPOSED, _A.EDIT): _S.DRAFT,
    (_S.RETURNED, _A.EDIT): _S.DRAFT,
    (_S.APPROVED, _A.EDIT): _S.DRAFT,
    (_S.DUE, _A.EDIT): _S.DRAFT,
    (_S.FAILED, _A.EDIT): _S.DRAFT,
    (_S.DRAFT, _A.PROPOSE): _S.PROPOSED,
    (_S.RETURNED, _A.PROPOSE): _S.PROPOSED,
    (_S.PROPOSED, _A.TAKE_BACK): _S.DRAFT,
    (_S.PROPOSED, _A.APPROVE): _S.APPROVED,
    (_S.PROPOSED, _A.RETURN): _S.RETURNED,
    # Whoever said yes may think again, as long as nothing is out.
    (_S.APPROVED, _A.RETURN): _S.RETURNED,
    (_S.DUE, _A.RETURN): _S.RETURNED,
    (_S.PROPOSED, _A.OVERTAKE): _S.DRAFT,
    (_S.APPROVED, _A.OVERTAKE): _S.DRAFT,
    (_S.DUE, _A.OVERTAKE): _S.DRAFT,
    (_S.FAILED, _A.OVERTAKE): _S.DRAFT,
    (_S.APPROVED, _A.FALL_DUE): _S.DUE,
    (_S.DUE, _A.BEGIN): _S.SENDING,
    (_S.SENDING, _A.ARRIVE): _S.SENT,
    (_S.SENDING, _A.LOSE): _S.UNKNOWN,
    (_S.SENDING, _A.FAIL): _S.FAILED,
    (_S.UNKNOWN, _A.ARRIVE): _S.SENT,
    (_S.UNKNOWN, _A.FAIL): _S.FAILED,
    (_S.FAILED, _A.RETRY): _S.DUE,
    (_S.APPROVED, _A.POST): _S.SENT,
    # Only of what fell back by itself while somebody was posting it.
    (_S.DRAFT, _A.POST): _S.SENT,
    (_S.DUE, _A.POST): _S.SENT,
    (_S.UNKNOWN, _A.POST): _S.SENT,
    (_S.FAILED, _A.POST): _S.SENT,
}

STATE_WORDS: dict[RepostState, str] = {
    RepostState.DRAFT: N_("下書き"),
    RepostState.PROPOSED: N_("決裁を待っています"),
    RepostState.RETURNED: N_("返ってきました"),
    RepostState.APPROVED: N_("決裁ずみ"),
    RepostState.DUE: N_("まもなく送ります"),
    RepostState.SENDING: N_("送っています"),
    RepostState.SENT: N_("発信ずみ"),
    RepostState.UNKNOWN: N_("届いたか、わかりません"),
    RepostState.FAILED: N_("送れませんでした"),
}
MEANWHILE = N_("開いているあいだに、ほかの人が進めたようです。いまのようすを見てから、もういちどお願いします。")
# What of them still tells the town nothing, and so may still be stopped by a change.
WAITING = frozenset(state for state, act in TRANSITIONS if act is Act.OVERTAKE)


def can(state: RepostState, act: Act) -> bool:
    """True when `act` fits a repost in this state."""
    return (state, act) in TRANSITIONS


def after(state: RepostState, act: Act) -> RepostState:
    """The state that `act` leads to. Raises WrongState where it does not fit."""
    if (state, act) not in TRANSITIONS:
        raise WrongState(MEANWHILE)
    return TRANSITIONS[state, act]

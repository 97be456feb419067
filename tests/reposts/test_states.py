"""The table of states: every pair of state and act, and no way past the yes."""

import pytest

from idobata.kernel.errors import WrongState
from idobata.reposts.states import STATE_WORDS, TRANSITIONS, WAITING, Act, RepostState, after, can

S = RepostState
# What each act may begin with, and where it leads, said a second time and by act.
LEADS = {
    Act.EDIT: {S.DRAFT: S.DRAFT, S.PROPOSED: S.DRAFT, S.RETURNED: S.DRAFT, S.APPROVED: S.DRAFT, S.DUE: S.DRAFT, S.FAILED: S.DRAFT},
    Act.PROPOSE: {S.DRAFT: S.PROPOSED, S.RETURNED: S.PROPOSED},
    Act.TAKE_BACK: {S.PROPOSED: S.DRAFT},
    Act.APPROVE: {S.PROPOSED: S.APPROVED},
    Act.RETURN: {S.PROPOSED: S.RETURNED, S.APPROVED: S.RETURNED, S.DUE: S.RETURNED},
    Act.OVERTAKE: {S.PROPOSED: S.DRAFT, S.APPROVED: S.DRAFT, S.DUE: S.DRAFT, S.FAILED: S.DRAFT},
    Act.FALL_DUE: {S.APPROVED: S.DUE},
    Act.BEGIN: {S.DUE: S.SENDING},
    Act.ARRIVE: {S.SENDING: S.SENT, S.UNKNOWN: S.SENT},
    Act.LOSE: {S.SENDING: S.UNKNOWN},
    Act.FAIL: {S.SENDING: S.FAILED, S.UNKNOWN: S.FAILED},
    Act.RETRY: {S.FAILED: S.DUE},
    Act.POST: {S.DRAFT: S.SENT, S.APPROVED: S.SENT, S.DUE: S.SENT, S.UNKNOWN: S.SENT, S.FAILED: S.SENT},
}


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("state", RepostState)
def test_every_pair(state: RepostState, act: Act) -> None:
    expected = LEADS[act].get(state)
    assert can(state, act) is (expected is not None)
    if expected is None:
        with pytest.raises(WrongState):
            after(state, act)
    else:
        assert after(state, act) is expected


def test_nothing_leaves_sent_and_every_state_can_be_reached() -> None:
    assert not [pair for pair in TRANSITIONS if pair[0] is S.SENT]
    reached = {S.DRAFT}
    while more := {after for (state, _act), after in TRANSITIONS.items() if state in reached} - reached:
        reached |= more
    assert reached == set(S)


def test_no_machine_sends_what_nobody_approved() -> None:
    """Without the yes, only a person who says that it is out already makes it sent."""
    reached = {S.DRAFT}
    without = {pair: to for pair, to in TRANSITIONS.items() if pair[1] not in (Act.APPROVE, Act.POST)}
    while more := {to for (state, _act), to in without.items() if state in reached} - reached:
        reached |= more
    assert reached == {S.DRAFT, S.PROPOSED, S.RETURNED}


def test_what_is_on_its_way_is_never_pulled_back_by_a_change() -> None:
    assert {S.SENDING, S.SENT, S.UNKNOWN}.isdisjoint(WAITING)
    assert set(STATE_WORDS) == set(S)

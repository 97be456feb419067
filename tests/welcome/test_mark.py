"""The welcome mark as a table of states: nothing public without consent, and nothing public that is not as it was assessed."""

from datetime import date

import pytest

from idobata.welcome.mark import STATE_WORDS, STEPS, Act, Lapse, MarkState, Standing, lapse_reason, step

TODAY = date(2026, 11, 30)


def standing(**changes: object) -> Standing:
    plain: dict[str, object] = {"is_published": True, "is_unconfirmed": False, "changed": (), "review_on": date(2027, 5, 29)}
    return Standing(**(plain | changes))  # type: ignore[arg-type]


def test_only_a_host_s_yes_or_a_renewal_after_it_makes_a_mark_public() -> None:
    into = {(state, act) for (state, act), then in STEPS.items() if then is MarkState.MARKED}
    assert into == {
        (MarkState.NOTED, Act.AGREE),
        (MarkState.ASKED, Act.AGREE),
        (MarkState.MARKED, Act.RENEW),
        (MarkState.RECHECK, Act.RENEW),
    }
    without_consent = {state for (state, act), then in STEPS.items() if then is MarkState.RECHECK}
    assert without_consent == {MarkState.MARKED}, "whoever is rechecked had agreed before"


@pytest.mark.parametrize("state", [MarkState.MARKED, MarkState.RECHECK])
def test_a_host_takes_it_back_whenever_she_has_agreed(state: MarkState) -> None:
    assert step(state, Act.WITHDRAW) is MarkState.DECLINED


@pytest.mark.parametrize("act", [Act.ASK, Act.AGREE, Act.RENEW, Act.LAPSE, Act.WITHDRAW])
def test_a_no_stays_a_no_until_staff_begin_anew(act: Act) -> None:
    assert step(MarkState.DECLINED, act) is None
    assert step(MarkState.DECLINED, Act.NOTE) is MarkState.NOTED
    assert step(MarkState.NOTED, Act.RENEW) is None, "and then the host is asked again"


@pytest.mark.parametrize("state", list(MarkState))
def test_every_state_has_words_and_a_way_out(state: MarkState) -> None:
    assert STATE_WORDS[state]
    assert any(before is state and then is not state for (before, _act), then in STEPS.items())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"review_on": TODAY}, None),
        ({"review_on": date(2026, 11, 29)}, Lapse.REVIEW),
        ({"is_unconfirmed": True}, Lapse.UNCHECKED),
        ({"changed": ("time",)}, Lapse.CHANGED),
        ({"is_published": False}, Lapse.NOT_PUBLISHED),
        ({"changed": ("time",), "is_unconfirmed": True, "review_on": date(2020, 1, 1)}, Lapse.CHANGED),
        ({"is_published": False, "changed": ("time",)}, Lapse.NOT_PUBLISHED),
    ],
)
def test_a_mark_holds_for_what_was_assessed_and_no_longer(changes: dict[str, object], reason: Lapse | None) -> None:
    assert lapse_reason(standing(**changes), TODAY) is reason

"""The demo town's marks: believable, in all states, and each through the actions of staff."""

from collections import Counter

from idobata.demo.marking_actions import MARKS, read_marks
from idobata.demo.seeding_actions import seed_town
from idobata.kernel.settings import Settings
from idobata.welcome.mark import MarkState
from idobata.welcome.mark_actions import lapse_what_no_longer_holds
from idobata.welcome.note_rules import signs_of_a_person
from idobata.welcome.queries import count_by_state
from tests.harness.site import Town


def test_the_town_has_marks_in_every_state_worth_seeing(town: Town, settings: Settings) -> None:
    seed_town(settings)
    lapse_what_no_longer_holds(settings)
    told = Counter(one.state for one in read_marks())
    counts = count_by_state()
    assert counts[MarkState.MARKED] == told["marked"] >= 5
    assert counts[MarkState.RECHECK] == told["recheck"] >= 1
    assert (counts[MarkState.ASKED], counts[MarkState.NOTED]) == (told["asked"], told["noted"])


def test_its_notes_are_about_gatherings_and_its_criteria_are_the_city_s(settings: Settings) -> None:
    for one in read_marks():
        assert signs_of_a_person(one.note) == (), one.gathering
        assert all(settings.criterion(code) for code in one.criteria), one.gathering
    assert MARKS.is_file()

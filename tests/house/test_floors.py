"""The rules of docs/architecture.md that `lint-imports` keeps."""

import pytest

from tests.harness.floors import Plan, read_door

PLAN = Plan(("accounts", "groups", "gatherings", "pages"), frozenset({"demo"}))


@pytest.mark.parametrize(
    ("module", "floor"),
    [
        ("idobata.kernel.clock", 0),
        ("idobata.gatherings", 1),
        ("idobata.gatherings.recurrence", 1),
        ("idobata.gatherings.reviews", 1),
        ("idobata.gatherings.models", 2),
        ("idobata.store.outbox", 2),
        ("idobata.gatherings.list_queries", 3),
        ("idobata.gatherings.posting_actions", 3),
        ("idobata.gatherings.jobs", 4),
        ("idobata.outside.mail", 4),
        ("idobata.gatherings.reading_views", 5),
        ("idobata.accounts.forms", 5),
        ("idobata.web.gate", 5),
        ("idobata.app", 6),
        ("idobata.demo.town_reader", 6),
        ("idobata.welcome.models", None),
    ],
)
def test_the_last_word_of_a_file_names_its_floor(module: str, floor: int | None) -> None:
    assert PLAN.floor(module) == floor


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("idobata.accounts.queries", "idobata.gatherings.models"),  # down, of any feature
        ("idobata.gatherings.posting_actions", "idobata.groups.actions"),  # left
        ("idobata.gatherings.posting_actions", "idobata.gatherings.list_queries"),
        ("idobata.gatherings.models", "idobata.store.types"),
        ("idobata.gatherings.posting_views", "idobata.web.gate"),
        ("idobata.gatherings.posting_views", "idobata.accounts.forms"),
        ("idobata.web.gate", "idobata.store.sessions"),
        ("idobata.store.outbox", "idobata.kernel.clock"),
        ("idobata.app", "idobata.gatherings.reading_views"),
        ("idobata.demo.sow", "idobata.gatherings.posting_actions"),
    ],
)
def test_down_and_left_is_open(importer: str, imported: str) -> None:
    assert PLAN.objection(importer, imported) is None


@pytest.mark.parametrize(
    ("importer", "imported", "reason"),
    [
        ("idobata.gatherings.models", "idobata.gatherings.list_queries", "may not look up"),
        ("idobata.pages.rules", "idobata.accounts.models", "may not look up"),
        ("idobata.gatherings.posting_actions", "idobata.outside.mail", "may not look up"),
        ("idobata.gatherings.views", "idobata.app", "may not look up"),
        ("idobata.groups.actions", "idobata.gatherings.posting_actions", "to the right"),
        ("idobata.groups.words", "idobata.gatherings.rhythm", "to the right"),
        ("idobata.gatherings.views", "idobata.accounts.views", "not called"),
        ("idobata.gatherings.jobs", "idobata.accounts.jobs", "not called"),
        ("idobata.store.outbox", "idobata.gatherings.rules", "knows none"),
        ("idobata.web.gate", "idobata.accounts.queries", "knows none"),
        ("idobata.kernel.text", "idobata.store.types", "may not look up"),
    ],
)
def test_up_and_right_is_shut(importer: str, imported: str, reason: str) -> None:
    assert reason in (PLAN.objection(importer, imported) or "")


def test_a_folder_that_nobody_planned_is_named() -> None:
    assert PLAN.homeless(["idobata.welcome.models", "idobata.gatherings.models", "flask"]) == ["idobata.welcome.models"]


def test_a_door_opens_for_its_floors_and_places_only() -> None:
    door = read_door("bleach: 5, kernel.markup")

    assert door.library == "bleach"
    assert door.lets_in("idobata.kernel.markup", PLAN)
    assert door.lets_in("idobata.pages.views", PLAN)
    assert not door.lets_in("idobata.kernel.markup_words", PLAN)
    assert not door.lets_in("idobata.pages.queries", PLAN)

"""A copy of the town, kept in step by cursor while everything happens to it, ends with exactly what a reader can read."""

import itertools
from collections.abc import Callable
from contextlib import suppress
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from idobata.accounts.actions import find_or_make_person
from idobata.api.marking_actions import begin_anew
from idobata.desk.actions import publish
from idobata.gatherings.date_actions import NewTime, add_date, cancel_date, move_date
from idobata.gatherings.first_step_actions import hide_first_step, show_first_step
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import submit, withdraw
from idobata.gatherings.states import Publication, VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.groups.actions import add_group
from idobata.groups.models import Group
from idobata.kernel.actor import SYSTEM
from idobata.kernel.errors import Invalid, WrongState
from idobata.moderation.holding_actions import hide, restore
from idobata.places.actions import point_to
from idobata.places.models import Place
from idobata.places.queries import is_merged
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.api.conftest import Ask, answer_of
from tests.harness.site import BASE_URL, Town, days_from_monday, new_client, weekly

SATURDAY = days_from_monday(5)
LISTS = (
    "gatherings",
    "occurrences",
    "groups",
    "places",
    "gatherings?district=kitamachi&first_step=1",
    "occurrences?category=eat&weekday=5",
    "places?district=kitamachi",
)


class Mirror:
    """What somebody keeps elsewhere of one list: it only ever asks where it was told to ask."""

    def __init__(self, ask: Ask, of: str, limit: int) -> None:
        self._ask = ask
        self.kept: dict[str, Any] = {}
        self._address = f"/{of}{'&' if '?' in of else '?'}limit={limit}"

    def step(self) -> bool:
        """Take one part; True when there is more at once."""
        part = self._ask(self._address)
        assert (part["next"] is None) != (part["later"] is None)
        for item in part["items"]:
            if item["state"] == "deleted":
                assert set(item) == {"id", "state", "changed"}
                self.kept.pop(item["id"], None)
            else:
                self.kept[item["id"]] = item
        self._address = part["next"] or part["later"]
        return part["next"] is not None

    def sync(self) -> None:
        """Go on to the end."""
        for _ in range(200):
            if not self.step():
                return
        raise AssertionError("a list without an end")


def whole(ask: Ask, of: str) -> dict[str, Any]:
    """What somebody who begins now gets."""
    fresh = Mirror(ask, of, 200)
    fresh.sync()
    return fresh.kept


class Life:
    """What may happen to a town, each by number, so that a list of numbers is a story."""

    def __init__(self, town: Town) -> None:
        self.town, self.settings = town, town.settings
        self.poster, self.editor = town.person(), town.staff()
        self.count = itertools.count()
        self.acts: list[Callable[[int], object]] = [
            self.post,
            self.post,
            self.rename,
            self.cancel,
            self.move,
            self.add,
            self.take_away,
            self.withdraw,
            self.again,
            self.hide,
            self.restore,
            self.erase,
            self.mark,
            self.facts,
            self.other_district,
            self.rename_place,
            self.merge,
            self.go_home,
            self.group,
            self.rename_group,
            self.private,
        ]

    def do(self, act: int, which: int) -> None:
        """One act in one transaction; what the rules refuse does not happen."""
        with suppress(Invalid, WrongState):
            self.acts[act % len(self.acts)](which)
        db.session.rollback()

    def post(self, which: int) -> None:
        number = next(self.count)
        more = {"category": ("eat", "learn")[which % 2], "district": ("kitamachi", "minato")[which // 2 % 2]}
        self.town.published(
            self.poster,
            title=f"集まり{number}",
            place=PlaceWords(name=f"公民館{which % 3}"),
            schedule=weekly(SATURDAY + timedelta(days=which % 2), count=1 + which % 4),
            **more,
        )

    def rename(self, which: int) -> None:
        self.on(which, lambda row: setattr(row, "title", f"名前{next(self.count)}"))

    def cancel(self, which: int) -> None:
        self.on_date(which, lambda row, one: cancel_date(self.editor, row, one.day, "雨", self.settings))

    def move(self, which: int) -> None:
        to = NewTime(day=SATURDAY + timedelta(days=which % 9), starts=time(13), ends=time(15))
        self.on_date(which, lambda row, one: move_date(self.editor, row, one.day, to, "", self.settings))

    def add(self, which: int) -> None:
        to = NewTime(day=SATURDAY + timedelta(days=which % 30), starts=time(9), ends=time(10))
        self.on(which, lambda row: add_date(self.editor, row, to, "", self.settings))

    def take_away(self, which: int) -> None:
        self.on_date(which, lambda _row, one: db.session.delete(one))

    def withdraw(self, which: int) -> None:
        self.on(which, lambda row: withdraw(self.poster, row))

    def again(self, which: int) -> None:
        def back(row: Gathering) -> None:
            submit(self.poster, row, self.settings)
            if row.publication != Publication.PUBLISHED:
                publish(self.editor, row, self.settings)

        self.on(which, back, Publication.WITHDRAWN)

    def hide(self, which: int) -> None:
        self.on(which, lambda row: hide(self.editor, row, self.settings.rules[0].code, "", self.settings))

    def restore(self, which: int) -> None:
        self.on(which, lambda row: restore(self.editor, row, self.settings), Publication.WITHDRAWN)

    def erase(self, which: int) -> None:
        self.on(which, db.session.delete)

    def mark(self, which: int) -> None:
        self.on(which, lambda row: hide_first_step(row) if row.first_step else show_first_step(row, "入りやすい"))

    def facts(self, which: int) -> None:
        self.on(which, lambda row: setattr(row, "facts", {"leave-early": which % 2 == 0}))

    def other_district(self, which: int) -> None:
        def go(row: Gathering) -> None:
            row.district = "minato" if row.district == "kitamachi" else "kitamachi"
            for one in db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == row.id)):
                one.district = row.district

        self.on(which, go)

    def rename_place(self, which: int) -> None:
        with transaction():
            places = db.session.scalars(select(Place).order_by(Place.id)).all()
            if places:
                one = places[which % len(places)]
                one.address, one.district = f"北町{next(self.count)}", "kitamachi" if which % 2 else "minato"

    def merge(self, which: int) -> None:
        with transaction():
            places = [one for one in db.session.scalars(select(Place).order_by(Place.id)) if not is_merged(one)]
            if len(places) > 1:
                keep, gone = places[which % len(places)], places[(which + 1) % len(places)]
                for row in db.session.scalars(select(Gathering).where(Gathering.place_id == gone.id)):
                    row.place_id = keep.id
                point_to(gone, keep)

    def go_home(self, which: int) -> None:
        def go(row: Gathering) -> None:
            row.venue_kind, row.area_words = VenueKind.PRIVATE.value, "北町のあたり"

        self.on(which, go)

    def group(self, which: int) -> None:
        def join(row: Gathering) -> None:
            number = next(self.count)
            lead = find_or_make_person("hanako@example.com")
            row.group_id = add_group(SYSTEM, f"group-{number}", f"みなと会{number}", "会います。", None, [], lead).id

        self.on(which, join)

    def rename_group(self, which: int) -> None:
        with transaction():
            groups = db.session.scalars(select(Group).order_by(Group.id)).all()
            if groups:
                one = groups[which % len(groups)]
                one.name, one.slug = f"会{next(self.count)}", f"other-{next(self.count)}" if which % 2 else one.slug

    def private(self, which: int) -> None:
        self.on(which, lambda row: setattr(row, "contact_phone", f"000-{next(self.count)}"))

    def on(self, which: int, act: Callable[[Gathering], object], state: Publication = Publication.PUBLISHED) -> None:
        with transaction():
            rows = db.session.scalars(select(Gathering).where(Gathering.publication == state.value).order_by(Gathering.id)).all()
            if rows:
                act(rows[which % len(rows)])

    def on_date(self, which: int, act: Callable[[Gathering, Occurrence], object]) -> None:
        def on_one(row: Gathering) -> None:
            dates = db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == row.id).order_by(Occurrence.day)).all()
            if dates:
                act(row, dates[which % len(dates)])

        self.on(which, on_one)


@pytest.fixture
def life(town: Town) -> Life:
    """A town to live in."""
    return Life(town)


def test_a_copy_kept_by_cursor_is_the_town_whatever_happens_to_it(life: Life, app: Flask) -> None:
    """One town lives through all stories, one after the other; copies begin before, between and in the middle, and read in small parts."""
    ask = plain(app)
    old = [Mirror(ask, of, 7) for of in LISTS]

    @settings(
        max_examples=6,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 11)), min_size=8, max_size=20), st.integers(1, 5))
    def a_story(story: list[tuple[int, int]], limit: int) -> None:
        copies = [*old, *(Mirror(ask, of, limit) for of in LISTS)]
        for number, (act, which) in enumerate(story):
            life.do(act, which)
            # Somewhere in the middle of each copy's own reading.
            copies[(number + which) % len(copies)].step()
        for copy in copies:
            copy.sync()
        for number, of in enumerate(LISTS):
            there = whole(ask, of)
            assert copies[number].kept == there, of
            assert copies[number + len(LISTS)].kept == there, of
        published = set(db.session.scalars(select(Gathering.public_id).where(Gathering.publication == Publication.PUBLISHED.value)))
        assert set(copies[0].kept) == published

    a_story()


def plain(app: Flask) -> Ask:
    """Asks and reads the answer, no more: the form of answers has its own tests."""
    client = new_client(app)

    def asked(path: str) -> Any:
        response = client.get(path.removeprefix(BASE_URL) if path.startswith(BASE_URL) else f"/api/v1{path}")
        assert response.status_code == 200, response.text[:300]
        return answer_of(response)

    return asked


def test_after_a_restore_a_copy_is_told_to_begin_anew(town: Town, ask: Ask) -> None:
    town.published()
    later = ask("/gatherings")["later"]
    begin_anew()
    assert ask(later, status=410)["status"] == 410
    assert len(ask("/gatherings")["items"]) == 1


def test_what_was_never_public_never_shows_not_even_as_gone(town: Town, ask: Ask) -> None:
    later = ask("/gatherings")["later"]
    draft = town.draft()
    with transaction():
        db.session.delete(draft)
    waiting = town.waiting()
    with transaction():
        waiting.title = "まだ読めない"
    assert ask(later)["items"] == []

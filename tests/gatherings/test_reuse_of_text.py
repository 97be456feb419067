"""A poster chooses whether others may use her words: asked plainly, given by a deed of her own, taken back at once."""

from dataclasses import replace
from datetime import time

import pytest
from werkzeug.datastructures import MultiDict

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.posting_actions import change
from idobata.gatherings.posting_forms import PostingForm
from idobata.gatherings.stored_forms import stored_data
from idobata.gatherings.version_queries import waiting_version
from idobata.kernel.settings import Settings
from idobata.kernel.words import in_japanese
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, once, press
from tests.harness.site import days_from_monday as day_of_the_week

SATURDAY = day_of_the_week(5)
SAID = "この文章は、出典をつけて再利用できます"
NEW = {
    "day": SATURDAY.isoformat(),
    "starts": "10:00",
    "rhythm": "once",
    "venue_kind": "place",
    "place_name": "みどり公民館",
    "title": "朝の散歩",
    "summary": "川ぞいを歩きます。",
    "fee_kind": "free",
    "host_name": "はなこ",
    "email": "hanako@example.com",
    "pledge": "y",
}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """A yes or no is kept alike by every database."""
    return sqlite_database_url


def by_default(settings: Settings, *, ticked: bool) -> Settings:
    return replace(settings, opendata=replace(settings.opendata, reuse_by_default=ticked))


@pytest.mark.parametrize("ticked", [False, True])
def test_an_untouched_form_has_the_tick_only_where_the_city_says_so(town: Town, settings: Settings, ticked: bool) -> None:
    assert PostingForm(by_default(settings, ticked=ticked)).reuse_text.data is ticked


def test_a_tick_that_was_taken_off_stays_off_whatever_the_default(town: Town, settings: Settings) -> None:
    assert PostingForm(by_default(settings, ticked=True), formdata=MultiDict(NEW)).reuse_text.data is False


@pytest.mark.parametrize("freed", [False, True])
def test_the_form_of_a_stored_gathering_says_what_its_poster_chose(town: Town, settings: Settings, freed: bool) -> None:
    row = town.published(reuse_text=freed)
    form = PostingForm(by_default(settings, ticked=not freed), signed_in=True, data=stored_data(row))
    assert form.reuse_text.data is freed
    card = Cards(settings, "ja", in_japanese).gathering(row)
    assert card.reuse_text is freed
    assert [one.reuse_text for one in card.upcoming] == [freed]


def test_the_log_says_since_when_the_words_are_free_and_when_they_were_taken_back(town: Town, settings: Settings) -> None:
    hanako = town.person()
    row = town.published(hanako, reuse_text=True)
    with transaction():
        change(hanako, row, town.values(title=row.title, reuse_text=False), settings)
    deeds = {deed.act: deed.detail for deed in db.session.query(Deed).where(Deed.thing_id == row.public_id)}
    assert deeds["gathering.drafted"]["reuse_text"] is True
    assert deeds["gathering.changed"]["changes"]["reuse_text"] == ["ほかの人も使える", ""]


def test_freeing_the_words_is_no_change_that_waits_or_that_readers_are_told_of(town: Town, settings: Settings) -> None:
    hanako = town.person()
    row = town.published(hanako)
    before = row.sequence
    with transaction():
        change(hanako, row, town.values(title=row.title, reuse_text=True), settings)
    assert (row.reuse_text, row.told_changes, row.sequence, waiting_version(row)) == (True, None, before, None)


def test_taking_it_back_does_not_wait_with_the_rest_of_a_change(town: Town, settings: Settings) -> None:
    hanako = town.person()
    row = town.published(hanako, reuse_text=True)
    later = once(SATURDAY, time(13), time(15))
    with transaction():
        change(hanako, row, town.values(title=row.title, reuse_text=False, schedule=later), settings)
    assert waiting_version(row) is not None
    assert row.reuse_text is False


def test_giving_it_waits_with_the_rest_of_a_change(town: Town, settings: Settings) -> None:
    hanako = town.person()
    row = town.published(hanako)
    with transaction():
        change(hanako, row, town.values(title=row.title, reuse_text=True, schedule=once(SATURDAY, time(13), time(15))), settings)
    waiting = waiting_version(row)
    assert waiting is not None
    assert waiting.values["reuse_text"] is True
    assert row.reuse_text is False


def test_the_page_says_quietly_that_the_words_are_free_and_under_which_licence(client: InspectingClient, town: Town) -> None:
    free, kept = town.published(reuse_text=True), town.published()
    page = client.get(f"/gatherings/{free.public_id}").get_data(as_text=True)
    assert f'{SAID}（<a href="https://creativecommons.org/licenses/by/4.0/deed.ja" rel="license">CC BY 4.0</a>）' in page
    assert SAID not in client.get(f"/gatherings/{kept.public_id}").get_data(as_text=True)


def test_the_preview_asks_once_more_and_sends_what_was_chosen_there(client: InspectingClient, town: Town) -> None:
    page = press(client, "/post", do="preview", **NEW, reuse_text="y").get_data(as_text=True)
    assert page.count('name="reuse_text"') == 1
    assert '<input type="checkbox" name="reuse_text" value="y" form="carried" checked' in page
    unticked = press(client, "/post", do="preview", **NEW).get_data(as_text=True)
    assert '<input type="checkbox" name="reuse_text" value="y" form="carried" aria-describedby' in unticked

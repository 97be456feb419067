"""What a host tells newcomers: how many come, and the steps of a first visit; and what each welcome fact would leave of a list."""

import pytest
from werkzeug.datastructures import MultiDict

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.crowds import CROWDS, is_small
from idobata.gatherings.filters import Filters
from idobata.gatherings.first_visit import LIMIT, QUESTIONS, in_order
from idobata.gatherings.list_queries import count_wishes, find_dates
from idobata.gatherings.posting_actions import change
from idobata.gatherings.posting_forms import PostingForm
from idobata.gatherings.states import FeeKind, SignupKind, VenueKind
from idobata.gatherings.stored_forms import stored_data
from idobata.kernel.actor import SYSTEM
from idobata.kernel.errors import Invalid
from idobata.kernel.settings import Settings
from idobata.kernel.words import in_japanese
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, days_from_monday, press, weekly

DOOR = "赤い屋根のとなり。引き戸は重いです"


@pytest.mark.parametrize(("band", "small"), [("5", True), ("10", True), ("20", False), ("more", False), ("", None), ("7", None)])
def test_a_band_tells_whether_a_group_is_small_and_nothing_tells_nothing(band: str, small: bool | None) -> None:
    assert is_small(band) is small


def test_steps_come_in_the_order_of_a_visit_and_unanswered_ones_are_left_out() -> None:
    assert in_order({"leaving": "だまって帰れます", "door": DOOR, "minutes": "", "unknown": "x"}) == (
        ("入口", DOOR),
        ("帰るとき", "だまって帰れます"),
    )


def test_a_gathering_keeps_its_answers_and_shows_them(town: Town, settings: Settings) -> None:
    row = town.published(crowd="10", first_visit={"door": DOOR})
    card = Cards(settings, "ja", in_japanese).gathering(row)
    assert (card.crowd, card.first_visit) == (CROWDS["10"], (("入口", DOOR),))
    with transaction():
        changed = change(SYSTEM, row, town.values(title=row.title, crowd="20", first_visit={}), settings)
    assert {"crowd", "first_visit"} <= changed
    card = Cards(settings, "ja", in_japanese).gathering(row)
    assert (card.crowd, card.first_visit) == (CROWDS["20"], ())


def test_a_band_that_is_none_of_ours_is_refused(town: Town) -> None:
    with pytest.raises(Invalid), transaction():
        town.draft(crowd="7")


def test_what_is_stored_comes_back_from_the_form_as_it_was(town: Town, settings: Settings) -> None:
    row = town.published(crowd="5", first_visit={"door": DOOR, "total": "100円"})
    sent = MultiDict(PostingForm(settings, signed_in=True, data=stored_data(row)).carried())
    form = PostingForm(settings, signed_in=True, formdata=sent)
    assert (form.crowd.data, form.first_visit.data) == ("5", {"door": DOOR, "total": "100円"})


def test_how_many_come_answers_whether_the_group_is_small(town: Town, settings: Settings) -> None:
    form = PostingForm(settings, signed_in=True, formdata=MultiDict({"crowd": "10", "fee_kind": "free"}))
    assert form._facts(FeeKind.FREE, SignupKind.NONE)["small-group"] is True
    assert "small-group" not in form.facts.known


def test_a_form_asks_and_keeps_every_word_where_one_is_too_long(client: InspectingClient, town: Town) -> None:
    page = client.get("/post").get_data(as_text=True)
    assert all(f'name="first_visit-{one.name}"' in page for one in QUESTIONS)
    long = "あ" * (LIMIT + 1)
    sent = press(client, "/post", do="send", **{"first_visit-door": long, "first_visit-leaving": "だまって"})
    page = sent.get_data(as_text=True)
    assert sent.status_code == 422
    assert 'href="#first_visit-door"' in page
    assert long in page
    assert "だまって" in page


def test_a_gathering_s_page_tells_a_first_visit_step_by_step(client: InspectingClient, town: Town) -> None:
    row = town.published(first_visit={"door": f"{DOOR}<b>"}, crowd="5", facts={"leave-early": True})
    page = client.get(f"/gatherings/{row.public_id}").get_data(as_text=True)
    assert f"{DOOR}&lt;b&gt;" in page
    assert "集まる人数：5人くらいまで" in page
    assert "とちゅうで帰ってもだいじょうぶです。" in page, "in easy Japanese too"
    assert "カメラオフOK" not in page, "nobody wonders about the camera in a room"
    plain = client.get(f"/gatherings/{town.published().public_id}").get_data(as_text=True)
    assert 'id="first-visit"' not in plain
    online = town.published(venue_kind=VenueKind.ONLINE, online_url="https://meet.example/a")
    assert "カメラオフOK" in client.get(f"/gatherings/{online.public_id}").get_data(as_text=True)


def test_each_wish_says_what_it_would_leave(town: Town, settings: Settings) -> None:
    saturday = days_from_monday(5)
    town.published(schedule=weekly(saturday, count=4), facts={"leave-early": True, "come-alone": True})
    town.published(facts={"leave-early": True, "come-alone": False}, fee_kind=FeeKind.PAID, fee_yen=100)
    town.published(signup_kind=SignupKind.REQUIRED, signup_words="電話で")
    town.waiting(facts={"leave-early": True})
    counts = count_wishes(find_dates(Filters(), settings))
    assert (counts["leave-early"], counts["come-alone"], counts.get("trial", 0)) == (2, 1, 0)
    assert (counts["free"], counts["no_signup"], counts["online"]) == (2, 2, 0)
    for wish, number in (("leave-early", 2), ("come-alone", 1)):
        assert find_dates(Filters(facts=(wish,)), settings).total == number
    assert count_wishes(find_dates(Filters(q="ありえない"), settings)) == {}


def test_the_filter_form_shows_the_numbers_before_one_presses(client: InspectingClient, town: Town) -> None:
    town.published(facts={"leave-early": True})
    page = client.get("/gatherings").get_data(as_text=True)
    assert 'とちゅうで帰ってOK <span class="choice__count">1件</span>' in page
    pressed = client.get("/gatherings?fact=leave-early").get_data(as_text=True)
    assert "とちゅうで帰ってOK</span></label>" in pressed

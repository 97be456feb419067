"""What a place says counts for its gatherings where the host said nothing: in the lists as on the page. On both databases."""

from datetime import datetime

from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import create_engine, select, text

from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import count_wishes, find_dates
from idobata.gatherings.models import Gathering, GatheringFact
from idobata.gatherings.place_actions import change_place, merge_places
from idobata.gatherings.posting_actions import change
from idobata.gatherings.states import VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.kernel.layout import migrations_folder
from idobata.places.actions import add_place
from idobata.places.models import Place
from idobata.places.values import PlaceValues
from idobata.store.database import db
from idobata.store.migrating import migrate, step_back
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, store_on, together


def added(name: str, **answers: bool) -> Place:
    with transaction():
        return add_place(
            PlaceValues(name=name, access_facts={slug.replace("_", "-"): yes for slug, yes in answers.items()}), checked=True, how="visit"
        )


def at(place: Place) -> PlaceWords:
    return PlaceWords(public_id=place.public_id, name=place.name)


def says(town: Town, place: Place, **answers: bool) -> None:
    with transaction():
        change_place(
            town.staff(),
            place,
            PlaceValues(name=place.name, access_facts={slug.replace("_", "-"): yes for slug, yes in answers.items()}),
            town.settings,
        )


def titles(town: Town, fact: str) -> set[str]:
    """What a reader finds who asks for a fact; the count shown before she presses says the same."""
    found = {row.gathering.title for row in find_dates(Filters(facts=(fact,)), town.settings).rows}
    assert count_wishes(find_dates(Filters(), town.settings)).get(fact, 0) == len(found)
    return found


def facts_of(row: Gathering) -> dict[str, tuple[bool, bool]]:
    """Its rows: yes or no, and whether from the place."""
    rows = db.session.scalars(select(GatheringFact).where(GatheringFact.gathering_id == row.id))
    return {one.fact: (one.is_yes, one.from_place) for one in rows}


def test_who_asks_for_a_wheelchair_finds_what_the_place_says_and_never_what_the_host_denies(town: Town) -> None:
    hall = added("みどり公民館", wheelchair=True, wide_toilet=True, food=True)
    town.published(place=at(hall), title="だまっている会")
    town.published(place=at(hall), title="いいえの会", facts={"wheelchair": False})
    town.published(place=at(added("舟の家", wheelchair=False)), title="はいの会", facts={"wheelchair": True})
    town.published(place=at(added("丘の家")), title="知らない会")
    assert titles(town, "wheelchair") == {"だまっている会", "はいの会"}
    assert titles(town, "accessible-toilet") == {"だまっている会", "いいえの会"}


def test_the_hosts_own_words_stay_hers_and_the_rows_say_whose_each_is(town: Town) -> None:
    row = town.published(place=at(added("みどり公民館", wheelchair=True, stroller=False)), facts={"quiet": True, "stroller": True})
    assert row.facts == {"quiet": True, "stroller": True}
    assert facts_of(row) == {"quiet": (True, False), "stroller": (True, False), "wheelchair": (True, True)}


def test_a_change_of_the_place_reaches_the_list_and_spares_the_hosts_word(town: Town) -> None:
    hall = added("みどり公民館")
    silent = town.published(place=at(hall), title="だまっている会")
    firm = town.published(place=at(hall), title="いいえの会", facts={"wheelchair": False, "quiet": True})
    assert titles(town, "wheelchair") == set()
    says(town, hall, wheelchair=True)
    assert titles(town, "wheelchair") == {"だまっている会"}
    assert facts_of(firm) == {"wheelchair": (False, False), "quiet": (True, False)}
    says(town, hall, wheelchair=False)
    assert (titles(town, "wheelchair"), facts_of(silent)) == (set(), {"wheelchair": (False, True)})
    says(town, hall)
    assert facts_of(silent) == {}


def test_a_host_who_answers_moves_or_takes_an_answer_back_is_followed(town: Town) -> None:
    hall, other = added("みどり公民館", wheelchair=True), added("丘の家", nursing=True)
    row = town.published(place=at(hall), title="朝の会")
    editor = town.staff()

    def becomes(**changes: object) -> dict[str, tuple[bool, bool]]:
        with transaction():
            change(editor, row, town.values(title="朝の会", **changes), town.settings)
        return facts_of(row)

    assert becomes(place=at(hall), facts={"wheelchair": False}) == {"wheelchair": (False, False)}
    assert becomes(place=at(hall)) == {"wheelchair": (True, True)}
    assert becomes(place=at(other)) == {"nursing": (True, True)}
    assert becomes(venue_kind=VenueKind.ONLINE, place=PlaceWords(), online_url="https://example.com/room") == {}
    assert becomes(place=at(hall)) == {"wheelchair": (True, True)}


def test_two_entries_that_become_one_say_the_same_for_all(town: Town) -> None:
    keep, gone = added("みどり公民館", wheelchair=True), added("緑公民館", wheelchair=False, nursing=True)
    stays, moves = town.published(place=at(keep), title="のこる会"), town.published(place=at(gone), title="うつる会")
    firm = town.published(place=at(gone), title="いいえの会", facts={"nursing": False})
    with transaction():
        merge_places(town.staff(), keep, gone, town.settings)
    assert facts_of(stays) == facts_of(moves) == {"wheelchair": (True, True), "nursing": (True, True)}
    assert facts_of(firm) == {"wheelchair": (True, True), "nursing": (False, False)}
    assert titles(town, "nursing") == {"のこる会", "うつる会"}


def test_a_host_and_an_editor_who_answer_at_once_leave_one_row_each(town: Town, app: Flask) -> None:
    hall = added("みどり公民館")
    row = town.published(place=at(hall), title="朝の会")
    ids, editor, values, settings = (hall.id, row.id), town.staff(), town.values(place=at(hall), facts={"wheelchair": False}), town.settings

    def of_place() -> None:
        with transaction():
            change_place(
                editor, db.session.get_one(Place, ids[0]), PlaceValues(name="みどり公民館", access_facts={"wheelchair": True}), settings
            )

    def of_host() -> None:
        with transaction():
            change(editor, db.session.get_one(Gathering, ids[1]), values, settings)

    together(app, of_place, of_host)
    db.session.rollback()
    assert facts_of(row) == {"wheelchair": (False, False)}, "the host's word counts, whoever was first"


def test_cards_in_a_list_and_the_page_say_the_same(town: Town, client: InspectingClient) -> None:
    row = town.published(place=at(added("みどり公民館", wheelchair=True)), title="だまっている会")
    page = client.get(f"/gatherings/{row.public_id}").get_data(as_text=True)
    assert "場所のこと" in page
    shown = client.get("/gatherings?fact=wheelchair").get_data(as_text=True)
    assert "だまっている会" in shown
    assert "車いす" in shown.split("だまっている会")[1].split("</article>")[0], "the card names the fact it was found by"
    assert "だまっている会" in client.get("/gatherings.rss?fact=wheelchair").get_data(as_text=True)
    says(town, db.session.get_one(Place, row.place_id), wheelchair=False)
    assert "だまっている会" not in client.get("/gatherings?fact=wheelchair").get_data(as_text=True), "no kept page outlives it"


def test_an_older_site_finds_what_its_places_said_at_once(database_url: str, monday: datetime) -> None:
    steps = ScriptDirectory(str(migrations_folder())).walk_revisions()
    step_back(database_url, next(str(step.down_revision) for step in steps if step.path.endswith("_place_facts.py")))
    engine, now = create_engine(database_url), {"now": monday.replace(tzinfo=None)}
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO places (id, public_id, name, kana, folded_name, address, phone, url, access, landmark, parking, access_facts,"
                " created_at, updated_at) VALUES (1, 'k7m2x9pqrs4t', '緑会館', '', '緑会館', '', '', '', '', '', '',"
                ' \'{"wheelchair": true, "wide-toilet": false, "food": true}\', :now, :now)'
            ),
            now,
        )
        for number, venue in ((1, "place"), (2, "place"), (3, "private")):
            connection.execute(
                text(
                    "INSERT INTO gatherings (id, public_id, publication, title, summary, body, host_name, poster_email, venue_kind, place_id,"
                    " area_words, is_online, online_url, fee_kind, fee_words, signup_kind, signup_words, audience, bring, rain, parking,"
                    " language, contact_name, contact_phone, contact_phone_public, contact_email, contact_email_public, contact_url,"
                    " contact_url_public, facts, schedule, sequence, created_at, updated_at, return_words) VALUES (:id, :public_id,"
                    " 'published', '会', '', '', '', '', :venue, 1, '', false, '', 'free', '', 'none', '', '', '', '', '', '', '', '', false,"
                    " '', false, '', false, '{}', '{}', 0, :now, :now, '')"
                ),
                now | {"id": number, "public_id": f"k7m2x9pqrs{number}t", "venue": venue},
            )
        connection.execute(text("INSERT INTO gathering_facts (gathering_id, fact, is_yes) VALUES (2, 'wheelchair', false)"))
    engine.dispose()
    migrate(database_url)
    for _app in store_on(database_url):
        rows = db.session.execute(
            select(GatheringFact.gathering_id, GatheringFact.fact, GatheringFact.is_yes, GatheringFact.from_place).order_by(
                GatheringFact.gathering_id, GatheringFact.fact
            )
        ).all()
        assert [tuple(row) for row in rows] == [
            (1, "accessible-toilet", False, True),
            (1, "wheelchair", True, True),
            (2, "accessible-toilet", False, True),
            (2, "wheelchair", False, False),
        ]

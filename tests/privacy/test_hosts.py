"""A host who leaves takes along what was noted of her: her home, her phone, her code, and her name at what she made sure of."""

import pytest
from sqlalchemy import select

from idobata.accounts.queries import person_by_email
from idobata.desk.actions import publish
from idobata.gatherings.assurance_actions import Heard, goes_on
from idobata.gatherings.freshness import Method
from idobata.gatherings.freshness_models import Assurance
from idobata.gatherings.proxies import Source
from idobata.gatherings.proxy_actions import HostWords, claim, make_code, post_for_host
from idobata.gatherings.states import VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.kernel.settings import Settings
from idobata.privacy.erasing_actions import erase
from idobata.privacy.leaving import Fate
from idobata.privacy.own_queries import everything_about
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.site import Town, days_from_monday, everything, weekly

SONG = ("三丁目カナリア荘", "000-000-7777", "みどり丘九丁目", "奥さまが出た")


@pytest.mark.parametrize("fate", list(Fate))
def test_nothing_of_her_home_and_her_phone_stays(town: Town, settings: Settings, fate: Fate) -> None:
    host, clerk = town.person("tome@example.com", "木村トメ"), town.staff()
    values = town.values(
        schedule=weekly(days_from_monday(5)),
        venue_kind=VenueKind.PRIVATE,
        place=PlaceWords(),
        area_words="北町のどこか",
        exact_place=SONG[0],
    )
    with transaction():
        row = post_for_host(clerk, values, HostWords(source=Source.PAPER, phone=SONG[1], address=SONG[2]), settings)
        publish(clerk, row, settings)
        assert claim(host, make_code(clerk, row, settings), settings) is row
        goes_on(host, row, Heard(Method.HOST_TAP))
        goes_on(clerk, row, Heard(Method.PHONE, SONG[3]))
    told = str(everything_about(host, settings))
    assert all(words in told for words in SONG[:3]), "her file holds all that is hers; what staff noted is not"
    with transaction():
        person = person_by_email("tome@example.com")
        assert person is not None
        erase(person, fate, settings, by="herself")
    left = str(
        {name: rows for name, rows in everything().items() if name in ("assurances", "private_homes", "proxy_posts", "spoken_codes")}
    )
    for words in (*SONG, "木村トメ", "tome@example.com"):
        assert words not in left, words
    # That somebody made sure, and when, is the town's.
    assert [one.method for one in db.session.scalars(select(Assurance).order_by(Assurance.id))] == ["host_tap", "phone"]

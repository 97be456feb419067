"""The data sets on the web: pages, dictionary, files that are kept and asked about, a catalogue that others can read."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF

from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import change, withdraw
from idobata.gatherings.queries import gathering_by_public_id
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.opendata.data_files import data_file, facts_of
from idobata.opendata.data_sets import DATA_SETS
from idobata.opendata.jobs import REFRESHED, refresh
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town

EVENTS = "/opendata/gatherings-base-registry.csv"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; what goes out is tested with the round trip."""
    return sqlite_database_url


def the(public_id: str) -> Gathering:
    """The gathering, read anew: whoever writes a file lets go of all rows."""
    row = gathering_by_public_id(public_id)
    assert row is not None
    return row


def rows(client: InspectingClient, path: str = EVENTS) -> list[dict[str, str]]:
    response = client.get(path)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff"), newline="")))


def test_people_find_each_data_set_its_file_and_its_terms(client: InspectingClient, town: Town) -> None:
    town.published(reuse_text=True)
    page = client.get("/opendata/").get_data(as_text=True)
    for one in DATA_SETS:
        assert f'href="/opendata/{one.stem}.csv"' in page
        assert f'href="/opendata/{one.stem}"' in page
    assert 'rel="license">CC BY 4.0</a>' in page
    assert "/opendata/catalog.jsonld" in page


@pytest.mark.parametrize("one", DATA_SETS, ids=lambda one: one.stem)
def test_every_column_is_explained_on_the_page_and_in_a_table(client: InspectingClient, town: Town, one: Any) -> None:
    page = client.get(f"/opendata/{one.stem}").get_data(as_text=True)
    told = rows(client, f"/opendata/{one.stem}/columns.csv")
    assert [line["列の名前"] for line in told] == [column.header for column in one.profile.columns]
    assert all(line["意味"] and line["書きかた"] for line in told)
    assert all(f'<th scope="row">{column.header}</th>' in page for column in one.profile.columns)
    assert one.profile.history[0].words in page


def test_a_window_that_reaches_into_another_year_says_so(client: InspectingClient, town: Town) -> None:
    town.published()
    page = client.get(f"/opendata/{DATA_SETS[0].stem}").get_data(as_text=True)
    assert "・10月30日（金）から2027年6月2日（水）まで" in page


@pytest.mark.parametrize(
    "path", ["/opendata/nothing", "/opendata/nothing.csv", "/opendata/nothing/columns.csv", "/opendata/..%2f..%2fsecret_key.csv"]
)
def test_there_is_nothing_else(client: InspectingClient, town: Town, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_file_is_given_once_and_named_by_its_content(client: InspectingClient, town: Town) -> None:
    row = town.published(reuse_text=True)
    first = client.get(EVENTS)
    assert first.data.startswith(b"\xef\xbb\xbfNO,")
    assert row.public_id.encode() in first.data
    assert first.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert first.headers["Last-Modified"]
    assert "Set-Cookie" not in first.headers
    assert client.get(EVENTS, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_what_changed_is_in_the_file_after_a_rest_and_only_then_is_the_file_another(
    client: InspectingClient, town: Town, settings: Settings
) -> None:
    gone, stays = town.published(reuse_text=True).public_id, town.published(title="のこる会", reuse_text=True).public_id
    before = client.get(EVENTS)
    refresh(settings, 1)
    assert refresh(settings, 2) == 0  # written a moment ago
    with transaction():
        withdraw(town.staff(), the(gone))
    later = clock.now() + REFRESHED
    with clock.hold(later):
        assert refresh(settings, 3) == len(DATA_SETS)
        assert refresh(settings, 3) == 0
    after = client.get(EVENTS)
    assert gone.encode() not in after.data
    assert stays.encode() in after.data
    assert before.headers["ETag"] != after.headers["ETag"]
    with clock.hold(later + REFRESHED):
        # Something else was changed: the file is written anew, says the same, and keeps its moment.
        refresh(settings, 4)
    assert client.get(EVENTS).headers["Last-Modified"] == after.headers["Last-Modified"]


def test_words_that_are_taken_back_leave_the_file(client: InspectingClient, town: Town, settings: Settings) -> None:
    hanako = town.person()
    public_id = town.published(hanako, title="とりやめる会", reuse_text=True).public_id
    assert public_id.encode() in client.get(EVENTS).data
    with transaction():
        change(hanako, the(public_id), town.values(title="とりやめる会", reuse_text=False), settings)
    with clock.hold(clock.now() + REFRESHED + timedelta(seconds=1)):
        refresh(settings, 2)
    assert rows(client) == []


def test_a_file_cut_short_is_written_anew(client: InspectingClient, town: Town, settings: Settings) -> None:
    town.published(reuse_text=True)
    whole = client.get(EVENTS).data
    file = data_file(settings.machine.data, "gatherings-base-registry")
    file.write_bytes(whole[:20])
    assert facts_of(file) is None
    assert client.get(EVENTS).data == whole


@pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning", "ignore:Dataset.default_context is deprecated:DeprecationWarning"
)
def test_a_portal_reads_the_catalogue(client: InspectingClient, town: Town, settings: Settings) -> None:
    town.published(reuse_text=True)
    response = client.get("/opendata/catalog.jsonld")
    assert response.content_type == "application/ld+json; charset=utf-8"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    graph = Graph().parse(data=response.get_data(as_text=True), format="json-ld")
    base = settings.machine.base_url
    (whole,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert str(whole) == f"{base}/opendata/"
    assert graph.value(whole, DCTERMS.license) == URIRef(settings.opendata.licence_url)
    sets = set(graph.objects(whole, DCAT.dataset))
    assert sets == {URIRef(f"{base}/opendata/{one.stem}") for one in DATA_SETS}
    for one in sets:
        assert graph.value(one, DCTERMS.identifier) is not None
        assert {found.language for found in graph.objects(one, DCTERMS.title) if isinstance(found, Literal)} == {"ja", "en"}
        assert graph.value(one, DCTERMS.publisher) == graph.value(whole, DCTERMS.publisher)
        assert graph.value(one, DCAT.contactPoint) is not None
        file = graph.value(one, DCAT.distribution)
        address = str(graph.value(file, DCAT.downloadURL)).removeprefix(base)
        size = graph.value(file, DCAT.byteSize)
        assert isinstance(size, Literal)
        assert int(size) == len(client.get(address).data)


def test_the_catalogue_stands_alone(client: InspectingClient, town: Town) -> None:
    told = json.loads(client.get("/opendata/catalog.jsonld").data)
    # A context from elsewhere would have every reader ask there first.
    assert isinstance(told["@context"], dict)

"""The document says what the API does: every address, every answer, and nothing that others find wrong with either."""

import json
from collections import Counter
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from jsonschema import Draft202012Validator, FormatChecker
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from idobata.accounts.actions import find_or_make_person
from idobata.api.endpoints import ENDPOINTS, ROOT
from idobata.api.objects import Gathering, Gone, Group, Occurrence, Place
from idobata.api.openapi import document, path_of
from idobata.api.schema import example_of, told_fields
from idobata.gatherings.filters import FILTER_NAMES
from idobata.groups.actions import add_group
from idobata.kernel.actor import SYSTEM
from idobata.kernel.settings import Settings
from idobata.store.transaction import transaction
from tests.api.conftest import holds_against
from tests.harness.site import Town, days_from_monday, new_client, weekly
from tests.house.test_docs import codes, rows_under

# All but the one that wants a bad value refused: by promise it is left out, and said.
CHECKED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """The document does not know which database lies below it."""
    return sqlite_database_url


def test_the_router_and_the_document_know_the_same_addresses(app: Flask, settings: Settings) -> None:
    routed = {
        rule.rule.removeprefix(ROOT): rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{ROOT}/") and rule.rule != f"{ROOT}/openapi.json"
    }
    assert routed == {one.path: f"api.{one.name}" for one in ENDPOINTS}
    assert set(document(settings, "1")["paths"]) == {path_of(one) for one in ENDPOINTS}


def test_every_example_is_what_its_schema_says(settings: Settings) -> None:
    schemas = document(settings, "1")["components"]["schemas"]
    for one in (*(endpoint.answer for endpoint in ENDPOINTS), Gone):
        holds_against(schemas, one.__name__, example_of(one))
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema, format_checker=FormatChecker())


def test_every_reference_leads_somewhere_and_the_document_is_the_same_each_time(app: Flask, settings: Settings) -> None:
    answer = new_client(app).get(f"{ROOT}/openapi.json")
    whole = json.loads(answer.data)
    assert whole["openapi"].startswith("3.1")

    def look(value: Any) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                place: Any = whole
                for step in value["$ref"].removeprefix("#/").split("/"):
                    place = place[step]
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    look(whole)
    assert new_client(app).get(f"{ROOT}/openapi.json").data == answer.data


def test_the_page_about_the_api_names_every_address_and_field() -> None:
    rows = {codes(row[0])[0]: row for row in rows_under("docs/api.md", "## Addresses")}
    assert set(rows) == {(ROOT + one.path).replace("<public_id>", "<id>").replace("<day>", "<YYYY-MM-DD>") for one in ENDPOINTS}
    for one, row in zip(ENDPOINTS, rows.values(), strict=True):
        assert set(codes(row[2])) == set(one.query) - (set(FILTER_NAMES) if "q" in one.query else set())
    for title, kind in (("A gathering", Gathering), ("A date", Occurrence), ("A group", Group), ("A place", Place), ("What is gone", Gone)):
        assert [(codes(row[0])[0], row[1]) for row in rows_under("docs/api.md", f"## {title}")] == told_fields(kind)


def test_schemathesis_finds_nothing(town: Town, app: Flask, settings: Settings) -> None:
    """Requests made up from the document, good and bad, to every address: no 5xx, and no answer the document does not describe."""
    row = town.published(schedule=weekly(days_from_monday(5), count=3))
    assert row.place is not None
    place = row.place.public_id
    with transaction():
        add_group(SYSTEM, "minato-kai", "みなと会", "会います。", "minato", [], find_or_make_person("hanako@example.com"))
    app.test_client_class = FlaskClient
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", app)
    there = {"public_id": row.public_id, "day": days_from_monday(5).isoformat(), "slug": "minato-kai"}
    seen: Counter[int] = Counter()
    for operation in (found.ok() for found in schema.get_all_operations()):
        known = there | ({"public_id": place} if "/places/" in operation.path else {})
        of_path = {one.name: known[one.name] for one in operation.path_parameters}
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for path in ({"path_parameters": of_path}, {}) if of_path else ({},):

                @hypothesis_settings(
                    max_examples=8,
                    database=None,
                    derandomize=True,
                    deadline=None,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                )
                @given(operation.as_strategy(generation_mode=mode, **path))
                def ask(case: schemathesis.Case) -> None:
                    # It reads no compressed answers over WSGI.
                    response = case.call(headers={"Accept-Encoding": "identity"})
                    seen[response.status_code] += 1
                    case.validate_response(response, checks=CHECKED)

                ask()
    assert set(seen) >= {200, 400, 404}, seen

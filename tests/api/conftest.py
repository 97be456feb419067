"""A town for the API: a document to hold its answers against, and a client that does."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

from idobata.api.endpoints import ENDPOINTS, ROOT
from idobata.api.openapi import document
from idobata.kernel.settings import Settings
from tests.harness.site import new_client

Ask = Callable[..., Any]


def answer_of(response: TestResponse) -> Any:
    assert response.mimetype in ("application/json", "application/problem+json"), response.get_data(as_text=True)[:200]
    return json.loads(response.data)


def holds_against(schemas: Mapping[str, Any], name: str, value: object) -> None:
    """Raises where `value` is not what the document says of `name`."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(value)


@pytest.fixture
def ask(app: Flask, settings: Settings) -> Ask:
    """Asks the API as a reader and holds each answer against the document: a path below its root, or a whole address."""
    schemas = document(settings, "1")["components"]["schemas"]
    client = new_client(app)
    base = settings.machine.base_url

    def asked(path: str, status: int = 200, **headers: str) -> Any:
        address = path.removeprefix(base) if path.startswith(base) else f"{ROOT}{path}"
        response = client.get(address, headers=headers)
        assert response.status_code == status, f"{address}: {response.status} {response.get_data(as_text=True)[:300]}"
        found = answer_of(response)
        adapter = app.url_map.bind("x")
        if status < 400:
            endpoint, _values = adapter.match(address.partition("?")[0], method="GET")
            answer = next((one.answer.__name__ for one in ENDPOINTS if endpoint == f"api.{one.name}"), "Gathering")
            holds_against(schemas, answer, found)
        else:
            holds_against(schemas, "Problem", found)
        return found

    return asked

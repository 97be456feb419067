"""The OpenAPI 3.1 document, made of the table of addresses and of the objects' own fields."""

import re
from typing import Any

from idobata.api.endpoints import ENDPOINTS, PATH_WORDS, ROOT, Endpoint, parameters
from idobata.api.objects import Problem
from idobata.api.schema import Json, example_of, reference, schemas_of
from idobata.kernel.settings import Settings

JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"
_PLACEHOLDER = re.compile(r"<(\w+)>")
_ABOUT = """What the town can read, for programs. Read-only, without a key, for everybody.

Copying the town: ask for a list, follow `next` until it is null, keep the address in `later`. Ask there whenever you like: you get what changed
since, and for what is gone an item with `state: deleted`. With filters, what no longer answers them comes as deleted too.

Any answer carries a strong `ETag`; asking again with `If-None-Match` costs almost nothing. An unknown parameter is ignored; a value that cannot be
used is left out, and `warnings` says so. Only a cursor that is none is refused: a copy must not begin anew without knowing it."""


def document(settings: Settings, version: str) -> Json:
    """The document of this city's API."""
    city = settings.city
    return {
        "openapi": "3.1.1",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": f"{city.english_site_name} API",
            "version": version,
            "description": _ABOUT,
            "license": {"name": settings.opendata.licence, "url": settings.opendata.licence_url},
        },
        "servers": [{"url": settings.machine.base_url}],
        "externalDocs": {"url": f"{settings.machine.base_url}/api/", "description": "for people"},
        "paths": {path_of(one): {"get": _operation(one, settings), "parameters": _path_parameters(one)} for one in ENDPOINTS},
        "components": {
            "schemas": schemas_of(*(one.answer for one in ENDPOINTS), Problem),
            "responses": {
                "Problem": {
                    "description": "What went wrong, in the language asked for",
                    "headers": {"Access-Control-Allow-Origin": _header("always `*`")},
                    "content": {PROBLEM_TYPE: {"schema": reference(Problem), "example": example_of(Problem)}},
                }
            },
        },
        "security": [],
    }


def path_of(endpoint: Endpoint) -> str:
    """Its path as OpenAPI writes it."""
    return ROOT + _PLACEHOLDER.sub(r"{\1}", endpoint.path)


def _operation(endpoint: Endpoint, settings: Settings) -> Json:
    known = parameters(settings)
    answers: Json = {
        "200": {
            "description": " ".join((endpoint.answer.__doc__ or "").split()),
            "headers": {
                "ETag": _header("another for any other content"),
                "Access-Control-Allow-Origin": _header("always `*`"),
                "Link": _header("`rel=next` where a list goes on"),
            },
            "content": {JSON_TYPE: {"schema": reference(endpoint.answer), "example": example_of(endpoint.answer)}},
        },
        "304": {"description": "Unchanged since the `ETag` in `If-None-Match`"},
        "400": {"$ref": "#/components/responses/Problem"},
    }
    if "<" in endpoint.path:
        answers["404"] = {"$ref": "#/components/responses/Problem"}
    if endpoint.gone:
        answers["410"] = {"$ref": "#/components/responses/Problem"}
    if "cursor" in endpoint.query:
        answers["410"] = {"$ref": "#/components/responses/Problem"}
    if endpoint.name == "place":
        answers["301"] = {"description": "Merged into the place it leads to"}
    return {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": [_query_parameter(name, *known[name]) for name in endpoint.query],
        "responses": dict(sorted(answers.items())),
    }


def _query_parameter(name: str, words: str, schema: Json) -> Json:
    more: Json = {"style": "form", "explode": True} if schema["type"] == "array" else {}
    return {"name": name, "in": "query", "required": False, "description": words, "schema": schema, **more}


def _path_parameters(endpoint: Endpoint) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "description": words, "schema": schema, "example": example}
        for name, (words, schema, example) in ((name, PATH_WORDS[name]) for name in _PLACEHOLDER.findall(endpoint.path))
    ]


def _header(words: str) -> dict[str, Any]:
    return {"description": words, "schema": {"type": "string"}}

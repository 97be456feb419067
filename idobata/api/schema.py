"""One truth for what the API says: from a frozen object to JSON, and from its class to the JSON Schema (2020-12) of that JSON."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Json = dict[str, Any]
_PLAIN: dict[type, Json] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def as_json(value: object) -> Any:
    """A value as JSON has it. Moments are written with their offset."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: as_json(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [as_json(inner) for inner in value]
    if isinstance(value, Enum):
        return value.value
    # A safe piece of HTML is a string of its own kind.
    return str(value) if isinstance(value, str) else value


def schemas_of(*classes: type) -> dict[str, Json]:
    """The schemas of these classes and of all they hold, by name, as `components/schemas` holds them."""
    found: dict[str, Json] = {}
    for one in classes:
        _add(one, found)
    return dict(sorted(found.items()))


def reference(one: type) -> Json:
    """Where a class's schema stands in the document."""
    return {"$ref": f"#/components/schemas/{one.__name__}"}


def example_of(one: type) -> Any:
    """An example made of the fields' own."""
    hints = get_type_hints(one)
    return {field.name: _example(hints[field.name], field.metadata.get("example")) for field in fields(one)}


def told_fields(one: type) -> list[tuple[str, str]]:
    """Each field of a class with what it means."""
    return [(field.name, str(field.metadata["words"])) for field in fields(one)]


def _add(one: type, found: dict[str, Json]) -> None:
    if one.__name__ in found:
        return
    found[one.__name__] = {}
    hints = get_type_hints(one)
    properties: Json = {}
    for field in fields(one):
        schema = _schema(hints[field.name], found)
        # Beside a reference, words would be lost on older readers; there the class speaks for itself.
        properties[field.name] = {**schema, "description": field.metadata["words"]}
    found[one.__name__] = {
        "type": "object",
        "description": " ".join((one.__doc__ or "").split()),
        "properties": properties,
        "required": [field.name for field in fields(one)],
        "additionalProperties": False,
    }


def _schema(hint: Any, found: dict[str, Json]) -> Json:
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if is_dataclass(hint) and isinstance(hint, type):
        _add(hint, found)
        return reference(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"type": "string", "enum": list(inner)}
    if origin is tuple:
        return {"type": "array", "items": _schema(inner[0], found)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _schema(inner[1], found)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [{"type": "null"} if one is types.NoneType else _schema(one, found) for one in inner]}
    raise TypeError(f"no schema for {hint!r}")


# Where a field has no example of its own, it is an address.
_ADDRESS = "https://idobata.example.jp/gatherings/k7m2x9pqrs4t"


def _example(hint: Any, given: object) -> Any:
    if given is not None:
        return as_json(given)
    if hint is str:
        return "" if given == "" else _ADDRESS
    if is_dataclass(hint) and isinstance(hint, type):
        return example_of(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple:
        return [_example(inner[0], None)]
    if origin in (Union, types.UnionType):
        kinds = [one for one in inner if isinstance(one, type) and is_dataclass(one)]
        return example_of(kinds[0]) if kinds else None
    raise TypeError(f"an example is missing for {hint!r}")

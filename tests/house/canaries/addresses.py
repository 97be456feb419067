"""Real addresses for each rule: every placeholder filled with every id there is, and once with one that nobody has."""

import re
from collections.abc import Iterator
from itertools import product

from flask import Flask
from werkzeug.routing import Rule

from tests.house.canaries.town import Canaries

NOBODYS = {
    "token": "x" * 43,
    "ticket": "x" * 43,
    "slug": "nobody",
    "day": "2026-12-31",
    "number": "9",
    "month": "2026-12",
    "z": "1",
    "x": "1",
    "y": "0",
}
NO_ID = "2" * 12
_PLACEHOLDER = re.compile(r"<(?:([a-z]+)(?:\([^)]*\))?:)?(\w+)>")


def rules(app: Flask) -> list[Rule]:
    """Every rule but the packed files, whose bytes are those of the clone."""
    return sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint != "static_files.send"), key=lambda one: one.rule)


def real(rule: Rule, town: Canaries) -> Iterator[str]:
    """The rule's addresses with every real id."""
    names = [name for _kind, name in _PLACEHOLDER.findall(rule.rule)]
    for values in product(*(_values(rule.rule, name, town) for name in names)):
        yield fill(rule, dict(zip(names, values, strict=True)))


def made_up(rule: Rule) -> str | None:
    """The rule's address with ids that nobody has; None for a rule without a placeholder."""
    names = [name for _kind, name in _PLACEHOLDER.findall(rule.rule)]
    return fill(rule, {name: NOBODYS.get(name, NO_ID) for name in names}) if names else None


def fill(rule: Rule, values: dict[str, str]) -> str:
    """An address of a rule."""
    return _PLACEHOLDER.sub(lambda match: values[match[2]], rule.rule)


def _values(rule: str, name: str, town: Canaries) -> list[str]:
    if name == "month":
        return ["2026-12"]
    if name == "day":
        return town.days[:1]
    if name == "kind":
        return ["pages", "gatherings", "groups", "places"]
    if name in ("number", "z", "x", "y"):
        return ["1"]
    if name == "token":
        # A link opens what it was made for.
        return next(
            (secrets for start, secrets in town.ids.items() if start.startswith("/") and rule.startswith(start)), [NOBODYS["token"]]
        )
    if name == "slug":
        return [*town.ids["group"], "minato"]
    if name == "stem":
        return ["gatherings-base-registry", "places-recommended"]
    if name == "ticket":
        return town.ids["ticket"]
    if name in ("member_id", "invitation_id", "place_id", "person_id", "case_id", "appeal_id", "sweep_id", "repost_id", "told_id"):
        return town.ids[name.removesuffix("_id")]
    for start, kind in (("/places/", "place"), ("/embed/places/", "place"), ("/desk/places/", "place"), ("/desk/people/", "person")):
        if rule.startswith(start):
            return town.ids[kind]
    return town.ids["gathering"]

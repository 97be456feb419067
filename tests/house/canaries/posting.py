"""Sends every form of every page twice: as a browser would, and with every column of every table beside it."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import Boolean, Date, Float, Integer
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from idobata.store.types import UTCDateTime
from idobata.tables import metadata
from tests.house.canaries.addresses import real
from tests.house.canaries.cast import Visitor
from tests.house.canaries.form_reader import Form, forms_of
from tests.house.canaries.photograph import Photograph, rows, same_dice
from tests.house.canaries.town import Canaries

# What somebody would want to slip in. Everything else gets a value of its column's kind.
WANTED = {"publication": "published", "role": "admin", "roles": "admin", "state": "cancelled", "purpose": "sign_in", "venue_kind": "online"}
MARK = "TSUBAME"


@dataclass(frozen=True, slots=True)
class Found:
    """A form that somebody may open, and the button to press."""

    rule: str
    visitor: Visitor
    page: str
    form: Form
    button: tuple[str, str]


def every_column() -> dict[str, str]:
    """Every column name of every model, with something to write into it."""
    found: dict[str, str] = {}
    for table in metadata().sorted_tables:
        for column in table.columns:
            kind = column.type
            if column.name in WANTED:
                found[column.name] = WANTED[column.name]
            elif isinstance(kind, Boolean):
                found.setdefault(column.name, "1")
            elif isinstance(kind, UTCDateTime):
                found.setdefault(column.name, "2026-01-01T00:00:00+00:00")
            elif isinstance(kind, Date):
                found.setdefault(column.name, "2026-12-24")
            elif isinstance(kind, Integer | Float):
                found.setdefault(column.name, "2")
            else:
                found.setdefault(column.name, f"{MARK}{column.name}")
    return found


def all_forms(town: Canaries, rules: list[Rule], roles: list[str], match: "RuleOf") -> Iterator[Found]:
    """Each form once for each rule it goes to, role and button."""
    seen: set[tuple[str, str, tuple[str, str]]] = set()
    for role in roles:
        visitor = town.visitors[role]
        for rule in rules:
            if "GET" not in (rule.methods or ()):
                continue
            for path in real(rule, town):
                answer = visitor.client.get(path)
                if answer.status_code not in (200, 410) or answer.mimetype != "text/html":
                    continue
                for form in forms_of(answer.get_data(as_text=True), path):
                    goes_to = match(form.action)
                    for button in form.buttons or [("", "")]:
                        if (goes_to, role, button) not in seen:
                            seen.add((goes_to, role, button))
                            yield Found(goes_to, visitor, path, form, button)


def bare_forms(town: Canaries, rules: list[Rule], roles: list[str], reached: set[str]) -> Iterator[Found]:
    """For a rule to which no page at hand shows a form (a script sends it, or its moment has not come): our token and nothing else."""
    for role in roles:
        visitor = town.visitors[role]
        token = forms_of(visitor.client.get("/post").get_data(as_text=True), "/post")[-1].fields[0]
        assert token[0] == "csrf_token"
        for rule in rules:
            if "POST" in (rule.methods or ()) and rule.rule not in reached:
                path = next(real(rule, town))
                yield Found(rule.rule, visitor, path, Form(path, [token], {"csrf_token"}), ("", ""))


class RuleOf:
    """Which rule an address belongs to."""

    def __init__(self, app: Flask) -> None:
        self._urls = app.url_map.bind("localhost")

    def __call__(self, path: str) -> str:
        rule, _values = self._urls.match(path.split("?")[0], method="POST", return_rule=True)
        return str(rule.rule)


def difference(one: Found, photograph: Photograph, extra: dict[str, str]) -> str:
    """What the extra columns changed beyond what the form itself changes; empty when nothing."""
    plain, with_extra = (_send(one, photograph, more) for more in ({}, extra))
    told = f"{one.visitor.role} {one.rule} {one.button}"
    if with_extra[0].status_code >= 500:
        return f"{told}: {with_extra[0].status_code}"
    if plain[1] == with_extra[1] or with_extra[0].status_code in (400, 403, 413, 422):
        return "" if plain[1] == with_extra[1] or with_extra[1] == _before(photograph) else f"{told}: refused, yet something changed"
    changed = {name: sorted(with_extra[1][name] - plain[1][name]) for name in plain[1] if plain[1][name] != with_extra[1][name]}
    return f"{told}: {changed}"


def _send(one: Found, photograph: Photograph, extra: dict[str, str]) -> tuple[TestResponse, dict[str, frozenset[tuple[str, ...]]]]:
    photograph.put_back()
    sent: MultiDict[str, str] = MultiDict(one.form.fields)
    for name, value in extra.items():
        if name not in one.form.names and name != one.button[0]:
            sent.add(name, value)
    if one.button[0]:
        sent.add(*one.button)
    with same_dice():
        answer = one.visitor.client.post(one.form.action, data=sent)
    found = rows()
    return answer, found


def _before(photograph: Photograph) -> dict[str, frozenset[tuple[str, ...]]]:
    photograph.put_back()
    return rows()

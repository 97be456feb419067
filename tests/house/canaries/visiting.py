"""Goes to every address as everybody and writes down what was heard there."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from idobata.store.database import db
from tests.house.canaries.addresses import made_up, real, rules
from tests.house.canaries.cast import Visitor
from tests.house.canaries.cells import Cell, as_text
from tests.house.canaries.town import Canaries

Claim = tuple[str, str, str]
OTHER_KINDS = ("application/json", "text/csv, text/calendar;q=0.9", "application/ld+json, application/activity+json, application/rss+xml")
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_TOKEN = re.compile(r'name="(?:csrf_token|opened)" value="[^"]+"')


@dataclass(slots=True)
class Heard:
    """What a walk through the town brought: where which class was heard by whom (with an example), and what went wrong."""

    claims: dict[Claim, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    requests: int = 0
    statuses: dict[int, int] = field(default_factory=lambda: defaultdict(int))


@contextmanager
def written() -> Iterator[list[str]]:
    """Every statement that writes while the block runs."""
    found: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if _WRITES.match(statement):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)


def walk(town: Canaries, some: list[Rule], roles: list[str], *, most: int | None = None) -> Heard:
    """Visit each rule with each id (or the first `most`) as each role: first, then with a condition, then by HEAD."""
    heard = Heard()
    for rule in some:
        if "GET" not in (rule.methods or ()):
            continue
        for role in roles:
            _visit(rule, town.visitors[role], town, heard, most)
    return heard


def everything_public(app: Flask, town: Canaries) -> dict[str, str]:
    """All a reader can open, byte by byte, without what differs each time."""
    found: dict[str, str] = {}
    for rule in rules(app):
        for path in real(rule, town) if "GET" in (rule.methods or ()) else ():
            answer = town.visitors["anonymous"].client.get(path)
            text = answer.get_data(as_text=True)
            bare = _TOKEN.sub("", text)
            # The tag of a page with a form holds the token too.
            left_out = {"date", "etag", "content-length"} if bare != text else {"date"}
            found[path] = (
                f"{answer.status} {sorted((name, value) for name, value in answer.headers if name.lower() not in left_out)} {bare}"
            )
    return found


def _visit(rule: Rule, visitor: Visitor, town: Canaries, heard: Heard, most: int | None) -> None:
    nowhere = made_up(rule)
    stranger = visitor.client.get(nowhere) if nowhere else None
    for number, path in enumerate(islice(real(rule, town), most)):
        answer = visitor.client.get(path)
        listen(rule, visitor, path, answer, town, heard)
        if answer.status_code == 404 and stranger is not None and nowhere is not None:
            one, other = _bare(answer, path), _bare(stranger, nowhere)
            if one != other:
                heard.faults.append(f"{visitor.role} {path}: not for her, yet it differs from what is not there")
        if number == 0:
            for again in (_with_condition(visitor.client, path, answer), visitor.client.head(path)):
                listen(rule, visitor, path, again, town, heard)
                if again.status_code not in (answer.status_code, 304):
                    heard.faults.append(f"{visitor.role} {path}: {answer.status_code}, then {again.status_code}")


def answers_alike(app: Flask, town: Canaries, roles: list[str]) -> list[str]:
    """Where somebody who asks for another kind of answer gets another one. Each kind has an address of its own here."""
    faults: list[str] = []
    for rule in rules(app):
        for path in islice(real(rule, town), 1) if "GET" in (rule.methods or ()) else ():
            for role in roles:
                client = town.visitors[role].client
                plain = _bare(client.get(path), path)
                for kind in OTHER_KINDS:
                    if _bare(client.get(path, headers={"Accept": kind}), path) != plain:
                        faults.append(f"{role} {path}: something else for {kind}")
    return faults


def _with_condition(client: FlaskClient, path: str, first: TestResponse) -> TestResponse:
    tag = first.headers.get("ETag", '"none"')
    return client.get(
        path, headers={"If-None-Match": tag, "If-Modified-Since": first.headers.get("Last-Modified", "Mon, 30 Nov 2026 00:00:00 GMT")}
    )


def listen(rule: Rule, visitor: Visitor, path: str, answer: TestResponse, town: Canaries, heard: Heard) -> None:
    """Write down what an answer says, and what is wrong with it."""
    heard.requests += 1
    heard.statuses[answer.status_code] += 1
    text = as_text(answer.headers, answer.data)
    if answer.status_code >= 500:
        heard.faults.append(f"{visitor.role} {path}: {answer.status_code}")
    if visitor.secret and visitor.secret in text:
        heard.faults.append(f"{visitor.role} {path}: the secret of the session is in the answer")
    if visitor.role == "anonymous" and answer.request.method != "POST" and answer.headers.get("Set-Cookie"):
        heard.faults.append(f"{visitor.role} {path}: a reader was given a cookie")
    for cell in town.aviary.heard_in(text):
        if cell.what != "public":
            heard.claims.setdefault(
                (rule.rule, visitor.role, seen_as(cell, visitor)), f"{path} sang {cell.table}.{cell.column} of row {cell.row}"
            )


def seen_as(cell: Cell, visitor: Visitor) -> str:
    """The class of a cell in the eyes of a visitor: her own, or somebody else's."""
    return f"own {cell.what}" if visitor.person_id in cell.owners else cell.what


def _bare(answer: TestResponse, path: str) -> tuple[int, str, str]:
    """An answer without what differs anyway: the address that was asked for, and the token, which holds the second it was made in."""
    text = _TOKEN.sub("", answer.get_data(as_text=True))
    for part in sorted((one for one in path.split("/") if len(one) > 3), key=len, reverse=True):
        text = text.replace(part, "…")
    return answer.status_code, text, str(sorted((k, v) for k, v in answer.headers if k not in ("Date", "Content-Length", "ETag")))

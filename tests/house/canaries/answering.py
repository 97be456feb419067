"""Sends something to every address as everybody, and listens to what is answered: an answer tells no more than the page it belongs to."""

from flask import Flask
from werkzeug.routing import Rule

from idobata.web.sessions import cookie_name
from tests.harness.site import BASE_URL
from tests.house.canaries.addresses import real
from tests.house.canaries.cast import Visitor
from tests.house.canaries.form_reader import forms_of
from tests.house.canaries.photograph import Photograph
from tests.house.canaries.town import Canaries
from tests.house.canaries.visibility import is_allowed
from tests.house.canaries.visiting import Heard, listen, written

NONSENSE = {"do": "send", "title": "<b>", "day": "9999-99-99", "email": "@", "code": "nobody", "sure": "?"}
# An address that shows another page than the one it lies below, where what was sent must be mended first.
SHOWS = {"/my/<public_id>/submit": "/my/<public_id>/edit"}


def send_to_all(town: Canaries, some: list[Rule], roles: list[str], photograph: Photograph) -> Heard:
    """Send nothing and nonsense, with a good token, to each rule as each role: for the first id, and nothing for one from the middle.

    What was changed is put back before the next.
    """
    heard = Heard()
    for role in roles:
        visitor = town.visitors[role]
        token = _token(visitor)
        for rule in some:
            if "POST" not in (rule.methods or ()):
                continue
            paths = list(real(rule, town))
            attempts: list[tuple[str, dict[str, str]]] = [(paths[0], {}), (paths[0], NONSENSE)]
            if len(paths) > 1:
                attempts.append((paths[len(paths) // 2], {}))
            for path, words in attempts:
                with written() as statements:
                    answer = visitor.client.post(path, data={"csrf_token": token, **words})
                listen(rule, visitor, path, answer, town, heard)
                if answer.headers.get("Set-Cookie"):
                    _be_yourself_again(visitor)
                if statements:
                    photograph.put_back()
    return heard


def told_too_much(heard: Heard, app: Flask) -> dict[tuple[str, str, str], str]:
    """The claims that neither the rule itself nor the page it belongs to may tell, each with an example."""
    pages = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return {
        (rule, role, what): example
        for (rule, role, what), example in sorted(heard.claims.items())
        if not any(is_allowed((page, role, what)) for page in _pages_of(rule, pages))
    }


def _pages_of(rule: str, pages: list[str]) -> list[str]:
    """The page below which an address lies (/desk/<public_id> of /desk/<public_id>/return), and itself."""
    above = [page for page in pages if page != "/" and (rule == page or rule.startswith(page.rstrip("/") + "/"))]
    return [rule, SHOWS.get(rule, rule), *sorted(above, key=len)[-1:]]


def _be_yourself_again(visitor: Visitor) -> None:
    """A link that was pressed signs in whoever it was mailed to, and signing out ends it."""
    name = cookie_name(BASE_URL)
    if visitor.secret:
        visitor.client.set_cookie(name, visitor.secret)
    else:
        visitor.client.delete_cookie(name)


def _token(visitor: Visitor) -> str:
    form = forms_of(visitor.client.get("/post").get_data(as_text=True), "/post")[-1]
    return dict(form.fields)["csrf_token"]

"""What all ways of signing in share: the cookie, where to go, and the device in plain words."""

from datetime import datetime

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from idobata.accounts.devices import device_words
from idobata.accounts.models import Person
from idobata.accounts.session_actions import begin_session, end_session
from idobata.web.destinations import destination
from idobata.web.pages import current_language
from idobata.web.rooms import city_settings
from idobata.web.sessions import asking_cookie_name, cookie_name, drop_cookie, set_cookie

LONGEST_SECRET = 100


def begin_here(person: Person) -> tuple[str, datetime]:
    """A session for this browser, in the running transaction. The second factor is still to come."""
    return begin_session(person, city_settings().policy, device=this_device())


def welcome(person: Person, session: tuple[str, datetime], then: str) -> Response:
    """Give the browser its session and lead it on: staff to their second factor, others to where they wanted to go."""
    if g.session_secret:
        end_session(g.session_secret)
    if person.roles:
        response = redirect(url_for("second.ask", then=then or None, lang=lang()), 303)
    else:
        response = redirect(destination(then, is_staff=False), 303)
    return with_session(response, session)


def with_session(response: Response, session: tuple[str, datetime]) -> Response:
    """The response with this session's cookie; the cookie of having asked has done its work."""
    base_url = city_settings().machine.base_url
    set_cookie(response, cookie_name(base_url), *session)
    if asking_secret() is not None:
        drop_cookie(response, asking_cookie_name(base_url))
    return response


def asking_secret() -> str | None:
    """The secret this browser got when it asked for a sign-in mail."""
    value = request.cookies.get(asking_cookie_name(city_settings().machine.base_url))
    return value if value and len(value) < LONGEST_SECRET else None


def this_device() -> str:
    """This browser and its system in plain words."""
    return device_words(request.headers.get("User-Agent", ""))


def lang() -> str | None:
    """The `lang` of an address, where it has to be said."""
    return None if current_language() == "ja" else current_language()

"""The door for programs that subscribe to feeds (WebSub). No session, no token, nothing that a browser may send."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, request
from werkzeug.exceptions import HTTPException

from idobata.hub.actions import ask_receiver
from idobata.hub.asking import read_asked
from idobata.hub.queries import count_subscriptions
from idobata.kernel.errors import Invalid
from idobata.kernel.words import N_
from idobata.store.rate_limits import all_allowed, network_of
from idobata.web.gate import for_machines
from idobata.web.guards import public
from idobata.web.pages import sentence
from idobata.web.rooms import city_settings

blueprint = Blueprint("hub", __name__)
# An hour's questions of one network, and about one receiver: whoever subscribes to every feed of a town stays below.
MOST_OF_NETWORK, MOST_OF_RECEIVER = 300, 300
_FEEDS = "feeds."


@blueprint.post("/hub")
@public
@for_machines
def ask() -> Response:
    """Subscribe or unsubscribe: answered with 202, and then the callback is asked whether it means it."""
    settings = city_settings()
    if not settings.policy.websub:
        abort(404)
    try:
        asked = read_asked(request.form, settings.machine.base_url, timedelta(days=settings.policy.websub_days))
    except Invalid as problem:
        return _said(problem.problems[0].sentence, 400)
    if not _is_a_feed(asked.topic):
        return _said(N_("hub.topic は、このサイトのフィードのアドレスです。"), 400)
    receiver = urlsplit(asked.callback).hostname or ""
    if not all_allowed(("hub", network_of(request.remote_addr), MOST_OF_NETWORK), ("hub receiver", receiver, MOST_OF_RECEIVER)):
        return _said(N_("続けて何度も届いています。しばらくしてから、もう一度送ってください。"), 429)
    if count_subscriptions() >= settings.policy.websub_most and asked.mode.value == "subscribe":
        return _said(N_("いまは、これ以上お受けできません。しばらくしてから、もう一度送ってください。"), 503)
    ask_receiver(asked, settings)
    return _said(N_("受けとりました。hub.callback に確認を送ります。"), 202)


def _is_a_feed(topic: str) -> bool:
    """True when the address is one that the feeds answer; whether there is such a group or place is seen when it is read."""
    parts = urlsplit(topic)
    try:
        endpoint, _values = current_app.url_map.bind("").match(parts.path, method="GET")
    except HTTPException:
        return False
    return str(endpoint).startswith(_FEEDS) and parts.path.rpartition(".")[2] != parts.path


def _said(words: str, status: int) -> Response:
    return Response(f"{sentence(words)}\n", status, content_type="text/plain; charset=utf-8")

"""Flask-Login says what the gate says, and keeps nothing of its own."""

from flask import Flask, g
from flask_login import current_user

from idobata.kernel.actor import ANONYMOUS
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, signed_in


def test_current_user_is_whoever_the_gate_let_in(town: Town, app: Flask) -> None:
    hanako = town.person("hanako@example.com", "はなこ")
    with app.test_request_context("/"):
        assert (current_user.is_authenticated, current_user.is_anonymous, current_user.actor) == (False, True, ANONYMOUS)
        g.actor = hanako
        assert (current_user.is_authenticated, current_user.is_anonymous) == (True, False), "signing in shows at once"
        assert (current_user.actor, current_user.get_id()) == (hanako, str(hanako.person_id))


def test_a_signed_in_browser_is_led_on_and_gets_no_cookie_of_flask_login(town: Town, app: Flask, client: InspectingClient) -> None:
    answer = signed_in(app, town.person()).get("/sign-in")
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    assert client.get("/sign-in").status_code == 200
    assert "remember_token" not in str(client.get("/").headers)

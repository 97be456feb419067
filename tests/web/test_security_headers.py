"""What the browser is told about every answer."""

import pytest
from flask import Flask
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from idobata.web.security_headers import apply


def answer(**choice: bool) -> Response:
    response = Response("こんにちは")
    apply(response, **{"private": False, "is_https": False, **choice})
    return response


def policy(response: Response) -> dict[str, str]:
    return dict(rule.split(" ", 1) for rule in response.headers["Content-Security-Policy"].split("; "))


def test_a_public_page_allows_nothing_inline_nothing_foreign_and_no_frame() -> None:
    assert policy(answer()) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_the_other_headers_of_a_public_page_are_exactly_these() -> None:
    headers = {name: value for name, value in answer().headers if name not in ("Content-Type", "Content-Length", "Content-Security-Policy")}
    assert headers == {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), display-capture=(), geolocation=(self), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }


def test_a_private_page_is_kept_nowhere_whatever_the_view_said() -> None:
    response = Response("内部")
    response.headers["Cache-Control"] = "public, max-age=300"
    apply(response, private=True, is_https=False)
    assert response.headers.getlist("Cache-Control") == ["no-store"]


def test_a_public_page_keeps_the_caching_its_view_chose() -> None:
    response = Response("公開")
    response.headers["Cache-Control"] = "public, no-cache"
    apply(response, private=False, is_https=False)
    assert response.headers.getlist("Cache-Control") == ["public, no-cache"]


def test_an_https_site_asks_browsers_to_stay_with_https_for_a_year_without_binding_other_hosts_of_the_city() -> None:
    assert answer(is_https=True).headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in answer(is_https=False).headers


def test_an_address_that_opens_a_door_is_told_to_nobody() -> None:
    assert answer(secret_address=True).headers["Referrer-Policy"] == "no-referrer"


def test_an_embeddable_page_may_stand_in_frames_and_is_otherwise_as_strict() -> None:
    response = answer(embeddable=True)
    assert "X-Frame-Options" not in response.headers
    assert policy(response) == policy(answer()) | {"frame-ancestors": "*"}


@pytest.mark.parametrize("name", ["Content-Security-Policy", "Cross-Origin-Resource-Policy", "Referrer-Policy", "X-Frame-Options"])
def test_what_a_view_has_set_itself_stays_and_is_said_once(name: str) -> None:
    response = Response()
    response.headers[name] = "its own"
    apply(response, private=False, is_https=True)
    assert response.headers.getlist(name) == ["its own"]


def test_flask_answers_take_them_too() -> None:
    app = Flask(__name__)

    @app.after_request
    def close_the_doors(response: FlaskResponse) -> FlaskResponse:
        apply(response, private=True, is_https=True)
        return response

    response = app.test_client().get("/nowhere")
    assert response.status_code == 404
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"

"""Errors as pages: what went wrong and what to do, in plain words, with the right status. Nothing inner leaks."""

import logging

from flask import Flask, Response, g, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, InternalServerError

from idobata.kernel.errors import NotAllowed, NotFound, WrongState
from idobata.kernel.words import N_
from idobata.web.for_programs import FOR_PROGRAMS, PROBLEM_HEADERS, PROBLEM_TYPE, problem_text
from idobata.web.pages import fresh_until

log = logging.getLogger("idobata.web")

# status -> (heading, what to do)
WORDS: dict[int, tuple[str, str]] = {
    400: (N_("送られた内容を読みとれませんでした"), N_("前のページにもどって、もういちど試してください。")),
    403: (
        N_("この操作は受けつけられませんでした"),
        N_("時間がたったのかもしれません。前のページにもどり、読み直してから、もういちど押してください。"),
    ),
    404: (N_("ページが見つかりません"), N_("アドレスが変わったか、まちがっているのかもしれません。さがし直してみてください。")),
    405: (N_("このページは、その方法では開けません"), N_("トップページから入り直してください。")),
    410: (N_("この集まりの掲載は終わりました"), N_("ほかの集まりをさがしてみてください。")),
    413: (N_("送られた内容が大きすぎます"), N_("文章を短くして、もういちど送ってください。")),
    414: (N_("アドレスが長すぎます"), N_("さがす言葉を短くしてみてください。")),
    422: (N_("直していただきたいところがあります"), N_("前のページにもどって、たしかめてください。")),
    429: (N_("短いあいだに、たくさん受けとりました"), N_("1時間ほどおいてから、もういちど試してください。")),
    500: (N_("こちらの不具合で、うまくいきませんでした"), N_("前のページにもどり、少しおいて、もういちど試してください。")),
}


def set_up(app: Flask) -> None:
    """Give an app its error pages."""
    app.register_error_handler(HTTPException, _page)
    app.register_error_handler(NotFound, lambda _error: _answer(404))
    app.register_error_handler(NotAllowed, lambda _error: _answer(404))
    app.register_error_handler(WrongState, _wrong_state)
    app.register_error_handler(RecursionError, lambda _error: _answer(400))
    app.register_error_handler(UnicodeError, _bad_letters)
    app.register_error_handler(InternalServerError, _broken)


def _page(error: HTTPException) -> Response:
    if error.response is not None and error.code in (301, 302, 303, 307, 308):
        return error.response  # type: ignore[return-value]
    response = _answer(error.code or 500)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _wrong_state(error: WrongState) -> Response:
    fresh_until(None)
    page = render_template("error.html", status=409, heading=_("いまは、それができません"), advice=_(error.sentence))
    return Response(page, status=409, content_type="text/html; charset=utf-8")


def _bad_letters(error: UnicodeError) -> Response:
    log.warning("unreadable letters in %s", request.endpoint)
    del error
    return _answer(400)


def _broken(error: InternalServerError) -> Response:
    cause = error.original_exception
    if cause is not None:
        log.error("error in %s", request.endpoint, exc_info=cause)
    return _answer(500)


def _answer(status: int) -> Response:
    if not hasattr(g, "language"):
        # The request failed before the gate; the frame of the page still wants to know.
        g.language = "ja"
    fresh_until(None)
    heading, advice = WORDS.get(status, WORDS[400] if status < 500 else WORDS[500])
    if request.path.startswith(FOR_PROGRAMS):
        return problem(status, _(heading), _(advice))
    page = render_template("error.html", status=status, heading=_(heading), advice=_(advice))
    response = Response(page, status=status, content_type="text/html; charset=utf-8")
    if status == 429:
        response.headers["Retry-After"] = "3600"
    return response


def problem(status: int, title: str, detail: str) -> Response:
    """The answer to a program."""
    fresh_until(None)
    response = Response(problem_text(status, title, detail), status=status, content_type=PROBLEM_TYPE)
    response.headers.extend(PROBLEM_HEADERS)
    if status == 429:
        response.headers["Retry-After"] = "3600"
    return response

"""How programs are told what went wrong: as RFC 9457 writes it, readable from pages of others too."""

import json

FOR_PROGRAMS = "/api/v"
"""Below this path programs ask, and no answer is a page."""
PROBLEM_TYPE = "application/problem+json"
PROBLEM_HEADERS = (("Access-Control-Allow-Origin", "*"),)


def problem_text(status: int, title: str, detail: str, kind: str = "about:blank") -> str:
    """The body. `kind` names the problem where the status alone does not."""
    return json.dumps({"type": kind, "title": title, "status": status, "detail": detail}, ensure_ascii=False)

"""How the API answers: kept by everybody, asked about each time, named by its content, readable from pages of others."""

import json
from hashlib import sha256

from flask import Response, request

JSON_TYPE = "application/json; charset=utf-8"
# What a page of somebody else may ask with, and read of the answer.
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match, Accept-Language",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def open_to_pages(response: Response) -> Response:
    """Let pages of other sites read it; nothing here belongs to whoever asks."""
    response.headers.update(_CORS)
    return response


def send_json(value: object) -> Response:
    """The answer with a strong ETag; 304 for who has it."""
    body = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    response = Response(body, content_type=JSON_TYPE)
    response.headers["Cache-Control"] = "public, no-cache"
    response.set_etag(sha256(body).hexdigest()[:32])
    if request.if_none_match:
        response.make_conditional(request)
    return response

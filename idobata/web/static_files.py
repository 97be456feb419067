"""Serves the site's own styles, scripts and pictures under names that change with their content."""

from flask import Blueprint, Response, abort, current_app, request

from idobata.web.assets import Assets
from idobata.web.guards import public
from idobata.web.rooms import ASSETS

blueprint = Blueprint("static_files", __name__)
FOREVER = "public, max-age=31536000, immutable"


@blueprint.get("/static/<path:name>")
@public
def asset(name: str) -> Response:
    """One file, packed as the browser likes it."""
    assets: Assets = current_app.extensions[ASSETS]
    found = assets.get(name)
    if found is None:
        abort(404)
    accepted = request.accept_encodings
    body, encoding = found.body, ""
    if found.brotli is not None and accepted["br"] > 0:
        body, encoding = found.brotli, "br"
    elif found.gzip is not None and accepted["gzip"] > 0:
        body, encoding = found.gzip, "gzip"
    response = Response(body, content_type=found.content_type)
    response.headers["Cache-Control"] = FOREVER
    response.headers["Vary"] = "Accept-Encoding"
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.set_etag(found.etag.strip('"') + (f"-{encoding}" if encoding else ""))
    response.make_conditional(request)
    return response

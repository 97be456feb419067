"""The city's open data for people and for portals: what there is, what each column means, on what terms, and the files themselves."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as ResponseBase

from idobata.kernel.csv_file import csv_file
from idobata.kernel.errors import NotFound
from idobata.opendata.catalog import Listed, catalog
from idobata.opendata.data_files import FileFacts, data_file
from idobata.opendata.data_sets import DATA_SETS, GATHERINGS, DataSet, data_set
from idobata.opendata.dictionary import COLUMN_HEADERS, dictionary
from idobata.opendata.export_queries import Window
from idobata.opendata.jobs import made
from idobata.web.guards import public
from idobata.web.rooms import city_settings

blueprint = Blueprint("opendata", __name__)
TABLE_TYPE = "text/csv; charset=utf-8; header=present"
PIECE = 65_536


@blueprint.get("/opendata/")
@public
def index() -> str:
    """The data sets, with what is new in them."""
    return render_template("opendata/index.html", data_sets=[(one, _facts(one)) for one in DATA_SETS], gatherings=GATHERINGS)


@blueprint.get("/opendata/<stem>")
@public
def show(stem: str) -> str:
    """A data set: its file, its dictionary, its history."""
    found = _found(stem)
    settings = city_settings()
    window = Window.usual(settings) if found.kind == GATHERINGS else None
    return render_template("opendata/show.html", one=found, facts=_facts(found), columns=dictionary(found.profile), window=window)


@blueprint.get("/opendata/<stem>.csv")
@public
def table(stem: str) -> ResponseBase:
    """The file of a data set: asked about each time, and given only to whoever does not have it yet."""
    found, settings = _found(stem), city_settings()
    facts = made(found, settings)
    response = Response(_pieces(data_file(settings.machine.data, found.stem)), content_type=TABLE_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=f"{settings.city.code}-{found.stem}.csv")
    response.set_etag(facts.sha256[:32])
    # HTTP counts whole seconds; a fraction would always be newer than what a reader has.
    response.last_modified = facts.changed_at.replace(microsecond=0)
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Link"] = f'<{settings.opendata.licence_url}>; rel="license"'
    return response.make_conditional(request)


def _pieces(file: Path) -> Iterator[bytes]:
    """A file bit by bit. It is opened when the first is wanted, so that whoever has it already leaves none open."""
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece


@blueprint.get("/opendata/<stem>/columns.csv")
@public
def columns(stem: str) -> Response:
    """The dictionary of a data set as a table."""
    rows = [(str(number), *line) for number, line in enumerate(dictionary(_found(stem).profile), start=1)]
    return _open(Response(csv_file(COLUMN_HEADERS, rows), content_type=TABLE_TYPE))


@blueprint.get("/opendata/catalog.jsonld")
@public
def catalogue() -> Response:
    """The catalogue in the words of DCAT, for portals that harvest it."""
    settings = city_settings()
    window = Window.usual(settings)
    listed = [_listed(one, _facts(one), window) for one in DATA_SETS]
    told = json.dumps(catalog(listed, settings), ensure_ascii=False, indent=1)
    return _open(make_response(told, {"Content-Type": "application/ld+json; charset=utf-8"}))


def _listed(one: DataSet, facts: FileFacts, window: Window) -> Listed:
    if one.kind != GATHERINGS:
        return Listed(one, facts)
    first, last = date.fromisoformat(facts.day), window.last
    return Listed(one, facts, min(first, window.first), last)


def _open(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    return response


def _found(stem: str) -> DataSet:
    found = data_set(stem)
    if found is None:
        raise NotFound
    return found


def _facts(found: DataSet) -> FileFacts:
    return made(found, city_settings())

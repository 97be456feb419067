"""The API told on a page for people."""

import json

from flask import Blueprint, render_template

from idobata.api.endpoints import ENDPOINTS, MOST, ROOT, USUAL, Endpoint
from idobata.api.objects import Gathering, Gone, Group, Occurrence, Place
from idobata.api.schema import example_of, told_fields
from idobata.gatherings.filters import FILTER_NAMES
from idobata.kernel import clock
from idobata.kernel.words import N_
from idobata.web.guards import public
from idobata.web.pages import fresh_until, sentence
from idobata.web.rooms import addresses, city_settings

blueprint = Blueprint("api_guide", __name__)
# A whole mirror in a few lines: what a reader of the page should understand first.
_MIRROR = """import json, urllib.request

copy, address = {}, "%s"
while address:
    part = json.load(urllib.request.urlopen(address))
    for item in part["items"]:
        if item["state"] == "deleted":
            copy.pop(item["id"], None)
        else:
            copy[item["id"]] = item
    address, later = part["next"], part["later"]
# Keep `copy` and `later`; next time, begin with address = later."""
_ALL_FILTERS = N_("一覧と同じ条件すべて")


@blueprint.get("/api/")
@public
def guide() -> str:
    """How to use it, with commands to try and how to keep a copy."""
    settings = city_settings()
    fresh_until(clock.next_midnight(settings.city.zone))
    root = f"{addresses().base_url}{ROOT}"
    district = settings.districts[0].slug
    return render_template(
        "api/guide.html",
        document_url=f"{root}/openapi.json",
        commands=[
            (sentence(N_("この週末の開催日を、早い順に5つ：")), f"curl '{root}/occurrences?when=weekend&limit=5'"),
            (sentence(N_("ある地区の、申し込みのいらない集まり：")), f"curl '{root}/gatherings?district={district}&no_signup=1'"),
            (sentence(N_("この町の気軽ポイント：")), f"curl '{root}/facts'"),
        ],
        rows=[(sentence(one.words), _address(one), _query_words(one)) for one in ENDPOINTS],
        usual=USUAL,
        most=MOST,
        mirror=_MIRROR % f"{root}/gatherings",
        objects=[
            (one.__name__, json.dumps(example_of(one), ensure_ascii=False, indent=2), told_fields(one))
            for one in (Gathering, Occurrence, Group, Place, Gone)
        ],
    )


def _query_words(endpoint: Endpoint) -> str:
    names = [name for name in endpoint.query if name not in FILTER_NAMES] if "q" in endpoint.query else list(endpoint.query)
    return "、".join([sentence(_ALL_FILTERS), *names] if "q" in endpoint.query else names)


def _address(endpoint: Endpoint) -> str:
    """Its address as people write it."""
    return f"{ROOT}{endpoint.path}".replace("<public_id>", "<id>").replace("<day>", "<YYYY-MM-DD>")

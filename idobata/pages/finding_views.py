"""What robots and those who look after the web ask for at fixed places: sitemap.xml, robots.txt, security.txt."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta

from flask import Blueprint, Response, url_for

from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.kernel.settings import Settings
from idobata.opendata.data_sets import DATA_SETS
from idobata.pages import sitemap_queries
from idobata.pages.robots import robots_txt
from idobata.pages.security_txt import security_txt
from idobata.pages.sitemap import Entry, in_order, index_xml, part_xml
from idobata.web.guards import public
from idobata.web.pages import fresh_until
from idobata.web.rooms import addresses, city_settings

blueprint = Blueprint("finding", __name__)
# Pages of which there is one each. When they were changed only the city's files know.
SINGLE = (
    "pages.home",
    "gatherings.search",
    "gatherings.first_step",
    "gatherings.calendar",
    "maps.show",
    "gatherings.groups",
    "feeds.subscribe",
    "opendata.index",
    "api_guide.guide",
    "embed_builder.build",
    "pages.about",
    "pages.rules",
    "pages.guide",
    "pages.privacy",
    "pages.accessibility",
    "moderation.log",
)
PAGES = "pages"


@blueprint.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """The index of all parts."""
    settings = city_settings()
    entries = [Entry(_absolute(url_for("finding.sitemap_part", kind=PAGES, number=1)))]
    for kind, (shelf, _address) in _shelves(settings).items():
        for part in sitemap_queries.parts(shelf):
            address = _absolute(url_for("finding.sitemap_part", kind=kind, number=part.number))
            entries.append(Entry(address, part.changed_at.astimezone(settings.city.zone)))
    return _xml(index_xml(entries), settings)


@blueprint.get("/sitemap/<kind>-<int:number>.xml")
@public
def sitemap_part(kind: str, number: int) -> Response:
    """One part."""
    settings = city_settings()
    if kind == PAGES:
        entries = [Entry(address) for address in _single_pages(settings)] if number == 1 else []
    else:
        found = _shelves(settings).get(kind)
        # Beyond the last number a database can hold there is nothing either.
        if found is None or not 1 <= number <= 1_000_000:
            raise NotFound
        shelf, address_of = found
        rows = sitemap_queries.part(shelf, number)
        entries = [Entry(address_of(name), changed_at.astimezone(settings.city.zone)) for name, changed_at in rows]
    if not entries:
        raise NotFound
    return _xml(part_xml(entries, in_order(settings.city.languages)), settings)


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """What robots may read."""
    _stays_true(city_settings())
    return _plain(robots_txt(_absolute(url_for("finding.sitemap"))))


@blueprint.get("/.well-known/security.txt")
@public
def security() -> Response:
    """Whom to tell of a hole in the site."""
    settings = city_settings()
    _stays_true(settings)
    here = _absolute(url_for("finding.security"))
    return _plain(security_txt(settings.contact, settings.city.languages, here, clock.today(settings.city.zone)))


def _shelves(settings: Settings) -> dict[str, tuple[sitemap_queries.Shelf, Callable[[str], str]]]:
    made = addresses()
    return {
        "gatherings": (sitemap_queries.gatherings(_over_since(settings)), made.gathering),
        "groups": (sitemap_queries.groups(), made.group),
        "places": (sitemap_queries.places(), made.place),
    }


def _over_since(settings: Settings) -> datetime:
    """As long as lists tell of a cancelled date a gathering whose dates are over stays, too. It moves at midnight only."""
    first = clock.today(settings.city.zone) - timedelta(days=settings.policy.cancelled_keep_days)
    return datetime.combine(first, time(), settings.city.zone).astimezone(UTC)


def _single_pages(settings: Settings) -> Iterable[str]:
    yield from (_absolute(url_for(endpoint)) for endpoint in SINGLE)
    yield from (_absolute(url_for("gatherings.district", slug=one.slug)) for one in settings.districts)
    yield from (_absolute(url_for("opendata.show", stem=one.stem)) for one in DATA_SETS)


def _absolute(path: str) -> str:
    return addresses().base_url + path


def _xml(body: bytes, settings: Settings) -> Response:
    _stays_true(settings)
    return Response(body, content_type="application/xml; charset=utf-8")


def _plain(body: str) -> Response:
    return Response(body, content_type="text/plain; charset=utf-8")


def _stays_true(settings: Settings) -> None:
    fresh_until(clock.next_midnight(settings.city.zone))

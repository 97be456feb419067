"""Which embed belongs to an address that somebody pasted."""

from datetime import date

import pytest

from idobata.embeds.sources import Source, read_address

SITE = "https://idobata.city.example"
ID = "k7m2x9pqrs4t"


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        (f"{SITE}/gatherings", Source("gatherings")),
        (f"{SITE}", Source("gatherings")),
        (f"{SITE}/", Source("gatherings")),
        ("/gatherings?when=weekend", Source("gatherings")),
        (f"{SITE}/gatherings.ics", Source("gatherings")),
        (f"{SITE}/calendar/2026-12", Source("gatherings")),
        (f"{SITE}/map?free=1", Source("gatherings")),
        (f"{SITE}/first-step/", Source("first-step")),
        (f"{SITE}/districts/minato", Source("districts", "minato")),
        (f"{SITE}/groups/awaya-club.rss", Source("groups", "awaya-club")),
        (f" {SITE.upper()}/places/{ID} ", Source("places", ID)),
        (f"{SITE}/gatherings/{ID}", Source("gathering", ID)),
        (f"{SITE}/gatherings/{ID}/2026-12-05#main", Source("gathering", ID, date(2026, 12, 5))),
        (f"{SITE}/embed/groups/awaya-club?look=next", Source("groups", "awaya-club")),
    ],
)
def test_a_page_of_the_site_has_its_embed(typed: str, source: Source) -> None:
    found = read_address(typed, SITE)
    assert found is not None
    assert found.source == source


@pytest.mark.parametrize(
    "typed",
    [
        "https://elsewhere.example/gatherings",
        "//elsewhere.example/gatherings",
        "http://idobata.city.example/gatherings",
        f"{SITE}@elsewhere.example/gatherings",
        "javascript:alert(1)",
        "/desk",
        "/groups",
        "/groups/../desk",
        "/groups/a%2Fb",
        "/places/x",
        f"/gatherings/{ID}/tomorrow",
        f"/gatherings/{ID}/report",
        "http://[",
        "みなと会",
    ],
)
def test_anything_else_has_none(typed: str) -> None:
    assert read_address(typed, SITE) is None


def test_its_filters_come_along() -> None:
    found = read_address(f"{SITE}/districts/minato?category=eat&free=1&lang=en", SITE)
    assert found is not None
    assert found.filters == (("category", "eat"), ("free", "1"), ("lang", "en"))
    assert found.source.embed_path == "/embed/districts/minato"
    assert found.source.own_filters() == [("district", "minato")]

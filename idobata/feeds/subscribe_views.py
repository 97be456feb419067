"""The page that explains, in plain words, how a list comes to people by itself."""

from flask import render_template

from idobata.feeds.link_views import list_twins
from idobata.feeds.poster_queries import POSTER_FEEDS
from idobata.kernel import clock
from idobata.web.guards import public
from idobata.web.pages import current_language, fresh_until, sentence, url
from idobata.web.rooms import addresses, city_settings


@public
def subscribe() -> str:
    """Calendars of phones, feed readers, programs that post by themselves, and scripts."""
    settings = city_settings()
    fresh_until(clock.next_midnight(settings.city.zone))
    base = addresses().base_url
    one = settings.districts[0]
    return render_template(
        "feeds/subscribe.html",
        twins=list_twins("gatherings"),
        feeds=[(sentence(feed.title), sentence(feed.words), base + url(f"feeds.{feed.name}_rss")) for feed in POSTER_FEEDS],
        districts=[
            (one.english if current_language() == "en" else one.name, url("gatherings.district", slug=one.slug) + "#subscribe", False)
            for one in settings.districts
        ],
        example=(
            one.english if current_language() == "en" else one.name,
            base + url("feeds.new_rss", district=one.slug, limit=10),
        ),
        schema=addresses().feed_schema(),
    )

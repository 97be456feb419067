"""The towns that are measured: grown once, kept under the data folder, grown anew when they are out of date."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from idobata.app import create_app
from idobata.demo.growing_actions import grow_town
from idobata.gatherings.models import Gathering, Occurrence
from idobata.groups.models import Group
from idobata.house import read_settings
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.places.models import Place
from idobata.store.database import db
from idobata.store.migrating import is_newest, migrate

SEED = 1
# A town's coming dates run out; after this many days it would be measured half empty.
_GOOD_FOR = timedelta(days=7)
_STAMP = "grown"
_DATABASE = "idobata.sqlite3"

Say = Callable[[str], None]


def town_settings(folder: Path) -> Settings:
    """The demo city with its database in `folder`, and without limits on how much one address may send."""
    settings = read_settings(demo=True)
    machine = replace(settings.machine, data=folder, database_url=f"sqlite:///{folder / _DATABASE}", fixed_now=None)
    policy = replace(settings.policy, posts_per_hour_per_address=1_000_000, mails_per_hour_per_mailbox=1_000_000)
    return replace(settings, machine=machine, policy=policy)


def grown_town(size: int, say: Say) -> Path:
    """The folder of a town of `size` gatherings, grown now if it is missing, old, or of an older database."""
    folder = read_settings(demo=True).machine.data / "bench" / f"town-{size}"
    settings = town_settings(folder)
    if _is_good(folder, settings):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    migrate(settings.machine.database_url)
    app = create_app(settings)
    with app.app_context():
        grow_town(settings, size, SEED, say)
        close(app)
    (folder / _STAMP).write_text(clock.today(settings.city.zone).isoformat())
    return folder


def copy_town(folder: Path, name: str) -> Path:
    """A copy of a town to be written into, in place of an earlier copy of this name."""
    copy = folder.parent / name
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for file in folder.glob(f"{_DATABASE}*"):
        shutil.copyfile(file, copy / file.name)
    return copy


def close(app: Flask) -> None:
    """Let go of the database; inside the app's context."""
    db.session.remove()
    db.engine.dispose()


def _is_good(folder: Path, settings: Settings) -> bool:
    stamp = folder / _STAMP
    if not stamp.is_file() or not is_newest(settings.machine.database_url):
        return False
    return clock.today(settings.city.zone) - date.fromisoformat(stamp.read_text()) <= _GOOD_FOR


def page_addresses(settings: Settings) -> dict[str, str]:
    """The public pages by a short name, with things of this town in their addresses; inside an app context."""
    series = (
        select(Gathering.public_id, Occurrence.day)
        .join(Occurrence, Occurrence.gathering_id == Gathering.id)
        .where(Gathering.publication == "published", Gathering.group_id.is_not(None), Occurrence.ends_at > clock.now() + timedelta(days=7))
        .group_by(Gathering.id)
        .having(func.count() > 10)
        .order_by(Gathering.id)
        .limit(1)
    )
    public_id, day = db.session.execute(series).one()
    group = db.session.scalar(select(Group.slug).order_by(Group.id).limit(1))
    place = db.session.scalar(select(Place.public_id).order_by(Place.id).limit(1))
    district, category = settings.districts[0].slug, settings.categories[0].slug
    fact = next(one.slug for one in settings.facts if one.slug not in ("free", "no-signup"))
    return {
        "home": "/",
        "list": "/gatherings",
        "list, page 20": "/gatherings?page=20",
        "weekend": "/gatherings?when=weekend",
        "a day in 3 months": f"/gatherings?from={clock.today(settings.city.zone) + timedelta(days=90)}",
        "district": f"/gatherings?district={district}",
        "category": f"/gatherings?category={category}",
        "two filters": f"/gatherings?district={district}&category={category}",
        "free": "/gatherings?free=1",
        "online": "/gatherings?online=1",
        "fact": f"/gatherings?fact={fact}",
        "Sunday evening": "/gatherings?weekday=6&time=evening",
        "calendar": "/calendar",
        "map": "/map",
        "gathering": f"/gatherings/{public_id}",
        "date": f"/gatherings/{public_id}/{day}",
        "groups": "/groups",
        "group": f"/groups/{group}",
        "place": f"/places/{place}",
        "district page": f"/districts/{district}",
        "list.rss": "/gatherings.rss",
        "list.atom": "/gatherings.atom",
        "list.json": "/gatherings.json",
        "list.ics": "/gatherings.ics",
        "district.rss": f"/gatherings.rss?district={district}",
        "gathering.ics": f"/gatherings/{public_id}.ics",
    }


SEARCHES: dict[str, str] = {
    "search コーヒー": "/gatherings?q=%E3%82%B3%E3%83%BC%E3%83%92%E3%83%BC",
    "search 会": "/gatherings?q=%E4%BC%9A",
    "search の": "/gatherings?q=%E3%81%AE",
    "search two words": "/gatherings?q=%E6%B0%97%E3%82%89%E3%81%8F+%E3%81%8A%E3%81%AB%E3%81%8E%E3%82%8A",
    "search nothing": "/gatherings?q=%E3%81%82%E3%82%8A%E3%81%88%E3%81%AA%E3%81%84",
}

"""Fills an empty database with the demo town, through the same actions that people use."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select

from idobata.accounts.actions import find_or_make_person, give_role
from idobata.accounts.models import Person
from idobata.accounts.queries import actor_of
from idobata.demo.case_actions import bring_cases
from idobata.demo.marking_actions import give_marks
from idobata.demo.town_reader import Town, TownChange, TownEdit, TownGathering, TownGroup, TownPlace, read_town
from idobata.desk.actions import publish, return_post
from idobata.desk.change_actions import accept_change
from idobata.gatherings.asking_actions import ask_hosts, mark_unconfirmed
from idobata.gatherings.assurance_actions import Heard, goes_on
from idobata.gatherings.date_actions import NewTime, add_date, cancel_date, confirm_date, make_dates, mark_full, move_date
from idobata.gatherings.freshness import Method
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.place_actions import change_place, register_place_by_hand
from idobata.gatherings.posting_actions import change, save_draft, submit, withdraw
from idobata.gatherings.proxies import Source
from idobata.gatherings.proxy_actions import HostWords, post_for_host
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.groups.actions import add_group, add_member, set_categories
from idobata.groups.check_actions import check_group
from idobata.groups.models import Group
from idobata.groups.roles import EDITOR
from idobata.groups.succession_actions import mark_alive, take_a_step
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor, Role
from idobata.kernel.settings import Settings
from idobata.places.models import Place
from idobata.places.queries import folded_key
from idobata.places.values import PlaceValues
from idobata.store.database import db
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction

# How somebody made sure: most hosts answer the mail, some are called, and some are visited.
CHECKED_HOW = (Method.HOST_TAP, Method.PHONE, Method.HOST_TAP, Method.VISIT)


def is_empty() -> bool:
    """True while nobody and nothing is in the database."""
    return db.session.scalar(select(Person.id).limit(1)) is None and db.session.scalar(select(Gathering.id).limit(1)) is None


def seed_town(settings: Settings) -> int:
    """Make the demo town; returns how many gatherings. One transaction: the town is there whole, or not at all."""
    town = read_town(clock.today(settings.city.zone))
    now = clock.now()
    with transaction():
        people: dict[str, Person] = {}
        for one in town.people:
            person = find_or_make_person(one.email, one.name)
            if one.role != "resident":
                give_role(SYSTEM, one.email, Role(one.role))
            people[one.slug] = person
        db.session.flush()
        editor = actor_of(next(people[one.slug] for one in town.people if one.role == Role.EDITOR))
        for group in town.groups:
            _group(group, people, editor, now)
        places = {place.slug: _register(place, editor, now, settings) for place in town.places if place.checked}
        for one_gathering in town.gatherings:
            _gathering(_with_place(one_gathering, places), actor_of(people[one_gathering.poster]), editor, now, settings)
        _tidy_typed_places(town, editor, settings)
        for group in town.groups:
            _standing(group, editor, now, settings)
        _ask_as_time_went_by(now, settings)
        social = actor_of(next(people[one.slug] for one in town.people if one.role == Role.WELFARE))
        titles = {row.title: row for row in db.session.scalars(select(Gathering))}
        by_slug = {one.slug: titles[one.values.title] for one in town.gatherings if one.values.title in titles}
        give_marks(social, by_slug, now, settings)
        bring_cases(editor, by_slug, now, settings)
        # The letters of weeks ago were read long since; a newcomer's tray begins empty.
        db.session.flush()
        for row in db.session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))):
            db.session.delete(row)
    return len(town.gatherings)


def _group(group: TownGroup, people: dict[str, Person], editor: Actor, now: datetime) -> None:
    with clock.hold(now - timedelta(days=group.founded_days_ago)):
        made = add_group(editor, group.slug, group.name, group.words, group.district or None, list(group.links), people[group.lead])
        made.kana, made.contact_hint = group.kana, group.contact_hint
        set_categories(made, group.categories)
    for number, slug in enumerate(group.editors, start=1):
        with clock.hold(now - timedelta(days=group.founded_days_ago // (number + 1))):
            add_member(made, people[slug], EDITOR)


def _standing(group: TownGroup, editor: Actor, now: datetime, settings: Settings) -> None:
    """What the city knows of a group, and whether its lead is still there. It comes after the posts, which all went through the desk."""
    made = db.session.scalars(select(Group).where(Group.slug == group.slug)).one()
    if group.checked_days_ago is not None:
        at = now - timedelta(days=group.checked_days_ago)
        with clock.hold(at):
            check_group(editor, made, group.checks, at.astimezone(settings.city.zone).date(), "", settings)
    if group.quiet_days is None:
        mark_alive(made, now - timedelta(days=2))
        return
    mark_alive(made, now - timedelta(days=group.quiet_days))
    # Asked, then the members, then the city: the same steps that the worker takes.
    for days in (60, 31, 2):
        with clock.hold(now - timedelta(days=days)):
            take_a_step(made.id, settings)


def _register(place: TownPlace, editor: Actor, now: datetime, settings: Settings) -> str:
    """Put a place into the register as an editor does; returns its public id."""
    with clock.hold(now - timedelta(days=30 + 17 * _hours(place.slug))):
        return register_place_by_hand(editor, _place_values(place), place.checked_how, settings).public_id


def _with_place(one: TownGathering, places: Mapping[str, str]) -> TownGathering:
    """The gathering with its place chosen from the register; where its host typed a name of her own it stays as typed."""
    if one.place not in places:
        return one
    return replace(one, values=replace(one.values, place=PlaceWords(public_id=places[one.place], name=one.values.place.name)))


def _tidy_typed_places(town: Town, editor: Actor, settings: Settings) -> None:
    """What an editor has found out about typed places so far; nobody has checked them yet."""
    for place in town.places:
        if place.checked or not (place.kana or place.landmark):
            continue
        row = db.session.scalars(select(Place).where(Place.folded_name == folded_key(place.name))).one()
        change_place(editor, row, _place_values(place), settings)


def _place_values(place: TownPlace) -> PlaceValues:
    return PlaceValues(
        name=place.name,
        kana=place.kana,
        address=place.address,
        district=place.district,
        latitude=place.latitude,
        longitude=place.longitude,
        phone=place.phone,
        url=place.url,
        access=place.access,
        landmark=place.landmark,
        parking=place.parking,
        opening=place.opening,
        access_facts=place.access_facts,
        access_note=place.access_note,
    )


def _gathering(one: TownGathering, poster: Actor, editor: Actor, now: datetime, settings: Settings) -> None:
    posted = now - timedelta(days=one.posted_days_ago, hours=_hours(one.slug))
    with clock.hold(posted):
        if one.came is not None:
            host = HostWords(source=Source(one.came.source), phone=one.came.phone)
            row = post_for_host(editor, one.values, host, settings)
            poster = replace(editor, speaks_for=row.public_id)
        else:
            row = save_draft(poster, one.values, poster.email or "", settings)
            if one.publication == "draft":
                return
            submit(poster, row, settings)
    if one.publication == "in_review":
        return
    with clock.hold(min(now, posted + timedelta(hours=5))):
        if one.publication == "returned":
            return_post(editor, row, one.return_code, one.return_words, settings)
            return
        publish(editor, row, settings)
    make_dates(row, settings)
    for number, one_change in enumerate(one.changes):
        with clock.hold(now - timedelta(hours=20 - number)):
            _change(one_change, poster, row, now, settings)
    if one.edit is not None:
        _edit(one.edit, one.values, poster, editor, row, now, settings)
    if one.publication == "withdrawn":
        withdraw(poster, row)
    if one.checked_days_ago is not None and one.publication == "published":
        with clock.hold(now - timedelta(days=one.checked_days_ago)):
            how = CHECKED_HOW[_hours(one.slug) % len(CHECKED_HOW)]
            goes_on(replace(poster if how is Method.HOST_TAP else editor, speaks_for=row.public_id), row, Heard(how))


def _edit(edit: TownEdit, said: GatheringValues, poster: Actor, editor: Actor, row: Gathering, now: datetime, settings: Settings) -> None:
    """What the host changed in the form, and, where the town tells so, that the desk has read it."""
    hours = replace(said.schedule, starts=edit.starts, ends=edit.ends)
    at = now - timedelta(hours=edit.hours_ago)
    with clock.hold(at):
        change(poster, row, replace(said, schedule=hours), settings)
    if edit.accepted:
        with clock.hold(at + timedelta(minutes=50)):
            accept_change(editor, row, settings)


def _ask_as_time_went_by(now: datetime, settings: Settings) -> None:
    """Two hosts were asked and reminded in the last weeks, and have not answered."""
    for days_ago in (40, 30, 20, 10):
        with clock.hold(now - timedelta(days=days_ago)):
            ask_hosts(settings)
            mark_unconfirmed(settings)


def _hours(slug: str) -> int:
    # Not everybody posts at the same minute of the day.
    return sum(slug.encode()) % 9


def _change(change: TownChange, poster: Actor, row: Gathering, now: datetime, settings: Settings) -> None:
    starts, ends = _times(row)
    if change.act == "add":
        if change.to is not None:
            add_date(poster, row, NewTime(day=change.to, starts=starts, ends=ends), change.note, settings)
        return
    day = _day(change, row, now)
    match change.act:
        case "cancel":
            cancel_date(poster, row, day.day, change.note, settings)
        case "full":
            mark_full(poster, row, day.day, change.note, settings)
        case "confirm":
            confirm_date(poster, row, day.day, change.note, settings)
        case "move":
            to = change.to or day.day + timedelta(days=change.by_days or 0)
            move_date(poster, row, day.day, NewTime(day=to, starts=starts, ends=ends), change.note, settings)


def _times(row: Gathering) -> tuple[time | None, time | None]:
    starts, ends = row.schedule.get("starts"), row.schedule.get("ends")
    return (time.fromisoformat(starts) if starts else None, time.fromisoformat(ends) if ends else None)


def _day(change: TownChange, row: Gathering, now: datetime) -> Occurrence:
    rows = select(Occurrence).where(Occurrence.gathering_id == row.id).order_by(Occurrence.starts_at)
    if isinstance(change.which, int):
        found = list(db.session.scalars(rows.where(Occurrence.ends_at > now.astimezone(UTC)).limit(change.which)))
        return found[-1]
    return db.session.scalars(rows.where(Occurrence.day == change.which)).one()

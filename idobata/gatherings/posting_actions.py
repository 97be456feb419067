"""Posting: from the first words to the editors' queue, and every change the host makes afterwards."""

import hashlib
from dataclasses import fields, replace
from datetime import date, timedelta

from idobata.accounts.actions import CONFIRM_POST, find_or_make_person, make_link, use_link
from idobata.accounts.models import Person
from idobata.accounts.queries import is_kept_out
from idobata.gatherings.date_actions import make_dates, may_change, spread
from idobata.gatherings.fact_actions import write_facts
from idobata.gatherings.home_actions import write_home
from idobata.gatherings.host_queries import group_behind, host_addresses, may_part_with, may_publish_at_once
from idobata.gatherings.letters import confirm_post_letter, published_letter, received_letter
from idobata.gatherings.models import Gathering
from idobata.gatherings.place_queries import is_shown
from idobata.gatherings.queries import gathering_by_public_id
from idobata.gatherings.rhythm_words import rhythm_words
from idobata.gatherings.rules import problems
from idobata.gatherings.schedule import Schedule
from idobata.gatherings.significance import Picture, significant
from idobata.gatherings.standing_actions import show_life
from idobata.gatherings.states import Publication, VenueKind
from idobata.gatherings.trace_actions import must_be_read_first
from idobata.gatherings.trust_queries import bears_an_office_name, is_trusted, takes_an_office_name
from idobata.gatherings.values import GatheringValues
from idobata.gatherings.version_actions import close_open, hide_at_once, keep_live, keep_waiting, remember
from idobata.gatherings.version_queries import base_of, live_version, open_version, picture_of, would_be
from idobata.gatherings.version_values import typed_of, values_of
from idobata.groups.models import Group
from idobata.groups.queries import group_by_slug, groups_of
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import Invalid, NotAllowed, Problem, WrongState
from idobata.kernel.ids import new_public_id
from idobata.kernel.japanese_dates import clock_words
from idobata.kernel.letter import Letter
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.places.actions import find_or_note, find_or_note_typed
from idobata.places.models import Place
from idobata.places.queries import place_by_public_id
from idobata.places.values import PlaceValues
from idobata.store import search_index
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.letters import post_letter

CHANGE_SENT = "gathering.change_sent"

# Characters of a text that the log keeps: enough to see what became of it.
_LOGGED = 300
# Values that go into a column of the same name.
_PLAIN = frozenset(one.name for one in fields(GatheringValues)) - {
    "schedule",
    "place_told",
    "exact_place",
    "group_slug",
    "venue_kind",
    "place",
    "is_online",
    "district",
    "category",
    "fee_kind",
    "signup_kind",
    "facts",
    "first_visit",
}


def save_draft(actor: Actor, values: GatheringValues, email: str, settings: Settings) -> Gathering:
    """Keep what somebody wrote as a draft. Rules are asked first: `Invalid` names every problem and nothing is written.

    `email` is the cleaned address of the poster; a signed-in poster's own address counts instead.
    """
    if found := problems(values, settings, clock.today(settings.city.zone)):
        raise Invalid(*found)
    now = clock.now()
    gathering = Gathering(
        public_id=new_public_id(),
        publication=Publication.DRAFT.value,
        poster_id=actor.person_id,
        poster_email=actor.email or email,
        created_at=now,
        updated_at=now,
        sequence=0,
    )
    write_values(actor, gathering, values, settings)
    # Whether others may use the words is a promise to those others: the log says since when, and by whom.
    record(actor, "gathering.drafted", "gathering", gathering.public_id, **({"reuse_text": True} if values.reuse_text else {}))
    return gathering


def ask_to_confirm(gathering: Gathering, settings: Settings) -> None:
    """Mail the link that proves the poster's address and sends the post to the editors."""
    hours = settings.policy.confirm_link_hours
    token = make_link(CONFIRM_POST, gathering.poster_email, timedelta(hours=hours), gathering.public_id)
    link = Addresses(settings.machine.base_url).confirm_post(token)
    post_letter(gathering.poster_email, confirm_post_letter(settings.city.site_name, link, hours))


def confirm_post(token: str, settings: Settings) -> tuple[Person, Gathering] | None:
    """Take a mailed link: the address is proved, the post goes to the editors. None when the link can't be used (any more)."""
    link = use_link(CONFIRM_POST, token)
    gathering = None if link is None else gathering_by_public_id(link.subject_id or "")
    if link is None or gathering is None:
        return None
    person = poster_behind(link.email, gathering)
    if person is None:
        return None
    gathering.poster_id = person.id
    if gathering.publication == Publication.DRAFT:
        submit(Actor(label=person.name, person_id=person.id, email=person.email), gathering, settings)
    return person, gathering


def poster_behind(email: str, gathering: Gathering) -> Person | None:
    """Who a draft belongs to when this mailbox has proved itself. None for somebody suspended, and when it is another's by now: a second
    link to the same mailbox must not bring back what was handed over since."""
    if gathering.poster_id is not None:
        poster = db.session.get(Person, gathering.poster_id)
        return poster if poster is not None and poster.email == email and poster.suspended_at is None else None
    return None if is_kept_out(email) else find_or_make_person(email, gathering.host_name)


def submit(actor: Actor, gathering: Gathering, settings: Settings) -> None:
    """Send a draft to the editors, or publish it at once: where the city confirms afterwards and has read something of its poster before,
    and where it trusts the group in whose name it is posted. A host that reads like a public body is always read first.
    """
    may_change(actor, gathering)
    if gathering.publication not in (Publication.DRAFT, Publication.WITHDRAWN):
        raise WrongState(N_("この集まりは、もう出してあります。"))
    take_up_open(actor, gathering, settings)
    now = clock.now()
    unread = must_be_read_first(gathering, settings) or bears_an_office_name(actor, gathering, settings)
    read_first = unread and not may_publish_at_once(actor, gathering, settings)
    if read_first or gathering.submitted_at is None:
        # Since when it waits; what shows at once waits for nobody.
        gathering.submitted_at = now
    gathering.return_code, gathering.return_words = None, ""
    record(actor, "gathering.submitted", "gathering", gathering.public_id)
    addresses = Addresses(settings.machine.base_url)
    site, title, manage = settings.city.site_name, gathering.title, addresses.manage(gathering.public_id)
    if read_first:
        set_publication(gathering, Publication.IN_REVIEW)
        letter = received_letter(site, title, manage, settings.policy.confirm_within_days)
    else:
        gathering.host_changed_at = now
        gathering.published_at = gathering.published_at or now
        set_publication(gathering, Publication.PUBLISHED)
        keep_last_words(actor, gathering, settings)
        letter = published_letter(site, title, addresses.gathering(gathering.public_id), manage)
    tell_poster(gathering, letter)


def change(actor: Actor, gathering: Gathering, values: GatheringValues, settings: Settings) -> frozenset[str]:
    """Change what a gathering says; returns the names of the changed values.

    What is published changes at once, and the desk sees before and after. The change of a host whom the city does not know well
    yet, or who takes the name of a public body, waits for the desk as a whole when a part of it is significant; the town goes on reading
    the old words.
    """
    check_change(actor, gathering, values, settings)
    before = picture_of(gathering)
    reads_first = not is_trusted(actor, gathering, settings) or takes_an_office_name(actor, gathering, values, settings)
    if gathering.publication == Publication.PUBLISHED and reads_first:
        changed, wanted = _as_it_would_be(actor, gathering, values, settings)
        if significant(before, wanted):
            return _send_to_the_desk(actor, gathering, values, wanted, changed, settings)
    elif gathering.publication != Publication.PUBLISHED and gathering.published_at is not None:
        # What the town read last, so that it can be told what is new when it reads this again.
        remember(gathering, before)
    changed = write_values(actor, gathering, values, settings)
    # These are the host's last words: what she sent before and is still open, she has thought over.
    close_open(gathering)
    if not changed:
        return frozenset()
    keep_live(actor, gathering, before, settings)
    if gathering.publication == Publication.PUBLISHED and not actor.may_edit():
        gathering.host_changed_at = clock.now()
    shown = {name: list(pair) for name, pair in sorted(changed.items()) if any(pair)}
    record(actor, "gathering.changed", "gathering", gathering.public_id, fields=sorted(changed), changes=shown)
    return frozenset(changed)


def check_change(actor: Actor, gathering: Gathering, values: GatheringValues, settings: Settings) -> None:
    """Raise NotAllowed or Invalid unless the actor may change the gathering to these values."""
    may_change(actor, gathering)
    if found := problems(values, settings, first_allowed_day(gathering, settings)):
        raise Invalid(*found)


def keep_last_words(actor: Actor, gathering: Gathering, settings: Settings) -> None:
    """Keep the version that has just come back to the town, if it was away and says something else than before."""
    known = live_version(gathering)
    if known is not None:
        keep_live(actor, gathering, known.values, settings)


def take_up_open(actor: Actor, gathering: Gathering, settings: Settings) -> None:
    """Write what the host sent and did not get yet into the row: nobody reads it now, and the desk reads all of it anyway."""
    sent = open_version(gathering)
    if sent is None:
        return
    values = values_of(would_be(gathering, sent), sent.values, base_of(sent), sent.typed, gathering)
    remember(gathering, picture_of(gathering))
    write_values(actor, gathering, still_found(values), settings)
    close_open(gathering)


def still_found(values: GatheringValues) -> GatheringValues:
    """The values with a place that is still in the register: one that was merged with its twin meanwhile is looked up by its name."""
    place = values.place
    if place.public_id and place.name and place_by_public_id(place.public_id) is None:
        return replace(values, place=replace(place, public_id=""))
    return values


def withdraw(actor: Actor, gathering: Gathering) -> None:
    """Take a gathering off the site. Nothing is lost; it can be sent again."""
    may_change(actor, gathering)
    if not actor.may_edit() and not may_part_with(actor, gathering):
        raise WrongState(N_("掲載をやめられるのは、投稿した人と団体の代表です。1日だけの中止は、メンバーならだれでもできます。"))
    if gathering.publication == Publication.WITHDRAWN:
        return
    set_publication(gathering, Publication.WITHDRAWN)
    record(actor, "gathering.withdrawn", "gathering", gathering.public_id)


def write_values(actor: Actor, gathering: Gathering, values: GatheringValues, settings: Settings) -> dict[str, tuple[str, str]]:
    """Put values into the row, then bring dates and search index in line.

    Returns what changed: names with the words before and after, both empty for what is not public or has no words.
    """
    place, group = _resolve_place(actor, gathering, values), _resolve_group(actor, gathering, values)
    row_values: dict[str, object] = {name: getattr(values, name) for name in _PLAIN}
    row_values |= {
        "venue_kind": values.venue_kind.value,
        "fee_kind": values.fee_kind.value,
        "signup_kind": values.signup_kind.value,
        "is_online": values.is_online or values.venue_kind is VenueKind.ONLINE,
        "district": values.district or (place.district if place else None),
        "category": values.category or None,
        "schedule": values.schedule.to_json(),
        "first_visit": dict(values.first_visit),
        "place_id": place.id if place else None,
        "group_id": group.id if group else None,
    }
    new = gathering.id is None
    different = [name for name, value in row_values.items() if new or getattr(gathering, name) != value]
    changed = {name: ("", "") if new else (_words(name, getattr(gathering, name)), _words(name, row_values[name])) for name in different}
    promised = Schedule.from_json(gathering.schedule) if gathering.publication == Publication.PUBLISHED and not new else None
    for name in different:
        setattr(gathering, name, row_values[name])
    gathering.place, gathering.group = place, group
    facts_differ = new or gathering.facts != dict(values.facts)
    if facts_differ:
        gathering.facts = dict(values.facts)
        changed["facts"] = ("", "")
    if new:
        db.session.add(gathering)
    db.session.flush()
    if facts_differ or changed.keys() & {"place_id", "venue_kind"}:
        write_facts(gathering)
    if not new or values.venue_kind is VenueKind.PRIVATE:
        # These words go into no log.
        changed |= dict.fromkeys(write_home(gathering, values), ("", ""))
    if new or "schedule" in changed:
        make_dates(gathering, settings, before=promised)
        if not new:
            show_life(actor, gathering)
    elif changed.keys() & {"district", "category"}:
        spread(gathering)
    if changed and not new:
        gathering.updated_at = clock.now()
        if changed.keys() & {"schedule", "place_id", "area_words", "online_url", "venue_kind"}:
            gathering.sequence += 1
        db.session.flush()
    if changed:
        index(gathering, settings)
    return changed


def set_publication(gathering: Gathering, publication: Publication) -> None:
    """Change what the town sees, on the gathering and on all its dates."""
    gathering.publication = publication.value
    gathering.updated_at = clock.now()
    gathering.sequence += 1
    spread(gathering)


def tell_poster(gathering: Gathering, letter: Letter) -> None:
    """Mail whoever stands for a gathering, each in a letter of her own (an imported gathering has nobody)."""
    for address in host_addresses(gathering):
        post_letter(address, letter)


def index(gathering: Gathering, settings: Settings) -> None:
    """Bring the search index in line: only words that are public."""
    category = settings.category(gathering.category or "")
    district = settings.district(gathering.district or "")
    place = gathering.place
    words = [
        gathering.summary,
        gathering.body,
        gathering.host_name if gathering.group is None else gathering.group.name,
        place.name if place else gathering.area_words,
        place.kana if place else "",
        category.name if category else "",
        district.name if district else "",
        district.kana if district else "",
        gathering.audience,
        gathering.bring,
    ]
    search_index.put(gathering.id, gathering.title, "\n".join(words))


def digest(values: GatheringValues) -> str:
    """A short fingerprint of values, to tell a changed import from an unchanged one."""
    return hashlib.sha256(repr((values, values.schedule.to_json())).encode("utf-8", "backslashreplace")).hexdigest()


def _as_it_would_be(
    actor: Actor, gathering: Gathering, values: GatheringValues, settings: Settings
) -> tuple[dict[str, tuple[str, str]], Picture]:
    """What would change, and what the gathering would say then: written, looked at and undone."""
    with db.session.begin_nested() as attempt:
        changed = write_values(actor, gathering, values, settings)
        wanted = picture_of(gathering)
        attempt.rollback()
    db.session.refresh(gathering)
    if wanted["place"] and place_by_public_id(wanted["place"]["public_id"]) is None:
        # A new place is noted when the change is accepted; what nobody has read makes no entry in the register.
        wanted["place"]["public_id"] = ""
    return changed, wanted


def _send_to_the_desk(
    actor: Actor,
    gathering: Gathering,
    values: GatheringValues,
    wanted: Picture,
    changed: dict[str, tuple[str, str]],
    settings: Settings,
) -> frozenset[str]:
    before = picture_of(gathering)
    hide_at_once(gathering, values)
    keep_live(actor, gathering, before, settings)
    show_life(actor, gathering)
    if not keep_waiting(actor, gathering, wanted, typed_of(values), settings):
        return frozenset()
    record(actor, CHANGE_SENT, "gathering", gathering.public_id, fields=sorted(changed))
    return frozenset(changed)


def _words(name: str, value: object) -> str:
    """A public value in words, for the desk's before and after. Nothing of a contact is ever written into the log."""
    if name.startswith("contact_"):
        return ""
    if name == "schedule" and isinstance(value, dict):
        schedule = Schedule.from_json(value)
        hours = "〜".join(clock_words(one) if one else "" for one in (schedule.starts, schedule.ends)).strip("〜")
        return f"{rhythm_words(schedule)} {hours}".strip()
    if name == "place_id" and isinstance(value, int):
        place = db.session.get(Place, value)
        return place.name if place else ""
    if name == "group_id" and isinstance(value, int):
        group = db.session.get(Group, value)
        return group.name if group else ""
    if name == "reuse_text":
        return "ほかの人も使える" if value else ""
    return value[:_LOGGED] if isinstance(value, str) else ""


def first_allowed_day(gathering: Gathering, settings: Settings) -> date:
    """The earliest first day a changed schedule may have."""
    # A gathering that has begun keeps its first day when somebody mends a word of it.
    today = clock.today(settings.city.zone)
    known = gathering.schedule.get("first_day") if gathering.schedule else None
    return min(today, date.fromisoformat(known)) if isinstance(known, str) else today


def _resolve_place(actor: Actor, gathering: Gathering, values: GatheringValues) -> Place | None:
    if values.venue_kind is not VenueKind.PLACE:
        return None
    if values.place.public_id:
        place = place_by_public_id(values.place.public_id)
        # A place of somebody's unsent draft is not there for anybody else; an id that is no place's looks the same.
        if place is None or not (actor.may_edit() or place.id == gathering.place_id or is_shown(place)):
            raise Invalid(Problem("place_name", N_("えらんだ場所が見つかりませんでした。場所の名前を書いてください。")))
        return place
    find = find_or_note if actor.may_edit() else find_or_note_typed
    return find(
        PlaceValues(
            name=values.place.name,
            address=values.place.address,
            district=values.district or None,
            latitude=values.place.latitude,
            longitude=values.place.longitude,
            access=values.place.access,
        )
    )


def _resolve_group(actor: Actor, gathering: Gathering, values: GatheringValues) -> Group | None:
    behind = group_behind(gathering)
    if behind is not None and values.group_slug != behind.slug and not actor.may_edit() and not may_part_with(actor, gathering):
        raise Invalid(Problem("group_slug", N_("だれの名前でのせるかを変えられるのは、投稿した人と団体の代表です。")))
    if not values.group_slug:
        return None
    group = group_by_slug(values.group_slug)
    if group is None:
        raise Invalid(Problem("group_slug", N_("団体を一覧からえらんでください。")))
    if group.id != gathering.group_id and group.ended_at is not None:
        raise Invalid(Problem("group_slug", N_("この団体は、もう活動を終えています。")))
    if group.id != gathering.group_id and not actor.may_edit() and group.id not in {one.id for one in groups_of(actor)}:
        raise NotAllowed
    return group

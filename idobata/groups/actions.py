"""Founding a group, changing its words, ending it."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from idobata.accounts.models import Person
from idobata.groups.letters import ended_letter, founded_letter
from idobata.groups.models import FOLDED_LENGTH, Group, GroupCategory, GroupCheckRow, GroupInvitation, GroupSuccession, Membership
from idobata.groups.naming import name_key, slug_from
from idobata.groups.queries import members_of, named_alike, role_in
from idobata.groups.roles import LEAD
from idobata.groups.values import GroupValues, clean_link, problems
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import Invalid, NotAllowed, Problem, WrongState
from idobata.kernel.ids import new_public_id
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.letters import post_letter

# Characters of a random short name.
_RANDOM = 8
_TRIES = 5


def found_group(actor: Actor, values: GroupValues, romaji: str, member_name: str, settings: Settings) -> Group:
    """Found a group with the actor as its lead. It is public at once; its posts go through the desk like any others.

    `romaji` is what the address is made of, `member_name` what other members will read. Raises NotAllowed for nobody, Invalid with every
    problem.
    """
    if actor.person_id is None:
        raise NotAllowed
    _agree(values, settings, by_city=actor.may_edit())
    person = db.session.get_one(Person, actor.person_id)
    said: tuple[str, str, str | None, list[str], Person] = (values.name, values.words, values.district or None, [], person)
    try:
        with db.session.begin_nested():
            group = add_group(actor, _free_slug(romaji or values.name), *said)
    except IntegrityError:
        # Somebody took the same short name at the same moment.
        group = add_group(actor, _random_slug(), *said)
    _write(group, values)
    mine = db.session.get_one(Membership, (group.id, person.id))
    mine.name = member_name
    addresses, site = Addresses(settings.machine.base_url), settings.city.site_name
    post_letter(person.email, founded_letter(site, group.name, addresses.group(group.slug), addresses.my_group(group.slug)))
    return group


def change_group(actor: Actor, group: Group, values: GroupValues, settings: Settings) -> frozenset[str]:
    """Change what a group says of itself; its short name never changes. Returns the names of what changed.

    Raises NotAllowed for whoever does not lead it, Invalid with every problem.
    """
    if not actor.may_edit() and role_in(actor, group.id) != LEAD:
        raise NotAllowed
    if group.ended_at is not None:
        raise WrongState(N_("この団体は、もう活動を終えています。"))
    # A name the city gave or allowed stays good while it is not touched.
    _agree(values, settings, by_city=actor.may_edit() or values.name == group.name, but=group.id, same_name=values.name == group.name)
    before, same_key = group.name, name_key(values.name, FOLDED_LENGTH) == group.folded_name
    changed = _write(group, values)
    if changed:
        group.updated_at = clock.now()
        names = {"name": [before, group.name]} if "name" in changed else {}
        record(actor, "group.changed", "group", group.public_id, fields=sorted(changed), changes=names)
    if not same_key and not actor.may_edit():
        _end_check(actor, group, settings)
    return changed


def end_group(actor: Actor, group: Group, settings: Settings) -> None:
    """Say that a group has stopped. Its page and its gatherings stay; members have no more power through it.

    Raises NotAllowed for whoever neither leads it nor works at the desk.
    """
    lock(group)
    if not actor.may_edit() and role_in(actor, group.id) != LEAD:
        raise NotAllowed
    if group.ended_at is not None:
        return
    page = Addresses(settings.machine.base_url).group(group.slug)
    for one in members_of(group):
        post_letter(one.person.email, ended_letter(settings.city.site_name, group.name, page))
    group.ended_at = group.updated_at = clock.now()
    db.session.execute(delete(Membership).where(Membership.group_id == group.id))
    db.session.execute(delete(GroupSuccession).where(GroupSuccession.group_id == group.id))
    close_invitations(group)
    record(actor, "group.ended", "group", group.public_id)


def add_group(actor: Actor, slug: str, name: str, words: str, district: str | None, links: list[str], lead: Person) -> Group:
    """A new group with its first lead."""
    now = clock.now()
    group = Group(
        slug=slug,
        name=name,
        folded_name=name_key(name, FOLDED_LENGTH),
        kana="",
        words=words,
        contact_hint="",
        district=district,
        links=links,
        created_at=now,
        updated_at=now,
    )
    db.session.add(group)
    db.session.flush()
    add_member(group, lead, LEAD)
    record(actor, "group.added", "group", group.public_id)
    return group


def add_member(group: Group, person: Person, role: str, name: str = "") -> Membership:
    """Let a person act for a group. Somebody who is a member already stays what she is."""
    known = db.session.get(Membership, (group.id, person.id))
    if known is None:
        now = clock.now()
        known = Membership(
            group_id=group.id,
            person_id=person.id,
            public_id=new_public_id(),
            role=role,
            name=name or person.name,
            joined_at=now,
            alive_at=now,
        )
        db.session.add(known)
        db.session.flush()
    return known


def set_categories(group: Group, categories: Iterable[str]) -> None:
    """Put a group on these shelves and on no others."""
    db.session.execute(delete(GroupCategory).where(GroupCategory.group_id == group.id))
    db.session.add_all(GroupCategory(group_id=group.id, category=slug) for slug in dict.fromkeys(categories))
    db.session.flush()


def close_invitations(group: Group, *, of_person: int | None = None) -> None:
    """End the open invitations of a group; with `of_person` only those this person made."""
    open_ones = update(GroupInvitation).where(
        GroupInvitation.group_id == group.id, GroupInvitation.used_at.is_(None), GroupInvitation.revoked_at.is_(None)
    )
    if of_person is not None:
        open_ones = open_ones.where(GroupInvitation.inviter_id == of_person)
    db.session.execute(open_ones.values(revoked_at=clock.now()))


def lock(group: Group) -> None:
    """Hold the group until the end of the transaction: whoever changes its members at the same moment waits, and then reads anew."""
    db.session.scalar(select(Group).where(Group.id == group.id).with_for_update().execution_options(populate_existing=True))


def _end_check(actor: Actor, group: Group, settings: Settings) -> None:
    """The city looked at a group of another name: its check holds no more, or a checked group could take anybody's name."""
    today = clock.today(settings.city.zone)
    if group.checked_until is None or group.checked_until < today:
        return
    yesterday = today - timedelta(days=1)
    holds = update(GroupCheckRow).where(GroupCheckRow.group_id == group.id, GroupCheckRow.holds_until >= today)
    db.session.execute(holds.values(taken_back_on=today, holds_until=yesterday))
    group.checked_until = yesterday
    record(actor, "group.check_ended", "group", group.public_id)


def _agree(values: GroupValues, settings: Settings, *, by_city: bool, but: int | None = None, same_name: bool = False) -> None:
    found = problems(values, settings, by_city=by_city)
    named = {problem.field for problem in found}
    if "name" not in named and not same_name and named_alike(name_key(values.name, FOLDED_LENGTH), but=but) is not None:
        words = N_("同じに見える名前の団体が、もうあります。地区などをかっこで足してください（例：みなと将棋会（北町））。")
        found.insert(0, Problem("name", words))
    if found:
        raise Invalid(*found)


def _write(group: Group, values: GroupValues) -> frozenset[str]:
    row = {
        "name": values.name,
        "folded_name": name_key(values.name, FOLDED_LENGTH),
        "kana": values.kana,
        "words": values.words,
        "contact_hint": values.contact_hint,
        "district": values.district or None,
        "links": [clean for link in values.links if (clean := clean_link(link))],
    }
    changed = {name for name, value in row.items() if getattr(group, name) != value}
    for name in changed:
        setattr(group, name, row[name])
    known = set(db.session.scalars(select(GroupCategory.category).where(GroupCategory.group_id == group.id)))
    if known != set(values.categories):
        set_categories(group, values.categories)
        changed.add("categories")
    return frozenset(changed - {"folded_name"})


def _free_slug(typed: str) -> str:
    """A short name nobody has: made from Latin letters where there are some, else by chance."""
    wanted = slug_from(typed)
    for number in range(1, _TRIES + 1):
        slug = wanted if number == 1 else f"{wanted}-{number}"
        if wanted and db.session.scalar(select(Group.id).where(Group.slug == slug)) is None:
            return slug
    return _random_slug()


def _random_slug() -> str:
    return new_public_id()[:_RANDOM]

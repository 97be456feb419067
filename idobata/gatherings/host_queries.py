"""Whose a gathering is: who may change it, who may take it down, whom the letters about it go to, and whose posts show at once."""

from idobata.gatherings.models import Gathering
from idobata.gatherings.states import Publication
from idobata.groups.models import Group
from idobata.groups.queries import members_of, role_in
from idobata.groups.roles import LEAD
from idobata.groups.standing import Standing, standing_of
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.settings import Settings
from idobata.store.database import db


def group_behind(gathering: Gathering) -> Group | None:
    """The group whose members look after a gathering. One that has ended leaves it in the hands of its poster."""
    group = db.session.get(Group, gathering.group_id) if gathering.group_id is not None else None
    return group if group is not None and group.ended_at is None else None


def is_host(actor: Actor, gathering: Gathering) -> bool:
    """True for whoever may change words and dates: any member of its group; without a group, the poster.

    Who typed a group's gathering and is no member any more has no say in it. Whoever passes on what a host said acts as that host.
    """
    if actor.speaks_for is not None and actor.speaks_for == gathering.public_id:
        return True
    if not actor.is_known:
        return False
    group = group_behind(gathering)
    return gathering.poster_id == actor.person_id if group is None else role_in(actor, group.id) is not None


def may_part_with(actor: Actor, gathering: Gathering) -> bool:
    """True for whoever may take it off the site or give it another host: the group's lead, and a host who posted it herself."""
    if actor.speaks_for is not None and actor.speaks_for == gathering.public_id:
        return True
    group = group_behind(gathering)
    if group is not None and role_in(actor, group.id) == LEAD:
        return True
    return is_host(actor, gathering) and gathering.poster_id == actor.person_id


def host_addresses(gathering: Gathering) -> list[str]:
    """Whom to write to, each once: the poster, and the leads of the group. An imported gathering may have nobody."""
    group = group_behind(gathering)
    if group is None:
        return [gathering.poster_email] if gathering.poster_email else []
    members = members_of(group)
    poster = [one.person.email for one in members if one.person_id == gathering.poster_id]
    return list(dict.fromkeys([*poster, *(one.person.email for one in members if one.role == LEAD)]))


def was_refused(gathering: Gathering) -> bool:
    """True for what the city gave back or took down, also when its host has sent it again since and taken it back unread."""
    sent, shown = gathering.submitted_at, gathering.published_at
    unread = gathering.publication == Publication.WITHDRAWN and sent is not None and (shown is None or sent > shown)
    return gathering.return_code is not None or unread


def may_publish_at_once(actor: Actor, gathering: Gathering, settings: Settings) -> bool:
    """True where the city lets a member of a group whose check holds publish without waiting. The desk reads it afterwards.

    What the city gave back or took down before is always read first.
    """
    group = group_behind(gathering)
    if group is None or was_refused(gathering) or not settings.policy.checked_groups_publish_at_once or role_in(actor, group.id) is None:
        return False
    return standing_of(group.checked_until, clock.today(settings.city.zone)) is Standing.CHECKED

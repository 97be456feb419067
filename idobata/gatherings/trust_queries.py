"""Whose changes go live at once. Everybody may ask the city why hers wait: the rule is one of counting, and written in the settings."""

from datetime import timedelta

from sqlalchemy import func, select

from idobata.gatherings.host_queries import may_publish_at_once
from idobata.gatherings.models import Gathering
from idobata.gatherings.values import GatheringValues
from idobata.groups.naming import looks_official
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import Deed

# What the desk did that makes it read the next changes first: the acts of the deed log.
QUESTIONED = ("desk.returned", "desk.withdrawn", "desk.change_returned", "moderation.hidden")
REMEMBERED = timedelta(days=365)


def is_trusted(actor: Actor, gathering: Gathering, settings: Settings) -> bool:
    """True when significant changes of this actor to this gathering need not wait.

    Trusted are editors; everybody, where the city confirms afterwards or asks for no posts at all (`trusted_after_posts` 0); members of a
    group whose check holds, for what is the group's, where the city lets such groups publish without waiting; and who
    has had that many gatherings published and nothing returned or taken down in the last twelve months.
    """
    needed = settings.policy.trusted_after_posts
    if actor.may_edit() or needed == 0 or not settings.policy.confirm_before_publishing:
        return True
    return may_publish_at_once(actor, gathering, settings) or _has_posted_well(actor, needed)


def takes_an_office_name(actor: Actor, gathering: Gathering, values: GatheringValues, settings: Settings) -> bool:
    """True when somebody who is not of the city would from now on be read as the city or another public body: no trust covers that."""
    before = "" if gathering.group is not None else gathering.host_name
    after = "" if values.group_slug else values.host_name
    return not actor.is_staff and after != before and looks_official(after, settings)


def bears_an_office_name(actor: Actor, gathering: Gathering, settings: Settings) -> bool:
    """True when a post of somebody who is not of the city would be read as the city's or another public body's."""
    return not actor.is_staff and gathering.group is None and looks_official(gathering.host_name, settings)


def _has_posted_well(actor: Actor, needed: int) -> bool:
    if actor.person_id is None:
        return False
    mine = Gathering.poster_id == actor.person_id
    count = db.session.scalar(select(func.count()).where(mine, Gathering.published_at.is_not(None))) or 0
    # What a wave took along has one deed for all; each still says that the city took it down.
    if count < needed or db.session.scalar(select(Gathering.id).where(mine, Gathering.return_code.is_not(None)).limit(1)) is not None:
        return False
    questioned = (
        select(Deed.id)
        .join(Gathering, Gathering.public_id == Deed.thing_id)
        .where(Deed.thing == "gathering", Deed.act.in_(QUESTIONED), Deed.at > clock.now() - REMEMBERED, mine)
    )
    return db.session.scalar(questioned.limit(1)) is None

"""Keeping versions: what was public, what waits, and what readers are told of it. Inside the transaction of the change itself."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select, update

from idobata.gatherings.home_actions import write_home
from idobata.gatherings.models import Gathering
from idobata.gatherings.news_actions import note_words
from idobata.gatherings.significance import Picture
from idobata.gatherings.states import Publication, VenueKind
from idobata.gatherings.told_changes import tell_readers
from idobata.gatherings.values import GatheringValues
from idobata.gatherings.version_models import GatheringVersion, VersionState
from idobata.gatherings.version_queries import live_version, open_version, picture_of
from idobata.gatherings.version_values import CONTACTS
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import LABEL_LENGTH


def keep_live(
    actor: Actor,
    gathering: Gathering,
    before: Picture,
    settings: Settings,
    *,
    tell: bool = True,
    accepted: GatheringVersion | None = None,
) -> None:
    """Keep what a public gathering says now, after a change that went live; `before` is what it said until now.

    Readers are told of what is significant, unless only the form was tidied. `accepted` is the waiting version that this is.
    """
    now_said = picture_of(gathering)
    if gathering.publication != Publication.PUBLISHED or (now_said == before and accepted is None):
        return
    remember(gathering, before)
    _all(gathering, (VersionState.LIVE,), VersionState.REPLACED)
    version = accepted or _new(actor, gathering)
    version.state, version.live_at = VersionState.LIVE.value, clock.now()
    version.values, version.changed = now_said, sorted(name for name in now_said if now_said[name] != before.get(name))
    if tell:
        today = clock.today(settings.city.zone)
        gathering.told_changes = tell_readers(gathering.told_changes, before, now_said, today) or None
        note_words(gathering, before, now_said, version.number, today)
    db.session.flush()


def remember(gathering: Gathering, picture: Picture) -> GatheringVersion:
    """The version that is live; the first one is made of `picture`, which the town has read so far."""
    known = live_version(gathering)
    if known is not None:
        return known
    poster = gathering.poster
    first = _new(Actor(label=poster.name if poster else "", person_id=gathering.poster_id), gathering)
    first.state, first.values = VersionState.LIVE.value, picture
    first.made_at = first.live_at = gathering.published_at or gathering.created_at
    db.session.flush()
    return first


def keep_waiting(actor: Actor, gathering: Gathering, sent: Picture, typed: dict[str, Any], settings: Settings) -> bool:
    """Keep a change until somebody at the desk has read it. It replaces one that waits already; False when it says the very same."""
    live_words = picture_of(gathering)
    known = open_version(gathering)
    if known is not None and known.state == VersionState.WAITING and known.values == sent:
        return False
    base = remember(gathering, live_words)
    if base.values != live_words:
        # A place was renamed, a file was imported anew: what is live has changed without a version of its own.
        keep_live(SYSTEM, gathering, base.values, settings, tell=False)
        base = remember(gathering, live_words)
    close_open(gathering)
    version = _new(actor, gathering)
    version.state, version.values, version.typed, version.base_number = VersionState.WAITING.value, sent, typed, base.number
    version.changed = sorted(name for name in sent if sent[name] != live_words[name])
    db.session.flush()
    return True


def close_open(gathering: Gathering, state: VersionState = VersionState.REPLACED) -> None:
    """Nothing the host sent is open any longer."""
    _all(gathering, (VersionState.WAITING, VersionState.RETURNED), state)


def hide_at_once(gathering: Gathering, values: GatheringValues) -> None:
    """Take a contact off the page, and write down a hidden one and where a home is: that never waits, and no version keeps it.

    Nor does it wait when a host takes back that others may use her words.
    """
    shown = [kind for kind in CONTACTS if getattr(values, f"contact_{kind}_public")]
    for kind in CONTACTS:
        if kind not in shown:
            if getattr(gathering, f"contact_{kind}_public"):
                gathering.updated_at = clock.now()
            setattr(gathering, f"contact_{kind}", getattr(values, f"contact_{kind}"))
            setattr(gathering, f"contact_{kind}_public", False)
    if not shown:
        gathering.contact_name = values.contact_name
    if values.venue_kind is VenueKind.PRIVATE:
        write_home(gathering, values)
    if gathering.reuse_text and not values.reuse_text:
        gathering.reuse_text = False
        gathering.updated_at = clock.now()
    db.session.flush()


def _all(gathering: Gathering, states: Iterable[VersionState], to: VersionState) -> None:
    wanted = [state.value for state in states]
    db.session.execute(
        update(GatheringVersion)
        .where(GatheringVersion.gathering_id == gathering.id, GatheringVersion.state.in_(wanted))
        .values(state=to.value)
    )


def _new(actor: Actor, gathering: Gathering) -> GatheringVersion:
    last = db.session.scalar(select(func.max(GatheringVersion.number)).where(GatheringVersion.gathering_id == gathering.id))
    version = GatheringVersion(
        gathering_id=gathering.id,
        number=(last or 0) + 1,
        made_at=clock.now(),
        made_by_id=actor.person_id,
        made_by_label=actor.label[:LABEL_LENGTH],
        changed=[],
        typed={},
        reason_words="",
    )
    db.session.add(version)
    return version

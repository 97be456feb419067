"""Reading what staff typed in for a host."""

from datetime import datetime

from idobata.gatherings.models import Gathering
from idobata.gatherings.proxy_models import ProxyPost, SpokenCode
from idobata.kernel.actor import Actor
from idobata.store.database import db


def proxy_of(gathering: Gathering) -> ProxyPost | None:
    """What was noted of the host when somebody typed for her; None for a gathering that came by itself."""
    return db.session.get(ProxyPost, gathering.id)


def code_made_at(gathering: Gathering) -> datetime | None:
    """When the code that counts was made; None when there is none."""
    row = db.session.get(SpokenCode, gathering.id)
    return row.made_at if row else None


def may_make_code(actor: Actor, gathering: Gathering) -> bool:
    """Editors may give any host a code, other staff only those for whom somebody typed."""
    return actor.is_staff and (actor.may_edit() or proxy_of(gathering) is not None)

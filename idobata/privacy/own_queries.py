"""Everything the site keeps about one person: in short for her page, in full for her file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, Table, cast, func, or_, select

from idobata.accounts.models import MailLink, Person, PersonRole, SessionRow
from idobata.accounts.proof_models import CodeApp, Passkey, Password, RecoveryCode
from idobata.gatherings.freshness_models import Assurance
from idobata.gatherings.home_models import PrivateHome
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.proxy_models import ProxyPost
from idobata.gatherings.states import Publication
from idobata.gatherings.trace_models import Pledge, PostLink
from idobata.gatherings.version_models import GatheringVersion
from idobata.groups.models import Group, GroupInvitation, Membership
from idobata.groups.roles import LEAD
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import NotFound
from idobata.kernel.settings import Settings
from idobata.moderation.models import Report
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.mail_tray import TrayMail
from idobata.store.outbox import OutboxRow

# The figures and codes behind things mean nothing outside, and a hash of a secret is still a secret's.
_INNER = frozenset(
    {
        "id",
        "data",
        "source_digest",
        "who_salt",
        "who_digest",
        "detail_salt",
        "detail_digest",
        "hash",
        "sealed",
        "last_step",
        "public_key",
        "sign_count",
        "then",
        # Pseudonyms of a network address: they tell nobody anything.
        "day_key",
        "source",
    }
)
# Staff write these for one another.
_STAFF_ONLY = frozenset({"who_label", "note"})


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of somebody, counted; and what an erasure would mean for each."""

    email: str
    name: str
    since: datetime | None
    sessions: int
    never_public: int
    published: tuple[str, ...]
    of_groups: int
    groups: tuple[str, ...]
    last_lead_of: tuple[str, ...]
    deeds: int
    reports: int
    has_role: bool


@dataclass(frozen=True, slots=True)
class About:
    """Whose data are meant: a person, or somebody known by an address or by gatherings on paper alone. `gatherings` are inner ids."""

    person: Person | None
    email: str
    gatherings: tuple[int, ...]


def about(person: Person | None, email: str, paper: Sequence[int] = ()) -> About:
    """Everything that is somebody's: what she posted, what was typed with her address, what came from her on paper."""
    hers: list[ColumnElement[bool]] = [Gathering.id.in_(paper)]
    if person is not None:
        hers.append(Gathering.poster_id == person.id)
    if email:
        on_paper = select(ProxyPost.gathering_id).where(ProxyPost.host_email == email)
        hers += [Gathering.poster_email == email, Gathering.id.in_(on_paper)]
    return About(person, email, tuple(db.session.scalars(select(Gathering.id).where(or_(*hers)).order_by(Gathering.id))))


def what_is_kept(actor: Actor) -> Kept:
    """The counts for the actor's own page. NotFound for nobody."""
    person = _person(actor)
    return kept_about(about(person, person.email))


def kept_about(whom: About) -> Kept:
    """The same for whoever is meant."""
    person, person_id = whom.person, whom.person.id if whom.person is not None else None
    mine = Gathering.id.in_(whom.gatherings)
    alone = Gathering.group_id.is_(None)
    groups = db.session.execute(
        select(Group.id, Group.name, Membership.role)
        .join(Membership, Membership.group_id == Group.id)
        .where(Membership.person_id == person_id)
    ).all()
    return Kept(
        email=whom.email,
        name=person.name if person is not None else "",
        since=person.created_at if person is not None else None,
        sessions=_count(select(func.count()).where(SessionRow.person_id == person_id, SessionRow.ends_at > clock.now())),
        never_public=_count(select(func.count()).where(mine, alone, Gathering.published_at.is_(None))),
        published=tuple(
            db.session.scalars(
                select(Gathering.title)
                .where(mine, alone, Gathering.published_at.is_not(None), Gathering.publication == Publication.PUBLISHED.value)
                .order_by(Gathering.id)
            )
        ),
        of_groups=_count(select(func.count()).where(mine, Gathering.group_id.is_not(None))),
        groups=tuple(name for _id, name, _role in groups),
        last_lead_of=tuple(name for id_, name, role in groups if role == LEAD and _leads(id_) == 1),
        deeds=_count(select(func.count()).where(Deed.actor_id == person_id)),
        reports=_count(select(func.count()).where(Report.email == whom.email)) if whom.email else 0,
        has_role=bool(person.roles) if person is not None else False,
    )


def everything_about(actor: Actor, settings: Settings) -> dict[str, Any]:
    """All of it, with names a person can read, ready for JSON. NotFound for nobody."""
    person = _person(actor)
    return everything_kept(about(person, person.email), settings)


def everything_kept(whom: About, settings: Settings) -> dict[str, Any]:
    """The same for whoever is meant. What is kept by an address alone is told where there is one."""
    email = whom.email
    person = whom.person.id if whom.person is not None else None
    return {
        "site": settings.city.site_name,
        "city": settings.city.name,
        "made_at": clock.now().isoformat(),
        "person": next(iter(_rows(Person, Person.id == person)), {}),
        "roles": _rows(PersonRole, PersonRole.person_id == person),
        "signed_in_browsers": _rows(SessionRow, SessionRow.person_id == person),
        "passwords": _rows(Password, Password.person_id == person),
        "apps_of_codes": _rows(CodeApp, CodeApp.person_id == person),
        "passkeys": _rows(Passkey, Passkey.person_id == person),
        "recovery_codes": _rows(RecoveryCode, RecoveryCode.person_id == person),
        "mailed_links": _rows(MailLink, MailLink.email == email) if email else [],
        "gatherings": [_gathering(id_) for id_ in whom.gatherings],
        "groups": _memberships(person) if person is not None else [],
        "invitations_to_me": _rows(GroupInvitation, GroupInvitation.email == email) if email else [],
        "what_i_reported": _rows(Report, Report.email == email) if email else [],
        "what_i_did": _rows(Deed, Deed.actor_id == person) if person is not None else [],
        "mails_waiting": _rows(OutboxRow, OutboxRow.id.in_(_waiting_for(email))) if email else [],
        "mails_in_the_tray": _rows(TrayMail, TrayMail.recipient == email) if email else [],
    }


def _person(actor: Actor) -> Person:
    person = db.session.get(Person, actor.person_id) if actor.person_id is not None else None
    if person is None:
        raise NotFound
    return person


def _leads(group_id: int) -> int:
    return _count(select(func.count()).where(Membership.group_id == group_id, Membership.role == LEAD))


def _count(query: Any) -> int:
    return int(db.session.scalar(query) or 0)


def _gathering(id_: int) -> dict[str, Any]:
    [row] = _rows(Gathering, Gathering.id == id_)
    return row | {
        "dates": _rows(Occurrence, Occurrence.gathering_id == id_),
        "versions": _rows(GatheringVersion, GatheringVersion.gathering_id == id_),
        "private_home": _rows(PrivateHome, PrivateHome.gathering_id == id_),
        "came_on_paper": _rows(ProxyPost, ProxyPost.gathering_id == id_),
        "promised_not_to_solicit": _rows(Pledge, Pledge.gathering_id == id_),
        "links": _rows(PostLink, PostLink.gathering_id == id_),
        "checks": [
            {name: value for name, value in one.items() if name not in _STAFF_ONLY}
            for one in _rows(Assurance, Assurance.gathering_id == id_)
        ],
    }


def _waiting_for(email: str) -> list[int]:
    """Work that is about exactly this address. The database finds longer addresses too, and their letters are somebody else's."""
    maybe = select(OutboxRow).where(cast(OutboxRow.payload, String).contains(email, autoescape=True))
    return [row.id for row in db.session.scalars(maybe) if email in row.payload.values()]


def _memberships(person_id: int) -> list[dict[str, Any]]:
    found = []
    for group_id in db.session.scalars(select(Membership.group_id).where(Membership.person_id == person_id)).all():
        [own] = _rows(Membership, Membership.group_id == group_id, Membership.person_id == person_id)
        found.append(own | {"group": db.session.scalar(select(Group.name).where(Group.id == group_id))})
    return found


def _rows(model: Any, *conditions: ColumnElement[bool]) -> list[dict[str, Any]]:
    table: Table = model.__table__
    columns = [column for column in table.columns if _is_told(column.name)]
    return [
        _plain(dict(zip((one.name for one in columns), row, strict=True)))
        for row in db.session.execute(select(*columns).where(*conditions))
    ]


def _is_told(name: str) -> bool:
    return name not in _INNER and not name.endswith(("_id", "_hash")) or name in ("public_id", "thing_id", "subject_id")


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime | date) else value for name, value in values.items()}

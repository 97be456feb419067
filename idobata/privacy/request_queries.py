"""Who is meant by a request on paper: somebody with an account, an address, or a gathering that came on paper."""

from sqlalchemy import select

from idobata.accounts.models import MailLink
from idobata.accounts.queries import person_by_email
from idobata.desk.queries import id_in
from idobata.gatherings.models import Gathering
from idobata.gatherings.proxy_models import ProxyPost
from idobata.groups.models import GroupInvitation
from idobata.kernel.errors import NotFound
from idobata.moderation.models import Report
from idobata.privacy.own_queries import About, about
from idobata.store.database import db


def whom_is_meant(typed: str, email: str | None) -> About:
    """Whose data somebody asks for, by a cleaned `email` or else by a pasted address of a gathering. NotFound where nothing is kept.

    A gathering leads to who answers for it; where that is nobody but a host on paper, to that paper.
    """
    if email is not None:
        found = about(person_by_email(email), email)
        if found.person is None and not found.gatherings and not _stands_elsewhere(email):
            raise NotFound
        return found
    row = db.session.scalar(select(Gathering).where(Gathering.public_id == id_in(typed)))
    if row is None:
        raise NotFound
    paper = db.session.get(ProxyPost, row.id)
    if row.poster is not None:
        return about(row.poster, row.poster.email)
    if address := row.poster_email or (paper.host_email if paper is not None else ""):
        return about(person_by_email(address), address)
    if paper is None:
        raise NotFound
    return about(None, "", [row.id])


def _stands_elsewhere(email: str) -> bool:
    columns = (Report.email, GroupInvitation.email, MailLink.email)
    return any(db.session.scalar(select(column).where(column == email).limit(1)) is not None for column in columns)

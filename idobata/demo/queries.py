"""Reading the demo's mail tray."""

from sqlalchemy import select

from idobata.store.database import db
from idobata.store.mail_tray import TrayMail


def newest_mails(limit: int) -> list[TrayMail]:
    """The mails that would have been sent, newest first."""
    # What this request read so far was before the worker put the newest one in.
    db.session.rollback()
    return list(db.session.scalars(select(TrayMail).order_by(TrayMail.id.desc()).limit(limit)))


def mail_by_number(number: int) -> TrayMail | None:
    """One of them."""
    return db.session.get(TrayMail, number)

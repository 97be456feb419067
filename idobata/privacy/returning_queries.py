"""What carries somebody's address and belongs to no account: it gets a stone of its own, and tells who came back from a backup."""

from collections.abc import Collection

from sqlalchemy import Select, select

from idobata.gatherings.models import Gathering
from idobata.groups.models import GroupInvitation
from idobata.moderation.models import Report, ReportCase
from idobata.store.database import db
from idobata.store.tombstones import mark_of


def marks_without_account(email: str, gatherings: Collection[int]) -> list[str]:
    """The marks of the reports and invitations with this address, and of these gatherings. In a backup from before she had an account
    they are all there is of her."""
    papers = db.session.scalars(select(Gathering.public_id).where(Gathering.id.in_(gatherings)))
    invitations = db.session.scalars(select(GroupInvitation.public_id).where(GroupInvitation.email == email))
    reports = db.session.execute(_reports().where(Report.email == email))
    return [
        *map(mark_of, papers),
        *map(_of_invitation, invitations),
        *(_of_report(case, report) for _email, case, report in reports),
    ]


def addresses_that_came_back(marks: Collection[str]) -> dict[str, str]:
    """The addresses on reports and invitations that have a stone, each with its mark. What was erased here has no address any more."""
    invited = select(GroupInvitation.email, GroupInvitation.public_id).where(GroupInvitation.email != "")
    found = [(email, _of_invitation(public_id)) for email, public_id in db.session.execute(invited)]
    reports = db.session.execute(_reports().where(Report.email != ""))
    found += [(email, _of_report(case, report)) for email, case, report in reports]
    return {email: mark for email, mark in found if mark in marks}


def _reports() -> Select[str, str, int]:
    return select(Report.email, ReportCase.public_id, Report.id).join(ReportCase, ReportCase.id == Report.case_id)


def _of_invitation(public_id: str) -> str:
    return mark_of(f"invitation {public_id}")


def _of_report(case: str, report: int) -> str:
    return mark_of(f"report {case} {report}")

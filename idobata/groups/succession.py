"""When a group's leads go quiet: who is asked, and when. First they themselves, then the other members, then the city."""

from datetime import datetime, timedelta
from enum import StrEnum

from idobata.groups.standing import months_on

# How long each may take to answer before the next is asked.
PATIENCE = timedelta(weeks=4)


class Stage(StrEnum):
    """Who is asked at present."""

    NONE = "none"
    LEADS = "leads"
    MEMBERS = "members"
    CITY = "city"


def next_stage(
    stage: Stage, since: datetime | None, last_sign: datetime | None, now: datetime, *, quiet_months: int, has_others: bool
) -> Stage:
    """The stage a group should be in now; one step at a time.

    `since` is when the stage began, `last_sign` when any lead last signed in, posted or answered (None: there is no lead), `has_others`
    whether there are members who could take over.
    """
    beyond = Stage.MEMBERS if has_others else Stage.CITY
    if last_sign is None:
        # Nobody is left to be asked first.
        return _later(stage, since, now) if stage in (Stage.MEMBERS, Stage.CITY) else beyond
    if not is_quiet(last_sign, now, quiet_months):
        return Stage.NONE
    if stage is Stage.NONE:
        return Stage.LEADS
    if stage is Stage.LEADS:
        return beyond if since is not None and now - since >= PATIENCE else stage
    return _later(stage, since, now)


def is_quiet(last_sign: datetime, now: datetime, quiet_months: int) -> bool:
    """True when the last sign of life is at least so many months old."""
    return last_sign.date() <= months_on(now.date(), -quiet_months)


def _later(stage: Stage, since: datetime | None, now: datetime) -> Stage:
    if stage is Stage.MEMBERS and since is not None and now - since >= PATIENCE:
        return Stage.CITY
    return stage

"""The chores of groups, for the worker."""

from datetime import timedelta

from idobata.groups.check_actions import remind_of_checks
from idobata.groups.member_actions import forget_old_invitations
from idobata.groups.succession_actions import look_after_leads, note_signs_of_life
from idobata.kernel.settings import Settings
from idobata.outside.worker import Chore


def chores(settings: Settings) -> list[Chore]:
    """Leads who have gone quiet, checks that end soon, and invitations nobody used."""
    return [
        Chore("note signs of life", timedelta(hours=6), note_signs_of_life),
        Chore("look after leads", timedelta(hours=6), lambda: look_after_leads(settings)),
        Chore("remind of checks", timedelta(hours=6), lambda: remind_of_checks(settings)),
        Chore("forget old invitations", timedelta(hours=6), forget_old_invitations),
    ]

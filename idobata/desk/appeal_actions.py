"""What the desk answers to a host who asked it to look again."""

from idobata.desk.actions import publish
from idobata.gatherings.posting_actions import set_publication
from idobata.gatherings.states import Publication
from idobata.kernel.actor import Actor
from idobata.kernel.settings import Settings
from idobata.moderation.appeal_actions import answer_appeal
from idobata.moderation.models import Appeal


def grant(actor: Actor, asked: Appeal, words: str, settings: Settings) -> None:
    """Show the gathering to the town as it is, and tell its host. Raises NotAllowed, WrongState, Invalid."""
    answer_appeal(actor, asked, words, settings, granted=True)
    if asked.gathering.publication == Publication.DRAFT:
        set_publication(asked.gathering, Publication.IN_REVIEW)
    publish(actor, asked.gathering, settings)


def uphold(actor: Actor, asked: Appeal, words: str, settings: Settings) -> None:
    """Stay with the refusal and say why. Raises NotAllowed, WrongState, Invalid."""
    answer_appeal(actor, asked, words, settings, granted=False)

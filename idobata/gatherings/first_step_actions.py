"""What the town sees of the welcome mark. Who gives it, and why, is told to the right of here (`welcome/`)."""

from idobata.gatherings.date_actions import spread
from idobata.gatherings.models import Gathering


def show_first_step(gathering: Gathering, words: str = "") -> None:
    """Put the mark on the gathering's page and into the lists; `words` is the public reason, if there is one."""
    gathering.first_step, gathering.first_step_words = True, words
    spread(gathering)


def hide_first_step(gathering: Gathering) -> None:
    """Take it away again, everywhere at once."""
    gathering.first_step, gathering.first_step_words = False, ""
    spread(gathering)

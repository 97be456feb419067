"""What a host reads of her own change while it is on its way."""

from dataclasses import dataclass

from idobata.gatherings.models import Gathering
from idobata.gatherings.version_models import VersionState
from idobata.gatherings.version_queries import open_version, picture_of, would_be
from idobata.gatherings.version_words import VersionWords
from idobata.kernel import clock
from idobata.kernel.japanese_dates import ago_words
from idobata.web.pages import current_language, sentence
from idobata.web.rooms import city_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChange:
    """What she sent: `rows` of (name, now, as she wants it). `reply` and `words` are the desk's when it came back."""

    waits: bool
    age: str
    rows: tuple[tuple[str, str, str], ...]
    reply: str
    words: str


def open_change(gathering: Gathering) -> OpenChange | None:
    """The change that waits or came back; None when there is none."""
    sent = open_version(gathering)
    if sent is None:
        return None
    settings = city_settings()
    rule = next((rule for rule in settings.rules if rule.code == sent.reason_code), None)
    words = VersionWords(settings, current_language(), sentence)
    return OpenChange(
        waits=sent.state == VersionState.WAITING,
        age=ago_words(sent.made_at, clock.now(), current_language()),
        rows=tuple(words.rows(picture_of(gathering), would_be(gathering, sent))),
        reply=rule.reply if rule else "",
        words=sent.reason_words,
    )

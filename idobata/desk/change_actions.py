"""What an editor decides about a change that waits: it goes live as a whole, or back to its host with a reason."""

import hashlib

from idobata.accounts.models import Person
from idobata.desk.actions import CHANGED_MEANWHILE, AlreadyDecided, find_reason, take_up
from idobata.desk.letters import letter_of_returned_change
from idobata.gatherings.change_letters import accepted_letter
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import first_allowed_day, still_found, write_values
from idobata.gatherings.rules import problems
from idobata.gatherings.significance import Picture
from idobata.gatherings.told_changes import change_lines, tell_readers
from idobata.gatherings.version_actions import keep_live
from idobata.gatherings.version_models import GatheringVersion, VersionState
from idobata.gatherings.version_queries import base_of, picture_of, waiting_version, would_be
from idobata.gatherings.version_values import values_of
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import NotAllowed, WrongState
from idobata.kernel.letter import Letter
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.letters import post_letter

ACCEPTED = "desk.change_accepted"
RETURNED = "desk.change_returned"

GONE = N_("この変更は、もう待っていません。だれかが決めたか、投稿した人が取り消しました。")
NOT_OF_THE_GROUP = N_("この変更の主催の団体に、投稿した人はもう入っていません。理由をそえて返してください。")
NOT_GOOD_ANY_MORE = N_("このままでは、のせられないところがあります（日にちが過ぎている、など）。理由をそえて返してください。")


def fingerprint(gathering: Gathering, waiting: GatheringVersion) -> str:
    """Of all that somebody reads before deciding. A date that was cancelled meanwhile is none of it."""
    read = (waiting.number, sorted(picture_of(gathering).items()))
    return hashlib.sha256(repr(read).encode("utf-8", "backslashreplace")).hexdigest()[:20]


def accept_change(actor: Actor, gathering: Gathering, settings: Settings, *, version: str | None = None) -> None:
    """Have a waiting change go live, and tell its host. What others changed meanwhile and the host did not touch stays.

    Raises NotAllowed, `AlreadyDecided` when nothing waits any more, WrongState when the words are no longer those of `version`, or
    when the change is no longer possible.
    """
    waiting = _take_up_change(actor, gathering, version)
    before, wanted = picture_of(gathering), would_be(gathering, waiting)
    values = still_found(values_of(wanted, waiting.values, base_of(waiting), waiting.typed, gathering))
    if problems(values, settings, first_allowed_day(gathering, settings)):
        raise WrongState(NOT_GOOD_ANY_MORE)
    host = Actor(label=waiting.made_by_label, person_id=waiting.made_by_id)
    try:
        changed = write_values(host, gathering, values, settings)
    except NotAllowed:
        raise WrongState(NOT_OF_THE_GROUP) from None
    keep_live(host, gathering, before, settings, accepted=waiting)
    record(actor, ACCEPTED, "gathering", gathering.public_id, fields=sorted(changed))
    addresses = Addresses(settings.machine.base_url)
    lines = _lines(before, picture_of(gathering), settings)
    page, manage = addresses.gathering(gathering.public_id), addresses.manage(gathering.public_id)
    _tell_host(gathering, waiting, accepted_letter(settings.city.site_name, gathering.title, lines, page, manage))


def return_change(actor: Actor, gathering: Gathering, code: str, words: str, settings: Settings, *, version: str | None = None) -> None:
    """Give a waiting change back with a reason. The town goes on reading what it reads; the host keeps her words.

    Raises NotAllowed, Invalid for an unknown reason, `AlreadyDecided` and WrongState like `accept_change`.
    """
    waiting = _take_up_change(actor, gathering, version)
    rule = find_reason(code, words, settings)
    waiting.state, waiting.reason_code, waiting.reason_words = VersionState.RETURNED.value, rule.code, words
    record(actor, RETURNED, "gathering", gathering.public_id, code=rule.code)
    _tell_host(gathering, waiting, letter_of_returned_change(gathering.title, gathering.public_id, rule, words, settings))


def _take_up_change(actor: Actor, gathering: Gathering, version: str | None) -> GatheringVersion:
    take_up(actor, gathering)
    waiting = waiting_version(gathering)
    if waiting is None:
        raise AlreadyDecided(GONE)
    if version is not None and version != fingerprint(gathering, waiting):
        raise WrongState(CHANGED_MEANWHILE)
    return waiting


def _lines(before: Picture, after: Picture, settings: Settings) -> str:
    """What is new in a mail: one line for each significant part."""
    today = clock.today(settings.city.zone)
    lines = change_lines(tell_readers(None, before, after, today), today, "ja", lambda words: words)
    return "\n".join(f"・{one.words}" + (f"：{one.before} → {one.after}" if one.before or one.after else "") for one in lines)


def _tell_host(gathering: Gathering, waiting: GatheringVersion, letter: Letter) -> None:
    """Mail whoever sent the change; of somebody who is gone, the poster."""
    person = db.session.get(Person, waiting.made_by_id) if waiting.made_by_id is not None else None
    if to := person.email if person is not None else gathering.poster_email:
        post_letter(to, letter)

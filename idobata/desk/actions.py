"""What an editor decides: publish, return, tidy, take down, seen. Each writes the deed and the mail together with the change."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import inspect, select

from idobata.desk.letters import TIDY_WORDS, letter_of_return, letter_of_withdrawal, tidied_lines
from idobata.gatherings.date_actions import make_dates, spread
from idobata.gatherings.letters import published_letter, tidied_letter
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import index, keep_last_words, set_publication, tell_poster
from idobata.gatherings.rules import LIMITS
from idobata.gatherings.states import Publication
from idobata.gatherings.version_actions import keep_live
from idobata.gatherings.version_queries import picture_of
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import Invalid, NotAllowed, Problem, WrongState
from idobata.kernel.settings import PostingRule, Settings
from idobata.kernel.words import N_
from idobata.moderation.holding_actions import end_holds
from idobata.store.database import db
from idobata.store.deeds import Deed, record

PUBLISHED = "desk.published"
RETURNED = "desk.returned"
TIDIED = "desk.tidied"
WITHDRAWN = "desk.withdrawn"
SEEN = "desk.seen"

REASON_WORDS_LIMIT = 1000
CHANGED_MEANWHILE = N_("読んでいるあいだに、内容が変わりました。いまの内容を読んでから、もういちど決めてください。")

# Somebody was faster: what they did, for the one who came second. A deed that is not here says nothing about the post's state.
_DONE_BY: dict[str, str] = {
    PUBLISHED: N_("もう%(who)sさんが掲載しました。"),
    RETURNED: N_("もう%(who)sさんが投稿した人に返しました。"),
    WITHDRAWN: N_("もう%(who)sさんが掲載を止めました。"),
    "gathering.withdrawn": N_("投稿した人が取り下げました。"),
    "gathering.submitted": N_("投稿した人が、また出してくれました。もういちど読んでから決めてください。"),
}
_DONE_BY_ME: dict[str, str] = {
    PUBLISHED: N_("この集まりは、もう掲載してあります。"),
    RETURNED: N_("この集まりは、もう投稿した人に返してあります。"),
    WITHDRAWN: N_("この集まりの掲載は、もう止めてあります。"),
}


class AlreadyDecided(WrongState):
    """Somebody was faster. `template` is the Japanese sentence with its place for `who`, so that a page can translate it."""

    def __init__(self, template: str, who: str = "") -> None:
        super().__init__(template % {"who": who})
        self.template = template
        self.values = {"who": who}


@dataclass(frozen=True, slots=True, kw_only=True)
class TidyWords:
    """All an editor may change of a post: its form. Text is cleaned already. Empty category or district: none."""

    title: str
    summary: str
    body: str = ""
    category: str = ""
    district: str = ""


def version_of(gathering: Gathering) -> str:
    """A fingerprint of all that a gathering says. It travels with the page, so that nobody decides about words she never read."""
    columns = {
        column.key: getattr(gathering, column.key)
        for column in inspect(Gathering).column_attrs
        # The hourly job moves the horizon, and somebody may make sure of it meanwhile; that changes nothing to read.
        if column.key not in ("materialised_until", "checked_at", "first_step", "first_step_words")
    }
    facts = sorted(gathering.facts.items())
    return hashlib.sha256(repr((columns, facts)).encode("utf-8", "backslashreplace")).hexdigest()[:20]


def publish(actor: Actor, gathering: Gathering, settings: Settings, *, version: str | None = None) -> None:
    """Show a waiting gathering to the town, and tell its poster. What the city took down itself can be put up again.

    Raises NotAllowed, `AlreadyDecided` when it no longer waits, WrongState when its words are no longer those of `version`.
    """
    take_up(actor, gathering)
    taken_down = gathering.publication == Publication.WITHDRAWN and gathering.return_code is not None
    if gathering.publication != Publication.IN_REVIEW and not taken_down:
        raise _already(actor, gathering)
    _same_words(gathering, version)
    gathering.published_at = gathering.published_at or clock.now()
    end_holds(gathering)
    gathering.host_changed_at = None
    gathering.return_code, gathering.return_words = None, ""
    if _horizon_moved(gathering, settings):
        make_dates(gathering, settings)
    set_publication(gathering, Publication.PUBLISHED)
    index(gathering, settings)
    keep_last_words(actor, gathering, settings)
    record(actor, PUBLISHED, "gathering", gathering.public_id)
    addresses = Addresses(settings.machine.base_url)
    page, manage = addresses.gathering(gathering.public_id), addresses.manage(gathering.public_id)
    tell_poster(gathering, published_letter(settings.city.site_name, gathering.title, page, manage))


def return_post(actor: Actor, gathering: Gathering, code: str, words: str, settings: Settings, *, version: str | None = None) -> None:
    """Give a waiting post back to its poster with a reason and, if there are any, the editor's own words (cleaned).

    Raises NotAllowed, Invalid for an unknown reason, `AlreadyDecided` and WrongState like `publish`.
    """
    take_up(actor, gathering)
    if gathering.publication != Publication.IN_REVIEW:
        raise _already(actor, gathering)
    _same_words(gathering, version)
    rule = find_reason(code, words, settings)
    gathering.return_code, gathering.return_words = rule.code, words
    set_publication(gathering, Publication.DRAFT)
    record(actor, RETURNED, "gathering", gathering.public_id, code=rule.code)
    tell_poster(gathering, letter_of_return(gathering.title, gathering.public_id, rule, words, settings))


def withdraw(actor: Actor, gathering: Gathering, code: str, words: str, settings: Settings, *, version: str | None = None) -> None:
    """Take a published gathering off the site with a reason. Its words and dates are kept; the poster may send it again.

    Raises NotAllowed, Invalid for an unknown reason, `AlreadyDecided` and WrongState like `publish`.
    """
    take_up(actor, gathering)
    if gathering.publication != Publication.PUBLISHED:
        raise _already(actor, gathering)
    _same_words(gathering, version)
    rule = find_reason(code, words, settings)
    gathering.return_code, gathering.return_words = rule.code, words
    gathering.host_changed_at = None
    set_publication(gathering, Publication.WITHDRAWN)
    record(actor, WITHDRAWN, "gathering", gathering.public_id, code=rule.code)
    tell_poster(gathering, letter_of_withdrawal(gathering.title, gathering.public_id, rule, words, settings))


def tidy(actor: Actor, gathering: Gathering, words: TidyWords, settings: Settings, *, version: str | None = None) -> frozenset[str]:
    """Change the form of a waiting or published post and tell its poster what; returns the names of the changed fields.

    When nothing changed, nothing is written or mailed. Raises NotAllowed, Invalid naming every problem, `AlreadyDecided`, WrongState.
    """
    take_up(actor, gathering)
    if gathering.publication not in (Publication.IN_REVIEW, Publication.PUBLISHED):
        raise _already(actor, gathering)
    _same_words(gathering, version)
    if found := _tidy_problems(words, settings):
        raise Invalid(*found)
    before = {name: getattr(gathering, name) or "" for name in TIDY_WORDS}
    after = {name: getattr(words, name) for name in TIDY_WORDS}
    changed = frozenset(name for name in TIDY_WORDS if before[name] != after[name])
    if not changed:
        return changed
    said_before = picture_of(gathering)
    gathering.title, gathering.summary, gathering.body = words.title, words.summary, words.body
    gathering.category, gathering.district = words.category or None, words.district or None
    gathering.updated_at = clock.now()
    if changed & {"category", "district"}:
        spread(gathering)
    index(gathering, settings)
    keep_live(actor, gathering, said_before, settings, tell=False)
    record(actor, TIDIED, "gathering", gathering.public_id, fields=sorted(changed))
    manage = Addresses(settings.machine.base_url).manage(gathering.public_id)
    lines = tidied_lines(_in_words(before, settings), _in_words(after, settings))
    # The poster knows it by the name she gave it.
    tell_poster(gathering, tidied_letter(settings.city.site_name, before["title"], lines, manage))
    return changed


def mark_seen(actor: Actor, gathering: Gathering, *, version: str | None = None) -> None:
    """Say that an editor has looked at what the host changed. Raises NotAllowed, `AlreadyDecided`, WrongState."""
    take_up(actor, gathering)
    if gathering.host_changed_at is None:
        raise AlreadyDecided(N_("この変更は、もうだれかが見てくれました。"))
    _same_words(gathering, version)
    gathering.host_changed_at = None
    record(actor, SEEN, "gathering", gathering.public_id)


def take_up(actor: Actor, gathering: Gathering) -> None:
    """Take a gathering up for a decision. Raises NotAllowed unless the actor edits for the city."""
    if not actor.may_edit():
        raise NotAllowed
    # Two editors may press at once: the second waits here and then reads what the first one left.
    db.session.scalar(select(Gathering).where(Gathering.id == gathering.id).with_for_update().execution_options(populate_existing=True))


def _already(actor: Actor, gathering: Gathering) -> AlreadyDecided:
    waits = gathering.publication == Publication.IN_REVIEW
    acts = [act for act in _DONE_BY if (act == "gathering.submitted") == waits]
    last = db.session.scalar(
        select(Deed)
        .where(Deed.thing == "gathering", Deed.thing_id == gathering.public_id, Deed.act.in_(acts))
        .order_by(Deed.id.desc())
        .limit(1)
    )
    if last is None:
        return AlreadyDecided(N_("この集まりは、いまはそれができる状態ではありません。ページを読み直してください。"))
    if last.actor_id == actor.person_id and last.act in _DONE_BY_ME:
        return AlreadyDecided(_DONE_BY_ME[last.act])
    return AlreadyDecided(_DONE_BY[last.act], last.actor_label)


def _same_words(gathering: Gathering, version: str | None) -> None:
    if version is not None and version != version_of(gathering):
        raise WrongState(CHANGED_MEANWHILE)


def find_reason(code: str, words: str, settings: Settings) -> PostingRule:
    """The city's rule with this code. Raises Invalid for an unknown one, and for words that are too long."""
    rule = next((rule for rule in settings.rules if rule.code == code), None)
    if rule is None:
        raise Invalid(Problem("code", N_("どのきまりのことか、一覧からえらんでください。")))
    if len(words) > REASON_WORDS_LIMIT:
        raise Invalid(Problem("words", N_("ひとことは%(limit)s文字までです。すこし短くしてください。"), {"limit": REASON_WORDS_LIMIT}))
    return rule


def _tidy_problems(words: TidyWords, settings: Settings) -> list[Problem]:
    found: list[Problem] = []
    if not words.title:
        found.append(Problem("title", N_("集まりの名前が空になっています。書いてください。")))
    if not words.summary:
        found.append(Problem("summary", N_("どんなことをするのかが空になっています。ひとこと書いてください。")))
    for name in ("title", "summary", "body"):
        if len(getattr(words, name)) > LIMITS[name]:
            found.append(Problem(name, N_("%(limit)s文字までにおさめてください。"), {"limit": LIMITS[name]}))
    if words.category and settings.category(words.category) is None:
        found.append(Problem("category", N_("カテゴリを一覧からえらんでください。")))
    if words.district and settings.district(words.district) is None:
        found.append(Problem("district", N_("地区を一覧からえらんでください。")))
    return found


def _in_words(values: dict[str, str], settings: Settings) -> dict[str, str]:
    category, district = settings.category(values["category"]), settings.district(values["district"])
    return values | {
        "category": category.name if category else values["category"],
        "district": district.name if district else values["district"],
    }


def _horizon_moved(gathering: Gathering, settings: Settings) -> bool:
    horizon = clock.today(settings.city.zone) + timedelta(days=settings.policy.horizon_days)
    return gathering.materialised_until is None or gathering.materialised_until < horizon

"""What the desk puts into the letters of `gatherings/letters.py`: the reason for a decision, and what was tidied."""

from collections.abc import Mapping

from idobata.gatherings.change_letters import change_returned_letter
from idobata.gatherings.letters import returned_letter, withdrawn_letter
from idobata.kernel.addresses import Addresses
from idobata.kernel.letter import Letter
from idobata.kernel.settings import PostingRule, Settings

# In the order of the form. The poster reads these names in a mail, so they are the form's own.
TIDY_WORDS: dict[str, str] = {
    "title": "集まりの名前",
    "summary": "どんなことをするか",
    "body": "くわしい文",
    "category": "カテゴリ",
    "district": "地区",
}


def letter_of_return(title: str, public_id: str, rule: PostingRule, words: str, settings: Settings) -> Letter:
    """The mail that gives a post back; the desk shows the same one before it is sent."""
    return returned_letter(settings.city.site_name, title, rule.reply, words, _manage(public_id, settings))


def letter_of_returned_change(title: str, public_id: str, rule: PostingRule, words: str, settings: Settings) -> Letter:
    """The mail that gives a change back; the desk shows the same one before it is sent."""
    return change_returned_letter(settings.city.site_name, title, rule.reply, words, _manage(public_id, settings))


def letter_of_withdrawal(title: str, public_id: str, rule: PostingRule, words: str, settings: Settings) -> Letter:
    """The mail that says why the city took a gathering down."""
    # The rule's own reply speaks of a post that comes back; here the gathering was up already.
    reason = f"このサイトのきまり「{rule.title}」に合わないところがあると考えたためです。\n{rule.text}"
    return withdrawn_letter(settings.city.site_name, title, reason, words, _manage(public_id, settings))


def tidied_lines(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """One line for each field that differs. Short ones are said in full; of the long text only that it was tidied."""
    lines = []
    for name, words in TIDY_WORDS.items():
        if before[name] == after[name]:
            continue
        if name == "body":
            lines.append(f"・{words}")
        else:
            lines.append(f"・{words}：「{before[name] or 'なし'}」→「{after[name] or 'なし'}」")
    return "\n".join(lines)


def _manage(public_id: str, settings: Settings) -> str:
    return Addresses(settings.machine.base_url).manage(public_id)

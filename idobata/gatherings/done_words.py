"""What a page says after something was done. The address carries only a code; what is not in the list says nothing."""

from idobata.gatherings.part_words import PART_WORDS
from idobata.gatherings.states import Publication
from idobata.kernel.words import N_

DONE: dict[str, str] = {
    "sent": N_("確認に出しました。"),
    "shown": N_("掲載しました。もう、みんなに見えています。"),
    "confirmed": N_("メールアドレスをたしかめました。ありがとうございます。"),
    "claimed": N_("あなたの集まりになりました。これからは、ここで直せます。"),
    "kept": N_("下書きにしました。つづきは、いつでも書けます。"),
    "same": N_("変わったところはありませんでした。"),
    "change_sent": N_("変更を確認に出しました。市の担当が読んだら、ページが新しくなります。"),
    "change_same": N_("出してある変更と同じ内容です。確認を待っています。"),
    "taken_back": N_("変更を取り消しました。ページは、いままでのままです。"),
    "withdrawn": N_("掲載をやめました。書いた内容は残っています。"),
    "cancelled": N_("この日を中止にしました。"),
    "restored": N_("もとにもどしました。"),
    "full": N_("満員にしました。"),
    "confirmed_date": N_("「開催します」と出しました。"),
    "moved": N_("日時を変えました。"),
    "added": N_("日を足しました。"),
    "asked_again": N_("受けとりました。市の担当がもういちど読んで、メールでお返事します。"),
}

# What shows on the public page and in calendars at once.
OF_A_DATE = frozenset({"cancelled", "restored", "full", "confirmed_date", "moved", "added"})
SHOWS_ALREADY = N_("ページにもカレンダーにも、もう出ています。")

_CHANGED = "changed"


def sent_code(publication: str) -> str:
    """The code after sending: what it led to depends on the city and on who sends."""
    return "shown" if publication == Publication.PUBLISHED else "sent"


def changed_code(changed: frozenset[str]) -> str:
    """The code for a change of these values."""
    return ".".join([_CHANGED, *sorted(changed & PART_WORDS.keys())]) if changed else "same"


def changed_parts(code: str) -> list[str]:
    """What a code of `changed_code` says was changed, each part once, in the order of the form."""
    head, *names = code.split(".")
    if head != _CHANGED:
        return []
    return list(dict.fromkeys(words for name, words in PART_WORDS.items() if name in names))


def is_changed(code: str) -> bool:
    """True for a code of `changed_code` that speaks of a change."""
    return code.split(".")[0] == _CHANGED

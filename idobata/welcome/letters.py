"""The letters to hosts about the welcome mark. What a host is asked is kept as a version: she agreed to these words and no others."""

import hashlib

from idobata.kernel.letter import Letter
from idobata.kernel.settings import City

LINK_DAYS = 30


def consent_words(city: City, title: str, reason: str) -> str:
    """What a host is asked, in plain words: what the mark is, what will be seen, and how to take it back."""
    shown = f"「{city.welcome_label}」" + (f"と「{reason}」" if reason else "")
    return (
        f"「{title}」のページに、{shown}のしるしをつけてもいいですか。\n"
        "\n"
        f"{city.welcome_label}は、「{city.welcome_words}」という意味のしるしです。"
        "市の担当が、書いてあることをたしかめたうえで、おねがいしています。\n"
        "\n"
        "・しるしがつくと、集まりのページと一覧に小さく出ます。しるしのある集まりだけの一覧にものります。\n"
        "・お金はかかりません。集まりのやりかたを変えていただくこともありません。\n"
        "・来る人がふえるとはかぎりません。だれが来たかを市にお知らせいただくこともありません。\n"
        "・いつでも、ひと押しで外せます。わけは聞きません。\n"
    )


def version_of(words: str) -> str:
    """A short name for exactly these words."""
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def ask_letter(city: City, title: str, words: str, link: str) -> Letter:
    """The letter that asks."""
    return Letter(
        subject=f"【{city.site_name}】「{title}」に「{city.welcome_label}」のしるしをつけてもいいですか",
        text=(
            f"{words}\n"
            "どう見えるかは、下のページでたしかめられます。そこで「つけていい」「つけない」をえらんでください。\n\n"
            f"{link}\n\n"
            f"このリンクは{LINK_DAYS}日のあいだ使えます。お返事がなければ、つけません。\n"
        ),
    )


def taken_away_letter(city: City, title: str, page: str) -> Letter:
    """The letter that tells that the city has taken the mark away for good."""
    return Letter(
        subject=f"【{city.site_name}】「{title}」の「{city.welcome_label}」のしるしを外しました",
        text=(
            f"「{title}」のページから、「{city.welcome_label}」のしるしを外しました。集まりのページは、これまでどおり出ています。\n\n"
            f"{page}\n\n"
            "わからないことは、市の担当におたずねください。\n"
        ),
    )

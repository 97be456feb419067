"""The letters about a change that waited: it is up, or there is a question about it."""

from idobata.kernel.letter import Letter


def accepted_letter(site: str, title: str, lines: str, page: str, manage: str) -> Letter:
    """Says that the change is up, and what of it."""
    return Letter(
        subject=f"【{site}】「{title}」の変更をのせました",
        text=(
            f"「{title}」の変更をのせました。\n{lines}\n\n"
            f"新しい内容は、こちらで見られます。\n{page}\n\n"
            "また変わったことがあれば、こちらからいつでも直せます。\n"
            f"{manage}\n"
        ),
    )


def change_returned_letter(site: str, title: str, reply: str, words: str, manage: str) -> Letter:
    """Gives a change back with the reason; what was up stays up."""
    own = f"\n担当から：\n{words}\n" if words else ""
    return Letter(
        subject=f"【{site}】「{title}」の変更について、おたずねします",
        text=(
            f"「{title}」の変更を読みました。\n\n"
            f"{reply}\n{own}\n"
            "ページには、いままでの内容がそのまま出ています。\n"
            "書いた変更は残っています。こちらから直して、もういちど出してください。\n"
            f"{manage}\n"
        ),
    )

"""The letters a poster gets. Short, friendly, and always with the next step."""

from idobata.kernel.letter import Letter


def confirm_post_letter(site: str, link: str, hours: int) -> Letter:
    """Asks the poster to confirm the address.

    Holds none of her words: an unconfirmed address must not become a way to mail a text to strangers.
    """
    return Letter(
        subject=f"【{site}】メールアドレスの確認をおねがいします",
        text=(
            f"{site}に集まりを書いてくださり、ありがとうございます。\n"
            "下のリンクを開いて「確認に出す」を押すと、市の担当にとどきます。\n\n"
            f"{link}\n\n"
            f"このリンクは{hours}時間のあいだ使えます。\n"
            "お心当たりがないときは、このメールをそのまま消してください。何も掲載されません。\n"
        ),
    )


def received_letter(site: str, title: str, manage: str, days: int) -> Letter:
    """Says that the post has arrived and what comes next."""
    return Letter(
        subject=f"【{site}】「{title}」を受け取りました",
        text=(
            f"「{title}」を受け取りました。\n"
            f"市の担当が読んで、{days}日ほどでお返事します。\n\n"
            "それまでのあいだも、ここまでの内容はいつでも直せます。\n"
            f"{manage}\n"
        ),
    )


def published_letter(site: str, title: str, page: str, manage: str) -> Letter:
    """Says that the gathering is up."""
    return Letter(
        subject=f"【{site}】「{title}」を掲載しました",
        text=(
            f"「{title}」を掲載しました。\n{page}\n\n"
            "中止になった日や変わったことがあれば、こちらからいつでも直せます。\n"
            f"{manage}\n\n"
            "たのしい集まりになりますように。\n"
        ),
    )


def returned_letter(site: str, title: str, reply: str, words: str, manage: str) -> Letter:
    """Gives a post back with the reason and the way to send it again."""
    own = f"\n担当から：\n{words}\n" if words else ""
    return Letter(
        subject=f"【{site}】「{title}」について、おたずねします",
        text=(
            f"「{title}」を読みました。\n\n"
            f"{reply}\n{own}\n"
            "書いた内容は残っています。こちらから直して、もういちど出してください。\n"
            "直さなくてもよいと思うときは、同じページの「もういちど見てもらう」から、わけを教えてください。\n"
            f"{manage}\n"
        ),
    )


def tidied_letter(site: str, title: str, fields: str, manage: str) -> Letter:
    """Says that an editor tidied the form of a post, and what."""
    return Letter(
        subject=f"【{site}】「{title}」の書きかたを整えました",
        text=(
            f"「{title}」を読みやすくするため、市の担当が次のところを整えました。\n{fields}\n\n"
            "日にち・場所・お金などの中身は変えていません。気になるところは、こちらから直せます。\n"
            f"{manage}\n"
        ),
    )


def withdrawn_letter(site: str, title: str, reply: str, words: str, manage: str) -> Letter:
    """Says that the city took a gathering down, why, and how to ask again."""
    own = f"\n担当から：\n{words}\n" if words else ""
    return Letter(
        subject=f"【{site}】「{title}」の掲載を止めました",
        text=(
            f"「{title}」の掲載を止めました。\n\n{reply}\n{own}\n"
            "書いた内容は残っています。直して出していただければ、もういちど読みます。\n"
            "直さなくてもよいと思うときは、同じページの「もういちど見てもらう」から、わけを教えてください。\n"
            f"{manage}\n"
        ),
    )

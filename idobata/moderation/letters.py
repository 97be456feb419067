"""The letters of reports, appeals and hiding. They never name or quote a reporter to a host."""

from idobata.kernel.letter import Letter


def ask_host_letter(site: str, title: str, ended: bool, manage: str) -> Letter:
    """Asks the host to look at her page once more. Says nothing of who wrote, and quotes nothing."""
    seen = "もう終わっているかもしれない" if ended else "書いてあることと、ようすがちがうところがあるかもしれない"
    return Letter(
        subject=f"【{site}】「{title}」のページを、いちど見てください",
        text=(
            f"「{title}」について、{seen}と教えてくださった方がいました。\n\n"
            "お手数ですが、日にち・時間・場所などが今のとおりか、いちど見てください。合っていれば、そのままでだいじょうぶです。\n"
            f"{manage}\n\n"
            "ページはこのまま出ています。\n"
        ),
    )


def reporter_letter(site: str, title: str, reply: str, words: str) -> Letter:
    """Tells a reporter who wished for an answer what became of it."""
    own = f"\n担当から：\n{words}\n" if words else ""
    return Letter(
        subject=f"【{site}】「{title}」について教えてくださった方へ",
        text=(
            f"「{title}」について教えてくださり、ありがとうございました。\n\n{reply}\n{own}\n"
            "このメールアドレスは、お返事のためだけに使い、しばらくしたら消します。\n"
        ),
    )


def hidden_letter(site: str, title: str, rule: str, text: str, words: str, manage: str) -> Letter:
    """Says that the city hid a gathering, by which rule, and how to ask it to look again."""
    own = f"\n担当から：\n{words}\n" if words else ""
    return Letter(
        subject=f"【{site}】「{title}」をいったん非公開にしました",
        text=(
            f"「{title}」をいったん非公開にしました。\n\n"
            f"このサイトのきまり「{rule}」に合わないところがあるかもしれないためです。\n{text}\n{own}\n"
            "書いた内容は残っています。直して出すことも、「もういちど見てもらう」からわけを書いて送ることもできます。\n"
            f"{manage}\n"
        ),
    )


def restored_letter(site: str, title: str, page: str) -> Letter:
    """Says that a hidden gathering is up again."""
    return Letter(
        subject=f"【{site}】「{title}」をもとにもどしました",
        text=f"「{title}」を、もういちど掲載しました。ご心配をおかけしました。\n{page}\n",
    )


def appeal_letter(site: str, title: str, granted: bool, words: str, manage: str) -> Letter:
    """Answers a host who asked the city to look again."""
    answer = (
        "もういちど読みました。このまま掲載します。"
        if granted
        else "もういちど読みましたが、このままでは掲載できないと考えました。直して出していただければ、また読みます。"
    )
    own = f"\n担当から：\n{words}\n" if words else ""
    return Letter(
        subject=f"【{site}】「{title}」を、もういちど読みました",
        text=f"「{title}」について書いてくださり、ありがとうございました。\n\n{answer}\n{own}\n{manage}\n",
    )

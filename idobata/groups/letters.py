"""The letters groups get. Each goes to one person; nobody's address stands in another's."""

from datetime import date

from idobata.kernel.letter import Letter


def founded_letter(site: str, group: str, page: str, manage: str) -> Letter:
    """Says that the group is there and what comes next."""
    return Letter(
        subject=f"【{site}】「{group}」を登録しました",
        text=(
            f"「{group}」のページができました。\n{page}\n\n"
            "いっしょに動かす人を招いたり、紹介の文を直したりは、こちらからどうぞ。\n"
            f"{manage}\n\n"
            "集まりを投稿するときに「だれの名前でのせますか？」で、この団体をえらべます。\n"
        ),
    )


def invitation_letter(site: str, group: str, role: str, link: str, until: str) -> Letter:
    """Invites somebody. Holds no words of the one who invites, so that it cannot be used to write to strangers."""
    return Letter(
        subject=f"【{site}】団体への招待がとどいています",
        text=(
            f"「{group}」から、{role}としての招待がとどきました。\n"
            "下のリンクを開いて「参加する」を押すと、団体のメンバーになります。\n\n"
            f"{link}\n\n"
            f"このリンクは{until}まで、1回だけ使えます。\n"
            "お心当たりがないときは、このメールをそのまま消してください。何も起こりません。\n"
        ),
    )


def welcome_letter(site: str, link: str, hours: int) -> Letter:
    """Proves the address of somebody new who wants to join or to found a group."""
    return Letter(
        subject=f"【{site}】メールアドレスの確認をおねがいします",
        text=(
            f"{site}です。団体のつづきは、下のリンクからどうぞ。\n"
            "開いてボタンを押すと、このアドレスでログインします。\n\n"
            f"{link}\n\n"
            f"このリンクは{hours}時間のあいだ、1回だけ使えます。\n"
            "お心当たりがないときは、このメールをそのまま消してください。何も起こりません。\n"
        ),
    )


def joined_letter(site: str, group: str, name: str, manage: str) -> Letter:
    """Tells the leads who joined."""
    return Letter(
        subject=f"【{site}】「{group}」に新しいメンバーが加わりました",
        text=f"{name}さんが「{group}」に加わりました。\n\nメンバーの一覧はこちらです。\n{manage}\n",
    )


def removed_letter(site: str, group: str) -> Letter:
    """Tells somebody that she is a member no more."""
    return Letter(
        subject=f"【{site}】「{group}」のメンバーから外れました",
        text=(
            f"「{group}」のメンバーから外れました。団体の集まりは、これからは団体のみなさんが続けます。\n\n"
            "まちがいだと思うときは、団体の代表の方に声をかけてください。\n"
        ),
    )


def still_letter(site: str, group: str, months: int, link: str, weeks: int) -> Letter:
    """Asks a lead who has been quiet."""
    return Letter(
        subject=f"【{site}】「{group}」は、まだ続いていますか？",
        text=(
            f"お久しぶりです。{months}か月ほど、「{group}」の代表の方のようすがわからないので、おたずねします。\n\n"
            "続けているときは、下のリンクを開いて「まだ続けています」を押してください。それだけで終わりです。\n\n"
            f"{link}\n\n"
            f"{weeks}週間たってもお返事がないときは、ほかのメンバーの方におたずねします。\n"
        ),
    )


def take_over_letter(site: str, group: str, manage: str, weeks: int) -> Letter:
    """Asks the other members whether one of them takes over."""
    return Letter(
        subject=f"【{site}】「{group}」の代表を引き受けてくださいませんか",
        text=(
            f"「{group}」の代表の方から、しばらくお返事がありません。\n"
            "メンバーのどなたかが引き受けてくださると、団体のページをこのまま続けられます。\n\n"
            f"こちらを開いて「代表を引き受ける」を押してください。\n{manage}\n\n"
            "最初に押した方が代表になります。いまの代表の方は、メンバーとして残ります。\n"
            f"{weeks}週間たってもどなたもいないときは、市の担当が相談にのります。\n"
        ),
    )


def taken_over_letter(site: str, group: str, manage: str) -> Letter:
    """Tells the old lead who has been relieved."""
    return Letter(
        subject=f"【{site}】「{group}」の代表が代わりました",
        text=(
            f"しばらくごようすがわからなかったので、「{group}」の代表をほかの方が引き受けました。\n"
            "これまでありがとうございました。あなたも、投稿係としてメンバーに残っています。\n\n"
            f"{manage}\n"
        ),
    )


def new_lead_letter(site: str, group: str, manage: str) -> Letter:
    """Tells somebody that she leads the group now."""
    return Letter(
        subject=f"【{site}】「{group}」の代表になりました",
        text=f"「{group}」の代表をおねがいすることになりました。できることはこちらです。\n{manage}\n",
    )


def check_ends_letter(site: str, group: str, until: date, contact: str, manage: str) -> Letter:
    """Tells the leads that the city's check runs out soon."""
    return Letter(
        subject=f"【{site}】「{group}」の確認の期限が近づいています",
        text=(
            f"市が「{group}」を確認した期限は、{until.year}年{until.month}月{until.day}日です。\n"
            "そのまま過ぎると、ページの「確認済み」が「未確認」に変わります。集まりはそのまま開けます。\n\n"
            f"続けるときは、市の担当に声をかけてください。\n{contact}\n\n"
            f"団体のページはこちらです。\n{manage}\n"
        ),
    )


def ended_letter(site: str, group: str, page: str) -> Letter:
    """Tells the members that the group has stopped."""
    return Letter(
        subject=f"【{site}】「{group}」は活動を終えました",
        text=(
            f"「{group}」は活動を終えました。おつかれさまでした。\n"
            "団体のページとこれまでの集まりは残ります。集まりは、投稿した方がこれからも直せます。\n\n"
            f"{page}\n"
        ),
    )

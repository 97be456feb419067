"""Letters to hosts from the city: whether their gatherings still run, and that staff wrote one down for them."""

from collections.abc import Sequence

from idobata.kernel.letter import Letter

MOST_TITLES = 20


def still_letter(site: str, titles: Sequence[str], link: str, days: int, *, again: bool) -> Letter:
    """One letter for all that is due. `again`: she was asked before."""
    about = f"「{titles[0]}」" if len(titles) == 1 else f"{len(titles)}つの集まり"
    what = f"{about}は、いまも続いていますか？"
    shown = [f"・{title}" for title in titles[:MOST_TITLES]]
    if len(titles) > MOST_TITLES:
        shown.append(f"・ほか{len(titles) - MOST_TITLES}つ")
    lines = "\n".join(shown)
    opening = "まえにもおたずねしましたが、お返事がまだのようです。" if again else "いつもありがとうございます。"
    return Letter(
        subject=f"【{site}】{what}",
        text=(
            f"{site}です。{opening}\n"
            "次の集まりが、いまも続いているか教えてください。\n\n"
            f"{lines}\n\n"
            "下のリンクを開いて、「続けています」「お休みします」「終わりました」のどれかを押すだけです。ログインはいりません。\n\n"
            f"{link}\n\n"
            f"このリンクは{days}日のあいだ使えます。\n"
            "お返事がないときも、ページは消えません。しばらくしたら「最近の確認がとれていません」と書きそえます。\n"
        ),
    )


def typed_for_you_letter(site: str, title: str, claim: str, days: int) -> Letter:
    """Tells a host that staff wrote her gathering down for her, and how it becomes hers to change."""
    return Letter(
        subject=f"【{site}】「{title}」を、市の担当が代わりに書きました",
        text=(
            f"{site}です。\n"
            f"おあずかりした「{title}」を、市の担当が代わりに書きました。{days}日ほどでページにのります。\n\n"
            "ご自分で直したいときは、このメールのアドレスでログインして、お渡しした控えの合言葉を入れてください。\n"
            f"{claim}\n\n"
            "中止や変更は、電話でもだいじょうぶです。\n"
            "お心当たりがないときは、このメールをそのまま消してください。何も起こりません。\n"
        ),
    )

"""The letters of signing in."""

from idobata.accounts.mail_codes import shown
from idobata.kernel.letter import Letter


def sign_in_letter(site: str, link: str, code: str, minutes: int) -> Letter:
    """The letter with the sign-in link and the code."""
    return Letter(
        subject=f"【{site}】ログインのご案内",
        text=(
            f"{site}です。\n"
            "ログインを始めたブラウザで下のリンクを開いて、「ログインする」を押してください。\n\n"
            f"{link}\n\n"
            "メールを別の機械で読んでいるときは、この数字を、ログインを始めた画面に入れてください。\n\n"
            f"{shown(code)}\n\n"
            f"リンクも数字も{minutes}分のあいだ、1回だけ使えます。数字は、だれにも教えないでください。\n"
            "お心当たりがないときは、このメールをそのまま消してください。何も起こりません。\n"
        ),
    )


def prove_letter(site: str, code: str, minutes: int) -> Letter:
    """The letter with the code for somebody who is signed in and is asked again who she is."""
    return Letter(
        subject=f"【{site}】ご本人の確認",
        text=(
            f"{site}です。\n"
            "大切な操作の前の確認です。開いている画面に、この数字を入れてください。\n\n"
            f"{shown(code)}\n\n"
            f"{minutes}分のあいだ、1回だけ使えます。数字は、だれにも教えないでください。\n"
            "お心当たりがないときは、だれかがあなたのページを開いているかもしれません。\n"
            "マイページの「どこでログインしているか」から、ほかのログインを終わらせてください。\n"
        ),
    )


def new_address_letter(site: str, link: str, minutes: int) -> Letter:
    """The letter to a new address, with the link that proves it."""
    return Letter(
        subject=f"【{site}】新しいメールアドレスの確認",
        text=(
            f"{site}です。\n"
            "このアドレスを、これからのログインとお知らせに使います。\n"
            "ログインしているブラウザで下のリンクを開いて、「このアドレスに変える」を押してください。\n\n"
            f"{link}\n\n"
            f"このリンクは{minutes}分のあいだ、1回だけ使えます。\n"
            "お心当たりがないときは、このメールをそのまま消してください。何も変わりません。\n"
        ),
    )


def address_taken_letter(site: str) -> Letter:
    """The letter to an address that somebody wanted to take over, and that is in use already."""
    return Letter(
        subject=f"【{site}】メールアドレスについて",
        text=(
            f"{site}です。\n"
            "どなたかが、このアドレスを新しいアドレスとして登録しようとしました。\n"
            "このアドレスはもうログインに使われているので、何も変えていません。\n"
            "ご自身でなさったときは、このアドレスのまま、いつもどおりログインしてください。\n"
        ),
    )


def address_changed_letter(site: str, phone: str, email: str) -> Letter:
    """The letter to the old address: from now on another one counts."""
    return Letter(
        subject=f"【{site}】メールアドレスが変わりました",
        text=(
            f"{site}です。\n"
            "ログインとお知らせに使うメールアドレスが、別のアドレスに変わりました。\n"
            "ほかのブラウザのログインは、すべて終わらせました。\n\n"
            "お心当たりがないときは、すぐにお知らせください。\n" + _ways(phone, email)
        ),
    )


def _ways(phone: str, email: str) -> str:
    """How the city is reached, one way a line."""
    return "".join(f"{name} {way}\n" for name, way in (("電話", phone), ("メール", email)) if way)

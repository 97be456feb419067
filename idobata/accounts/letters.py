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


def second_changed_letter(site: str, phone: str, email: str) -> Letter:
    """The letter to a member of staff whose second factor was added or taken away."""
    return Letter(
        subject=f"【{site}】もうひとつの確認が変わりました",
        text=(
            f"{site}です。\n"
            "ログインのときの「もうひとつの確認」（アプリの数字・パスキー）が、足されたか外されました。\n"
            "ほかのブラウザのログインは、すべて終わらせました。\n\n"
            "お心当たりがないときは、すぐにお知らせください。\n" + _ways(phone, email)
        ),
    )


def second_reset_letter(site: str, phone: str, email: str) -> Letter:
    """The letter to a member of staff whose second factor a colleague has reset."""
    return Letter(
        subject=f"【{site}】もうひとつの確認を、はじめからにしました",
        text=(
            f"{site}です。\n"
            "管理の担当が、あなたの「もうひとつの確認」（アプリの数字・パスキー・予備の番号）を消しました。\n"
            "つぎにログインするときに、新しく用意してください。いまのログインは、すべて終わらせました。\n\n"
            "たのんだおぼえがないときは、すぐにお知らせください。\n" + _ways(phone, email)
        ),
    )


def recovery_used_letter(site: str, left: int, phone: str, email: str) -> Letter:
    """The letter to somebody one of whose recovery codes was used."""
    return Letter(
        subject=f"【{site}】予備の番号が使われました",
        text=(
            f"{site}です。\n"
            f"予備の番号がひとつ使われ、残りは{left}個です。\n"
            "少なくなったら、マイページの「ログインの設定」で新しくできます。\n\n"
            "お心当たりがないときは、すぐにお知らせください。\n" + _ways(phone, email)
        ),
    )


def password_letter(site: str, phone: str, email: str) -> Letter:
    """The letter to somebody whose password was set, changed or taken away."""
    return Letter(
        subject=f"【{site}】パスワードが変わりました",
        text=(
            f"{site}です。\n"
            "ログインのパスワードが、決められたか、変わったか、なくなりました。\n"
            "ほかのブラウザのログインは、すべて終わらせました。\n\n"
            "お心当たりがないときは、すぐにお知らせください。\n" + _ways(phone, email)
        ),
    )


def role_letter(site: str, role: str, link: str, *, given: bool) -> Letter:
    """The letter to somebody who was given a role of the city, or from whom it was taken away."""
    if not given:
        return Letter(
            subject=f"【{site}】役割が変わりました",
            text=f"{site}です。\n「{role}」の役割は、終わりになりました。これまで、ありがとうございました。\n投稿した人としては、これまでどおり使えます。\n",
        )
    return Letter(
        subject=f"【{site}】役割のお知らせ",
        text=(
            f"{site}です。\n"
            f"あなたに「{role}」の役割をおねがいすることになりました。\n"
            "下のページで、このメールアドレスを入れてログインしてください。\n"
            "はじめてのときは、電話のアプリなどで「もうひとつの確認」を用意します。\n\n"
            f"{link}\n"
        ),
    )

"""The letters of signing in."""

from idobata.kernel.letter import Letter


def sign_in_letter(site: str, link: str, minutes: int) -> Letter:
    """The letter with the sign-in link."""
    return Letter(
        subject=f"【{site}】ログインのご案内",
        text=(
            f"{site}です。\n"
            "下のリンクを開いて「ログインする」を押してください。\n\n"
            f"{link}\n\n"
            f"このリンクは{minutes}分のあいだ、1回だけ使えます。\n"
            "お心当たりがないときは、このメールをそのまま消してください。何も起こりません。\n"
        ),
    )

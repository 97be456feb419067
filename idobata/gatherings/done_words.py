"""What a page says after something was done. The address carries only a code; what is not in the list says nothing."""

from idobata.kernel.words import N_

DONE: dict[str, str] = {
    "sent": N_("確認に出しました。"),
    "confirmed": N_("メールアドレスを確かめました。ありがとうございます。"),
    "kept": N_("下書きにしました。つづきは、いつでも書けます。"),
    "same": N_("変わったところはありませんでした。"),
    "withdrawn": N_("掲載をやめました。書いた内容は残っています。"),
    "cancelled": N_("この日を中止にしました。"),
    "restored": N_("もとにもどしました。"),
    "full": N_("満員にしました。"),
    "confirmed_date": N_("「開催します」と出しました。"),
    "moved": N_("日時を変えました。"),
    "added": N_("日を足しました。"),
}

# What shows on the public page and in calendars at once.
OF_A_DATE = frozenset({"cancelled", "restored", "full", "confirmed_date", "moved", "added"})
SHOWS_ALREADY = N_("ページにもカレンダーにも、もう出ています。")

# How a host calls what she changed.
PART_WORDS: dict[str, str] = {
    "title": N_("集まりの名前"),
    "summary": N_("どんなことをするか"),
    "body": N_("くわしい文"),
    "host_name": N_("主催の名前"),
    "group_id": N_("主催の団体"),
    "schedule": N_("日時"),
    "venue_kind": N_("場所"),
    "place_id": N_("場所"),
    "area_words": N_("場所"),
    "is_online": N_("オンライン"),
    "online_url": N_("オンライン"),
    "district": N_("地区"),
    "category": N_("カテゴリ"),
    "fee_kind": N_("お金"),
    "fee_yen": N_("お金"),
    "fee_words": N_("お金"),
    "signup_kind": N_("申し込み"),
    "signup_words": N_("申し込み"),
    "audience": N_("どんな人に"),
    "bring": N_("持ち物"),
    "rain": N_("雨の日"),
    "parking": N_("駐車場"),
    "language": N_("ことば"),
    "contact_name": N_("たずねる先"),
    "contact_phone": N_("たずねる先"),
    "contact_phone_public": N_("たずねる先"),
    "contact_email": N_("たずねる先"),
    "contact_email_public": N_("たずねる先"),
    "contact_url": N_("たずねる先"),
    "contact_url_public": N_("たずねる先"),
    "facts": N_("気軽ポイント"),
}
_CHANGED = "changed"


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

"""What the ledger says, and the words that put right what a channel told."""

from enum import StrEnum

from idobata.kernel.words import N_
from idobata.reposts.snapshot import Change


class Kind(StrEnum):
    """What a line of the ledger says of a channel."""

    POSTED = "posted"
    CORRECTED = "corrected"
    NOT_NEEDED = "not_needed"


KIND_WORDS: dict[Kind, str] = {
    Kind.POSTED: N_("発信しました"),
    Kind.CORRECTED: N_("訂正を出しました"),
    Kind.NOT_NEEDED: N_("訂正は要らないと決めました"),
}
CHANGE_WORDS: dict[Change, str] = {
    Change.CANCELLED: N_("中止になりました"),
    Change.WITHDRAWN: N_("掲載をやめました"),
    Change.TIME: N_("日時が変わりました"),
    Change.PLACE: N_("場所が変わりました"),
    Change.TIME_AND_PLACE: N_("日時と場所が変わりました"),
    Change.BACK: N_("やはりひらかれます"),
}


def correction(change: Change, title: str, was: str, when: str, place: str, address: str) -> str:
    """A text that is ready to go out, in Japanese. `was` and `when` are days and hours in words, before and now; `place` where it is now.

    `title` is empty where the gathering was erased: then nothing of it is said again, and there is no page to lead to.
    """
    name = f"「{title}」" if title else "先にお知らせした集まり"
    if change is Change.CANCELLED:
        lines = [f"【中止】{name}は、中止になりました。", f"予定していた日：{was}" if was else ""]
    elif change is Change.WITHDRAWN:
        # Why it is gone is not said, and whether it takes place nobody knows.
        lines = [
            f"【変更】{name}のご案内を取り下げました。",
            f"予定していた日：{was}" if was else "",
            "お出かけの前に、主催の方へおたずねください。",
        ]
    elif change is Change.BACK:
        lines = [f"【変更】{name}は、ひらかれることになりました。", f"日時：{when}", f"場所：{place}" if place else ""]
    elif change is Change.PLACE:
        lines = [f"【変更】{name}の場所が変わりました。", f"日時：{when}", f"新しい場所：{place}" if place else ""]
    elif change is Change.TIME:
        lines = [f"【変更】{name}の日時が変わりました。", f"新しい日時：{when}", f"場所：{place}" if place else ""]
    else:
        lines = [f"【変更】{name}の日時と場所が変わりました。", f"新しい日時：{when}", f"新しい場所：{place}" if place else ""]
    return "\n".join(line for line in (*lines, address) if line)

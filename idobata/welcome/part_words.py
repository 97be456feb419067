"""What a mark holds for, in words."""

from idobata.gatherings.significance import Part
from idobata.kernel.words import N_
from idobata.welcome.holding import FACTS, SIGNUP

PART_WORDS: dict[str, str] = {
    Part.DATE.value: N_("日にち"),
    Part.TIME.value: N_("時間"),
    Part.PLACE.value: N_("場所"),
    Part.MODE.value: N_("オンラインかどうか"),
    Part.FEE.value: N_("お金"),
    Part.HOST.value: N_("主催"),
    Part.TITLE.value: N_("集まりの名前"),
    FACTS: N_("気軽ポイント"),
    SIGNUP: N_("申し込み"),
}

"""Access facts of a place: the vocabulary of the GIF class アクセシビリティ (18 questions and one field for remarks), as plain data.

Each is yes, no, or not asked yet; what nobody has asked is never shown as no.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from idobata.kernel.words import N_


@dataclass(frozen=True, slots=True)
class AccessFact:
    """One question about a place.

    `slug` is how it is stored, `field` its name in the vocabulary, `icon` the name of a drawing. `words` say what is there,
    `question` asks for it; both are Japanese and marked. `welcome` is the welcome fact of a gathering that says the same: where its host said
    nothing, it counts for the gathering.
    """

    slug: str
    field: str
    icon: str
    words: str
    question: str
    welcome: str = ""


ACCESS_FACTS: tuple[AccessFact, ...] = (
    AccessFact("wheelchair", "車椅子可", "wheelchair", N_("車いすで入れます"), N_("車いすで入口から部屋まで入れますか？"), "wheelchair"),
    AccessFact(
        "step-free",
        "スロープ・エレベータ・エスカレータ",
        "slope",
        N_("段差のない道か、エレベーターがあります"),
        N_("スロープやエレベーターはありますか？"),
    ),
    AccessFact(
        "wide-toilet",
        "バリアフリートイレ",
        "toilet",
        N_("車いすで入れる広いトイレがあります"),
        N_("車いすで入れる広いトイレはありますか？"),
        "accessible-toilet",
    ),
    AccessFact(
        "reserved-parking",
        "優先駐車場",
        "parking",
        N_("入口の近くに、広めの優先駐車場があります"),
        N_("広めの優先駐車場はありますか？"),
    ),
    AccessFact("wheelchair-rental", "車椅子貸出", "wheelchair", N_("車いすを借りられます"), N_("車いすを借りられますか？")),
    AccessFact("cane-rental", "ツエ貸出", "cane", N_("つえを借りられます"), N_("つえを借りられますか？")),
    AccessFact(
        "ostomate", "オストメイト対応トイレ", "toilet", N_("オストメイト用のトイレがあります"), N_("オストメイト用のトイレはありますか？")
    ),
    AccessFact("tactile-paving", "点字ブロック等", "dots", N_("点字ブロックがあります"), N_("入口まで点字ブロックはありますか？")),
    AccessFact("braille", "点字や読上", "dots", N_("点字や音声の案内があります"), N_("点字や音声の案内はありますか？")),
    AccessFact(
        "assistance-dog",
        "盲導犬・介助犬・聴導犬同伴",
        "dog",
        N_("盲導犬・介助犬・聴導犬といっしょに入れます"),
        N_("盲導犬・介助犬・聴導犬といっしょに入れますか？"),
        "assistance-dog",
    ),
    AccessFact("captions", "字幕", "captions", N_("話や放送が文字で出ます"), N_("話や放送が文字で出ますか？"), "captions"),
    AccessFact("writing", "筆談対応", "pen", N_("筆談ができます"), N_("窓口で筆談ができますか？"), "writing"),
    AccessFact("child-toilet", "子供トイレ", "toilet", N_("子ども用のトイレがあります"), N_("子ども用のトイレはありますか？")),
    AccessFact("nursing", "授乳室", "bottle", N_("授乳できる部屋があります"), N_("授乳できる部屋はありますか？"), "nursing"),
    AccessFact("diapers", "おむつ替え", "bottle", N_("おむつ替えの台があります"), N_("おむつ替えの台はありますか？")),
    AccessFact("stroller", "ベビーカー利用可", "stroller", N_("ベビーカーのまま入れます"), N_("ベビーカーのまま入れますか？"), "stroller"),
    AccessFact("stroller-rental", "ベビーカー貸出", "stroller", N_("ベビーカーを借りられます"), N_("ベビーカーを借りられますか？")),
    AccessFact("food", "飲食可否", "bowl", N_("飲んだり食べたりできます"), N_("飲んだり食べたりできますか？")),
)
# The nineteenth field, in words: 備考.
REMARKS_FIELD = "備考"

SLUGS: tuple[str, ...] = tuple(fact.slug for fact in ACCESS_FACTS)


def known_answers(answers: Mapping[str, bool]) -> dict[str, bool]:
    """The answers that belong to the vocabulary, in its order."""
    return {slug: answers[slug] for slug in SLUGS if slug in answers}


def as_welcome_facts(answers: Mapping[str, bool]) -> dict[str, bool]:
    """What the place says about questions that a gathering is asked too, by the slug of the gathering's welcome fact."""
    return {fact.welcome: answers[fact.slug] for fact in ACCESS_FACTS if fact.welcome and fact.slug in answers}

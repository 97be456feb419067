"""The first-visit card (はじめての人へ): short questions a host answers, shown as steps in the order they happen."""

from collections.abc import Mapping
from dataclasses import dataclass

from idobata.kernel.words import N_

# Characters of one answer.
LIMIT = 150


@dataclass(frozen=True, slots=True)
class Question:
    """One question: how the host is asked, an example in a neighbour's voice, and the heading of the step on the page."""

    name: str
    ask: str
    example: str
    heading: str


QUESTIONS: tuple[Question, ...] = (
    Question(
        "arrive",
        N_("いつごろ来るといいですか？"),
        N_("10分前から開いています。おくれて来ても平気です"),
        N_("来るころあい"),
    ),
    Question(
        "door",
        N_("入口はどこですか？何が目印ですか？"),
        N_("正面の自動ドアを入って右。黄色いのぼりが立っています"),
        N_("入口"),
    ),
    Question(
        "greeter",
        N_("だれが、どうむかえますか？"),
        N_("緑のエプロンの人に「はじめてです」と言ってください"),
        N_("むかえる人"),
    ),
    Question(
        "minutes",
        N_("着いてから、はじめの5分は何をしますか？"),
        N_("お茶をとって、すきな席にすわります。自己紹介はありません"),
        N_("はじめの5分"),
    ),
    Question("total", N_("全部でいくらかかりますか？"), N_("お茶代の100円だけです"), N_("お金")),
    Question("photos", N_("写真はとりますか？"), N_("とりません。とるときは、先に聞きます"), N_("写真")),
    Question("leaving", N_("帰るときは、どうすればいいですか？"), N_("声をかけずに帰ってだいじょうぶです"), N_("帰るとき")),
)


def in_order(answers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The answered questions as (heading, answer), in the order of a visit."""
    return tuple((one.heading, answers[one.name]) for one in QUESTIONS if answers.get(one.name))

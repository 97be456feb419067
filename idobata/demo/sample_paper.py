"""A hand-over sheet for the page of all components. Its code leads to the first page of the sheet's own address, which says what it is for."""

from datetime import date

from markupsafe import Markup

from idobata.kernel.addresses import Addresses
from idobata.kernel.japanese_dates import day_words
from idobata.welcome.sheet import PaperDate, sheet_address
from idobata.welcome.sheet_code import code_drawing
from idobata.welcome.sheet_paper import Frame, Paper, SheetPart
from idobata.welcome.sheet_readings import named, own_words, when_words
from idobata.welcome.sheet_sketch import Point, sketch


def sample_paper(public_id: str, day: date, addresses: Addresses) -> Paper:
    """A sheet with one date, with readings and a sketch."""
    dates = [PaperDate(public_id, day, "x7q", "p2m")]
    around = [Point("駅前ロータリー花壇", 35.3130, 139.3118), Point("汐坂市立図書館", 35.3150, 139.3100)]
    part = SheetPart(
        value=f"{public_id}/{day.isoformat()}",
        day=day,
        title="朝のおにぎりと将棋",
        when=when_words(f"{day_words(day)}午前10時〜正午", on=True),
        where=named("みどり公民館", "みどりこうみんかん", on=True),
        district=named("北町", "きたまち", on=True),
        state=Markup(),
        going=own_words("そのまま行けます", on=True),
        fee=own_words("無料", on=True),
        lines=(
            (own_words("目印", on=True), "赤い屋根のとなり"),
            (own_words("入口", on=True), "北側の引き戸。開いていなければ、軽くたたいてください"),
        ),
        facts=tuple(own_words(fact, on=True) for fact in ("見るだけOK", "とちゅうで帰ってOK", "話さなくてOK")),
        sketch=sketch(Point("みどり公民館", 35.3136, 139.3125), around, 440),
        contact=((own_words("電話", on=True), "000-000-0000"),),
        address=f"idobata.example/gatherings/{public_id}",
        doubts=(),
    )
    words = {name: own_words(said, on=True) for name, said in _FRAME.items()}
    return Paper(
        parts=(part,),
        frame=Frame(printed=f"{day_words(day, year=True)}印刷", **words),
        code=Markup(code_drawing(day, dates, addresses)),
        address=sheet_address(day, dates, addresses),
        office="汐坂市 000-000-0000",
        furigana=True,
    )


_FRAME = {
    "heading": "集まりのしおり",
    "money": "お金",
    "memo": "いっしょに書くメモ",
    "lost": "わからないとき",
    "living": "スマホで読むと、中止や変更がわかります",
}

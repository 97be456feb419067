"""Sample cards for the page of all components, from the town as it is."""

from dataclasses import dataclass
from datetime import datetime

from wtforms import (
    BooleanField,
    DateField,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired

from idobata.demo.sample_paper import sample_paper
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.cards import CalendarMonth, ChangeLine, GatheringCard, OccurrenceCard
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import find_dates
from idobata.gatherings.place_queries import AccessGroup, AccessWord
from idobata.kernel import clock
from idobata.kernel.addresses import Addresses
from idobata.kernel.settings import Settings
from idobata.kernel.words import in_japanese
from idobata.web.qr_code import QrCode, qr_code
from idobata.welcome.sheet_paper import Paper


@dataclass(frozen=True, slots=True)
class Samples:
    """What the page of all components shows."""

    now: datetime
    occurrences: tuple[OccurrenceCard, ...]
    gathering: GatheringCard
    month: CalendarMonth
    form: Form
    changes: tuple[ChangeLine, ...]
    code: QrCode
    access: AccessGroup
    paper: Paper


class SampleForm(Form):
    """A form that came back with problems."""

    title = StringField("集まりの名前", [InputRequired("集まりの名前を書いてください。")])
    summary = TextAreaField("ひとことで", description="二つの文まで。")
    category = SelectField("カテゴリ", choices=["食べる", "つくる"])
    day = DateField("日にち", [InputRequired("日にちを書いてください。")])
    start = TimeField("はじまり")
    rhythm = RadioField("くりかえし", choices=["一回だけ", "毎週", "2週ごと"], default="一回だけ")
    facts = SelectMultipleField("気軽ポイント", choices=["見るだけOK", "とちゅうで帰ってOK"])
    password = PasswordField("新しいパスワード", description="8文字から200文字まで。")
    place_name = StringField("場所の名前", description="書きはじめると、町の場所が出てきます。")
    place_id = StringField()
    place_said = StringField()
    agree = BooleanField("掲示板のきまりを読みました", [InputRequired("きまりを読んでから、しるしを付けてください。")])


def samples(settings: Settings) -> Samples:
    """The samples of a running town; it must hold at least one published gathering."""
    cards = Cards(settings, "ja", in_japanese)
    rows = find_dates(Filters(), settings, size=8).rows
    today = clock.today(settings.city.zone)
    form = SampleForm(data={"summary": "おにぎりを食べて、将棋をさします。"})
    form.validate()
    return Samples(
        now=clock.now(),
        occurrences=cards.occurrences(rows),
        code=qr_code("https://idobata.example/gatherings/k7m2x9pqrs4t"),
        gathering=cards.gathering(rows[0].gathering),
        month=cards.month(today.replace(day=1), Filters()),
        form=form,
        paper=sample_paper(rows[0].gathering.public_id, today, Addresses(settings.machine.base_url)),
        changes=(
            ChangeLine(part="time", day=today, words="時間が変わりました", before="10:00", after="13:00"),
            ChangeLine(part="place", day=today, words="場所が変わりました", before="みどり公民館", after="北町集会所"),
        ),
        access=AccessGroup(
            (AccessWord("wheelchair", "車いすで入れます"), AccessWord("toilet", "車いすで入れる広いトイレがあります")),
            (AccessWord("parking", "入口の近くに、広めの優先駐車場があります"),),
            (AccessWord("dog", "盲導犬・介助犬・聴導犬といっしょに入れます"),),
            "裏口にスロープがあります。",
        ),
    )

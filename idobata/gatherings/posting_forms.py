"""The posting form: what it asks, and how its words become the values of a gathering."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form
from wtforms.fields import SelectChoice

from idobata.gatherings.crowds import CROWDS, SMALL_GROUP, is_small
from idobata.gatherings.first_visit import LIMIT as ANSWER_LIMIT
from idobata.gatherings.first_visit import QUESTIONS
from idobata.gatherings.homes import Telling
from idobata.gatherings.posting_field_forms import (
    AnswersField,
    ClockField,
    DayField,
    FactsField,
    LongWordsField,
    OneField,
    PickField,
    SomeField,
    TickField,
    WordsField,
    sent_pairs,
)
from idobata.gatherings.rules import LIMITS, problems
from idobata.gatherings.schedule import LAST, MAX_DATES, Rhythm, Schedule
from idobata.gatherings.states import FeeKind, SignupKind, VenueKind
from idobata.gatherings.typed_times import read_days
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.groups.models import Group
from idobata.kernel.errors import Problem
from idobata.kernel.ids import ID_LENGTH, is_public_id
from idobata.kernel.japanese_dates import WEEKDAY_LETTERS, weekday_name
from idobata.kernel.settings import Settings
from idobata.kernel.text import TooLong, clean_email, clean_url
from idobata.kernel.words import N_
from idobata.web.pages import current_language, sentence

# Asked in the form itself (お金, 申し込み); as facts they must agree with what was said there. So must the small group.
FREE_FACT, NO_SIGNUP_FACT = "free", "no-signup"
DATE_FIELDS = ("date_2", "date_3", "date_4", "date_5", "date_6", "date_7")
ACCESS_LIMIT = 200
PLEDGE = _("勧誘・販売・宗教・マルチを目的にしません")

# Where the words of a rule belong in the form, when the names differ.
_FIELD_OF = {"first_day": "day", "span_days": "last_day", "dates": "more_dates"}
_LONGEST_YEN = 7


@dataclass(frozen=True, slots=True)
class Before:
    """What an edited gathering said before, so that what nobody touched comes back as it was.

    `fee_shown` is how the form shows the stored `fee_words` and `fee_yen`. From `first_day` on its dates may count.
    """

    place_id: str = ""
    place_name: str = ""
    fee_shown: str = ""
    fee_words: str = ""
    fee_yen: int | None = None
    signup_unknown: bool = False
    first_day: date | None = None


class PostingForm(Form):
    """いつ・どこで・どんなこと, and everything optional after it. Nothing but these fields is ever read."""

    day = DayField(_("日にち"), must=True)
    starts = ClockField(_("始まり"), must=True)
    ends = ClockField(_("終わり"))
    all_day = TickField(_("一日中（時間は決めない）"))
    last_day = DayField(_("終わりの日"), description=_("二日以上つづけて開くときだけ書いてください。"))
    rhythm = OneField(
        _("くり返しますか？"),
        must=True,
        default=Rhythm.ONCE.value,
        choices=[
            SelectChoice(Rhythm.ONCE.value, _("一回だけ")),
            SelectChoice(Rhythm.WEEKLY.value, _("毎週")),
            SelectChoice(Rhythm.FORTNIGHTLY.value, _("2週ごと")),
            SelectChoice(Rhythm.MONTHLY_WEEKDAY.value, _("毎月 第○○曜日")),
            SelectChoice(Rhythm.MONTHLY_DATE.value, _("毎月 ○日")),
            SelectChoice(Rhythm.DATES.value, _("日を選ぶ")),
        ],
    )
    weekdays = SomeField(_("曜日"), description=_("えらばなければ、上の日にちと同じ曜日になります。"), choices=[])
    nths = SomeField(
        _("第何週"),
        description=_("「毎月 第○○曜日」のときだけ使います。えらばなければ、上の日にちに合わせます。"),
        choices=[
            SelectChoice("1", _("第1")),
            SelectChoice("2", _("第2")),
            SelectChoice("3", _("第3")),
            SelectChoice("4", _("第4")),
            SelectChoice("5", _("第5")),
            SelectChoice(str(LAST), _("最後の")),
        ],
    )
    month_days = WordsField(
        _("毎月何日"), limit=100, description=_("「毎月 ○日」のときだけ使います。書かなければ、上の日にちに合わせます。")
    )
    date_2 = DayField(_("2回目"))
    date_3 = DayField(_("3回目"))
    date_4 = DayField(_("4回目"))
    date_5 = DayField(_("5回目"))
    date_6 = DayField(_("6回目"))
    date_7 = DayField(_("7回目"))
    more_dates = LongWordsField(
        _("もっとあるとき"), limit=2000, lines=True, description=_("「12/5、12/12」のように、点や改行で区切って書いてください。")
    )
    until = DayField(_("最後の日"), description=_("決まっていなければ、空けておいてください。"))
    count = WordsField(_("全部で何回"), limit=20, description=_("「全6回」のように決まっているときだけ書いてください。"))
    skips = SomeField(
        _("休みにする日"),
        choices=[
            SelectChoice("holidays", _("祝日は休み")),
            SelectChoice("obon", _("お盆（8月13日〜16日）は休み")),
            SelectChoice("new_year", _("年末年始（12月29日〜1月3日）は休み")),
        ],
    )

    venue_kind = OneField(
        _("どんなところですか？"),
        must=True,
        default=VenueKind.PLACE.value,
        choices=[
            SelectChoice(VenueKind.PLACE.value, _("公民館・公園・お店など")),
            SelectChoice(VenueKind.PRIVATE.value, _("自宅など（くわしい場所はのせない）")),
            SelectChoice(VenueKind.ONLINE.value, _("オンラインだけ")),
        ],
    )
    place_name = WordsField(
        _("場所の名前"),
        limit=LIMITS["place_name"],
        must=True,
        description=_("書きはじめると、町の場所が出てきます。なければ、そのまま書いてください。"),
    )
    # What was picked from the register, and what stood in the field above when it was: the pick counts while that still stands there.
    place_id = WordsField(_("えらんだ場所"), limit=ID_LENGTH)
    place_said = WordsField(_("えらんだ場所の名前"), limit=LIMITS["place_name"])
    place_address = WordsField(
        _("住所"), limit=LIMITS["place_address"], description=_("公民館のような、よく知られた場所なら書かなくてだいじょうぶです。")
    )
    place_access = WordsField(_("目印・行きかた"), limit=ACCESS_LIMIT, description=_("目印になるものはありますか？"))
    area_words = WordsField(
        _("だいたいの場所"), limit=LIMITS["area_words"], description=_("「自宅など」のときだけ書いてください。番地はいりません。")
    )
    place_told = OneField(
        _("くわしい場所は、どう伝えますか？"),
        default=Telling.ASKED.value,
        choices=[
            SelectChoice(Telling.ASKED.value, _("たずねてくれた人に伝える")),
            SelectChoice(Telling.SIGNED_UP.value, _("申し込んだ人に伝える")),
        ],
    )
    exact_place = WordsField(
        _("くわしい場所（ページにはのりません）"),
        limit=LIMITS["exact_place"],
        description=_("あなたと市の担当だけが見ます。最後の日から30日で消えます。"),
    )

    title = WordsField(_("集まりの名前"), limit=LIMITS["title"], must=True)
    summary = LongWordsField(
        _("どんなことをしますか？"),
        limit=LIMITS["summary"],
        must=True,
        description=_("はじめての人に話すつもりで、ひとことふたこと書いてください。"),
    )
    fee_kind = OneField(
        _("お金はかかりますか？"),
        must=True,
        choices=[SelectChoice(FeeKind.FREE.value, _("無料")), SelectChoice(FeeKind.PAID.value, _("お金がかかる"))],
    )
    fee_words = WordsField(_("いくらですか？"), limit=LIMITS["fee_words"], description=_("かかるときだけ書いてください。"))
    group_slug = PickField(_("だれの名前でのせますか？"), choices=[])
    host_name = WordsField(
        _("主催の名前"),
        limit=LIMITS["host_name"],
        must=True,
        description=_("ページにのります。あだ名やグループの名前でもだいじょうぶです。"),
    )
    email = WordsField(
        _("メールアドレス"),
        limit=LIMITS["contact_email"],
        must=True,
        description=_("確認のメールをお送りします。ページにはのりません。登録やパスワードはいりません。"),
        render_kw={"maxlength": None},
    )

    crowd = PickField(_("いつも何人くらい集まりますか？"), choices=[])
    facts = FactsField(_("気軽ポイント"))
    first_visit = AnswersField(_("はじめての人へ"), names=tuple(one.name for one in QUESTIONS), limit=ANSWER_LIMIT)
    body = LongWordsField(
        _("くわしい文"),
        limit=LIMITS["body"],
        lines=True,
        description=_("当日の流れや、開くことにしたわけなど。行の始めに「・」をつけると、かじょう書きになります。"),
    )
    when_note = WordsField(
        _("日時のおぎない"), limit=LIMITS["note"], description=_("決まった形では書けないことを、そのまま書いてください。")
    )
    category = PickField(_("カテゴリ"), choices=[])
    district = PickField(_("地区"), choices=[])
    signup_kind = OneField(
        _("申し込みはいりますか？"),
        default=SignupKind.NONE.value,
        choices=[
            SelectChoice(SignupKind.NONE.value, _("いらない")),
            SelectChoice(SignupKind.OPTIONAL.value, _("いらない（先に知らせてもらえると助かる）")),
            SelectChoice(SignupKind.REQUIRED.value, _("いる")),
        ],
    )
    signup_words = LongWordsField(_("申し込みのしかた"), limit=LIMITS["signup_words"], lines=True, description=_("ページにのります。"))
    audience = WordsField(_("どんな人に来てほしいですか？"), limit=LIMITS["audience"])
    bring = WordsField(_("持ち物"), limit=LIMITS["bring"])
    rain = WordsField(_("雨の日"), limit=LIMITS["rain"])
    parking = WordsField(_("駐車場"), limit=LIMITS["parking"])
    language = WordsField(_("ことば"), limit=LIMITS["language"], description=_("日本語のほかに通じることばがあれば書いてください。"))
    is_online = TickField(_("オンラインでも参加できます"))
    online_url = WordsField(
        _("オンラインのアドレス"),
        limit=LIMITS["online_url"],
        description=_("ページにのります。申し込んだ人だけに知らせるときは、ここは空けて「申し込みのしかた」に書いてください。"),
    )
    contact_name = WordsField(
        _("たずねる人の名前"), limit=LIMITS["contact_name"], description=_("下のどれかを公開にしたときだけ、いっしょにのります。")
    )
    contact_phone = WordsField(_("電話番号"), limit=LIMITS["contact_phone"])
    contact_phone_public = TickField(_("電話番号をページにのせる（公開）"))
    contact_email = WordsField(_("たずねる先のメールアドレス"), limit=LIMITS["contact_email"])
    contact_email_public = TickField(_("このメールアドレスをページにのせる（公開）"))
    contact_url = WordsField(_("ホームページやSNS"), limit=LIMITS["contact_url"])
    contact_url_public = TickField(_("このアドレスをページにのせる（公開）"))
    reuse_text = TickField(
        _("この集まりの文章を、ほかの人も使ってかまいません"),
        description=_(
            "しるしをつけると、地域の新聞やほかのサイトが、出典をつけて紹介できます。使われるのはページにのる内容だけです。あとから外せますが、もう使われた分はもどせません。"
        ),
    )
    pledge = TickField(PLEDGE)

    def __init__(
        self,
        city: Settings,
        *,
        groups: Iterable[Group] = (),
        signed_in: bool = False,
        pledged: bool = False,
        formdata: Any = None,
        data: Mapping[str, object] | None = None,
    ) -> None:
        """`groups` are those the actor may post for. Whoever is signed in is not asked for an address.

        With `pledged` the poster is asked to promise that nothing is sold and nobody is won over.
        """
        self.city = city
        self.groups = {group.slug: group.name for group in groups}
        self.top: list[str] = []
        super().__init__(formdata=formdata, data=data)
        if signed_in:
            del self.email
        if not self.groups:
            del self.group_slug
        if pledged:
            self.pledge.flags.required = True
        else:
            del self.pledge

    def process(self, formdata: Any = None, obj: Any = None, data: Any = None, extra_filters: Any = None, **more: Any) -> None:
        """Give the fields the city's own choices, then fill them."""
        english = current_language() == "en"
        none = SelectChoice("", _("えらばない"))
        self.weekdays.choices = [
            SelectChoice(str(day), weekday_name(day, "en")[:3] if english else WEEKDAY_LETTERS[day]) for day in range(7)
        ]
        self.category.choices = [none] + [
            SelectChoice(one.slug, one.english if english else (f"{one.name}（{one.hint}）" if one.hint else one.name))
            for one in self.city.categories
        ]
        self.district.choices = [SelectChoice("", _("えらばない（場所に合わせます）"))] + [
            SelectChoice(one.slug, one.english if english else one.name) for one in self.city.districts
        ]
        self.group_slug.choices = [SelectChoice("", _("わたしの名前で（下に書きます）"))] + [
            SelectChoice(slug, name) for slug, name in self.groups.items()
        ]
        self.facts.known = tuple(fact.slug for fact in self.city.facts if fact.slug not in (FREE_FACT, NO_SIGNUP_FACT, SMALL_GROUP))
        # For a form that nobody has filled yet; what somebody sent or stored counts as it is.
        self.reuse_text.default = self.city.opendata.reuse_by_default
        self.crowd.choices = [SelectChoice("", _("まだわからない"))] + [
            SelectChoice(band, sentence(words)) for band, words in CROWDS.items()
        ]
        super().process(formdata, obj, data=data, extra_filters=extra_filters, **more)

    def picked_place(self) -> str:
        """The public id of the place that was picked; empty when none was, or another name was typed since."""
        name, picked = self.place_name.data or "", self.place_id.data or ""
        return picked if name and name == self.place_said.data and is_public_id(picked) else ""

    def carried(self) -> list[tuple[str, str]]:
        """All that was typed, as pairs for hidden inputs."""
        return [pair for field in self for pair in sent_pairs(field)]

    def read_schedule(self, today: date, first_allowed: date | None = None) -> Schedule | None:
        """The rhythm; None when something is wrong with it, and the fields say what."""
        schedule = self._schedule(today)
        if schedule is None:
            return None
        self.take(schedule.problems(first_allowed or today))
        return None if self._when_is_wrong() else schedule

    def read_values(self, today: date, before: Before | None = None) -> GatheringValues | None:
        """The values of a gathering; None when something has to be mended, and each field says what."""
        before = before or Before()
        schedule = self._schedule(today)
        values = self._values(schedule or Schedule(rhythm=Rhythm.ONCE, first_day=today, starts=time(0), ends=None), before)
        self._read_email()
        allowed = min(today, before.first_day) if before.first_day else today
        # Where the day or the time is missing, the rules of the calendar can say nothing more.
        self.take(one for one in problems(values, self.city, allowed) if schedule is not None or _field_name(one) not in _WHEN)
        return None if self.is_wrong() else values

    def lacks_pledge(self) -> bool:
        """True when the promise was asked for and not given; the field says so."""
        if self.pledge is None or self.pledge.data:
            return False
        say(self.pledge, N_("しるしをつけてから、もういちど押してください。集まりを開く人みんなにお願いしています。"))
        return True

    def take(self, found: Iterable[Problem]) -> None:
        """Put the words of the rules to the fields they are about; what has no field stands on top."""
        for problem in found:
            name = _field_name(problem)
            field = self._fields.get(name)
            if field is None:
                self.top.append(sentence(problem.sentence, problem.values))
            elif not field.errors:
                say(field, problem.sentence, problem.values)

    @property
    def on_top(self) -> list[tuple[str, str]]:
        """What belongs to no single field, as the summary of errors wants it."""
        return [("", words) for words in self.top]

    def is_wrong(self) -> bool:
        """True when anything has to be mended."""
        return bool(self.top) or any(field.errors for field in self)

    def _when_is_wrong(self) -> bool:
        return any(self._fields[name].errors for name in _WHEN)

    def _check_lengths(self) -> None:
        for field in self:
            if isinstance(field, WordsField) and field.too_long:
                limit, length = field.too_long
                say(field, _TOO_LONG, {"limit": limit, "length": length, "over": length - limit})
        if name := self.first_visit.too_long:
            # The sentence leads to the very answer that is too long.
            self.first_visit.id = f"{self.first_visit.name}-{name}"
            length = len(self.first_visit.data[name])
            say(self.first_visit, _TOO_LONG, {"limit": ANSWER_LIMIT, "length": length, "over": length - ANSWER_LIMIT})

    def _schedule(self, today: date) -> Schedule | None:
        self._check_lengths()
        first, extra = self._days(today)
        starts, ends = self._times()
        rhythm = Rhythm(self.rhythm.data or Rhythm.ONCE)
        if rhythm is Rhythm.ONCE and extra:
            # Days were written down; that says more than the button that was pressed from the start.
            rhythm = Rhythm.DATES
            self.rhythm.data = rhythm.value
        if rhythm is Rhythm.ONCE and self.weekdays.data:
            say(self.weekdays, N_("曜日がえらばれています。くり返すときは「毎週」などを、一回だけのときは曜日のしるしを外してください。"))
        last_day, until = self._day(self.last_day, today), self._day(self.until, today)
        month_days, count = self._month_days(), self._count()
        if self._when_is_wrong() or first is None:
            return None
        weekdays, nths = [int(day) for day in self.weekdays.data], [int(nth) for nth in self.nths.data]
        return Schedule(
            rhythm=rhythm,
            first_day=first,
            starts=starts,
            ends=ends,
            span_days=(last_day - first).days if last_day else 0,
            **_filled_in(rhythm, first, weekdays, nths, month_days),
            dates=tuple(extra) if rhythm is Rhythm.DATES else (),
            until=until,
            count=count,
            skip_holidays="holidays" in self.skips.data,
            skip_obon="obon" in self.skips.data,
            skip_new_year="new_year" in self.skips.data,
            note=self.when_note.data or "",
        )

    def _days(self, today: date) -> tuple[date | None, list[date]]:
        first = self._day(self.day, today)
        extra = [day for name in DATE_FIELDS if (day := self._day(self._fields[name], today))]
        # What is far too long is not read at all: it was not meant as days.
        typed, unread = read_days(self.more_dates.data or "", today) if not self.more_dates.too_long else ([], [])
        if unread:
            say(
                self.more_dates,
                N_("「%(words)s」を日にちとして読みとれませんでした。「12/5」のように書いてください。"),
                {"words": unread[0][:20]},
            )
        extra += typed
        if len(extra) >= MAX_DATES:
            say(self.more_dates, N_("日にちは%(most)s日までにしてください。くり返しを使うと短く書けます。"), {"most": MAX_DATES})
        if first is None and not self.day.errors:
            if not extra:
                say(self.day, N_("何月何日に開くかを書いてください。"))
            else:
                first, extra = extra[0], extra[1:]
        return first, extra

    def _day(self, field: Any, today: date) -> date | None:
        if not field.data:
            return None
        day: date | None = field.day(today)
        if day is None:
            say(field, N_("日にちを読みとれませんでした。「2026-12-05」や「12/5」のように書いてください。"))
        return day

    def _times(self) -> tuple[time | None, time | None]:
        if self.all_day.data:
            return None, None
        starts, ends = self.starts.time(), self.ends.time(end=True)
        unread = N_("時間を読みとれませんでした。「10:00」や「午後1時半」のように書いてください。")
        if not self.starts.data:
            say(self.starts, N_("何時に始まるかを書いてください。時間を決めないときは「一日中」にしるしをつけてください。"))
        elif starts is None:
            say(self.starts, unread)
        if self.ends.data and ends is None:
            say(self.ends, unread)
        return starts, ends

    def _month_days(self) -> list[int]:
        words = unicodedata.normalize("NFKC", self.month_days.data or "")
        pieces = [piece for piece in re.split(r"[\s,、・と]+", words.replace("毎月", "")) if piece]
        numbers = [piece.removesuffix("日") for piece in pieces]
        if all(number.isascii() and number.isdigit() and len(number) <= 2 for number in numbers):
            return [int(number) for number in numbers]
        say(self.month_days, N_("日は1から31までの数で入れてください。"))
        return []

    def _count(self) -> int | None:
        words = unicodedata.normalize("NFKC", self.count.data or "").removeprefix("全").removesuffix("回").strip()
        if not words:
            return None
        if words.isascii() and words.isdigit() and len(words) <= 6:
            return int(words)
        say(self.count, N_("回数を数で書いてください（例：6）。"))
        return None

    def _values(self, schedule: Schedule, before: Before) -> GatheringValues:
        fee_kind = FeeKind(self.fee_kind.data) if self.fee_kind.data else FeeKind.UNKNOWN
        if fee_kind is FeeKind.UNKNOWN:
            say(self.fee_kind, N_("無料か、お金がかかるかをえらんでください。"))
        fee_words, fee_yen = self._fee(fee_kind, before)
        group = (self.group_slug.data or "") if self.group_slug else ""
        if group and not self.host_name.data:
            self.host_name.data = self.groups[group][: LIMITS["host_name"]]
        venue = VenueKind(self.venue_kind.data or VenueKind.PLACE)
        online_url = self._url(self.online_url)
        signup = SignupKind(self.signup_kind.data or (SignupKind.UNKNOWN if before.signup_unknown else SignupKind.NONE))
        return GatheringValues(
            title=self.title.data or "",
            summary=self.summary.data or "",
            host_name=self.host_name.data or "",
            schedule=schedule,
            body=self.body.data or "",
            group_slug=group,
            venue_kind=venue,
            place=self._place(before) if venue is VenueKind.PLACE else PlaceWords(),
            area_words=self.area_words.data or "" if venue is VenueKind.PRIVATE else "",
            place_told=Telling(self.place_told.data or Telling.ASKED),
            exact_place=self.exact_place.data or "" if venue is VenueKind.PRIVATE else "",
            is_online=bool(self.is_online.data or online_url or venue is VenueKind.ONLINE),
            online_url=online_url,
            district=self.district.data or "",
            category=self.category.data or "",
            fee_kind=fee_kind,
            fee_yen=fee_yen,
            fee_words=fee_words,
            signup_kind=signup,
            signup_words=self.signup_words.data or "",
            audience=self.audience.data or "",
            bring=self.bring.data or "",
            rain=self.rain.data or "",
            parking=self.parking.data or "",
            language=self.language.data or "",
            contact_name=self.contact_name.data or "",
            contact_phone=self.contact_phone.data or "",
            contact_phone_public=bool(self.contact_phone_public.data),
            contact_email=self._email(self.contact_email),
            contact_email_public=bool(self.contact_email_public.data),
            contact_url=self._url(self.contact_url),
            contact_url_public=bool(self.contact_url_public.data),
            facts=self._facts(fee_kind, signup),
            crowd=self.crowd.data or "",
            first_visit=dict(self.first_visit.data),
            reuse_text=bool(self.reuse_text.data),
        )

    def _place(self, before: Before) -> PlaceWords:
        name, picked = self.place_name.data or "", self.picked_place()
        if picked:
            return PlaceWords(public_id=picked, name=name)
        if name and name == before.place_name:
            return PlaceWords(public_id=before.place_id, name=name)
        return PlaceWords(name=name, address=self.place_address.data or "", access=self.place_access.data or "")

    def _fee(self, kind: FeeKind, before: Before) -> tuple[str, int | None]:
        words: str = self.fee_words.data or ""
        if kind is FeeKind.PAID and words and words == before.fee_shown:
            return before.fee_words, before.fee_yen
        found = re.fullmatch(r"[¥\\]?\s*([\d,]+)\s*円?", unicodedata.normalize("NFKC", words), re.ASCII)
        digits = found[1].replace(",", "") if found else ""
        if kind is FeeKind.PAID and 0 < len(digits) <= _LONGEST_YEN:
            return "", int(digits)
        return words, None

    def _facts(self, fee: FeeKind, signup: SignupKind) -> dict[str, bool]:
        told: dict[str, bool] = dict(self.facts.data)
        if self.city.fact(FREE_FACT) and fee is not FeeKind.UNKNOWN:
            told[FREE_FACT] = fee is FeeKind.FREE
        if self.city.fact(NO_SIGNUP_FACT) and signup is not SignupKind.UNKNOWN:
            told[NO_SIGNUP_FACT] = signup is not SignupKind.REQUIRED
        small = is_small(self.crowd.data or "")
        if self.city.fact(SMALL_GROUP) and small is not None:
            told[SMALL_GROUP] = small
        return told

    def _read_email(self) -> None:
        if self.email is None:
            return
        if not self.email.data:
            say(self.email, N_("メールアドレスを書いてください。確認のメールをお送りします。"))
        else:
            self.email.data = self._email(self.email)

    def _email(self, field: Any) -> str:
        words: str = field.data or ""
        if not words or field.too_long:
            return words
        try:
            return clean_email(words)
        except ValueError:
            say(field, N_("メールアドレスの形になっていないようです。もういちどたしかめてください（例：hanako@example.jp）。"))
            return words

    def _url(self, field: Any) -> str:
        words: str = field.data or ""
        if not words or field.too_long:
            return words
        try:
            return clean_url(words)
        except TooLong as error:
            say(field, _TOO_LONG, {"limit": error.limit, "length": error.length, "over": error.length - error.limit})
        except ValueError:
            say(field, N_("アドレスを読みとれませんでした。「https://」から始まる形で書いてください。"))
        return words


_TOO_LONG = N_("%(length)s文字あります。%(limit)s文字までにしてください（あと%(over)s文字へらすと入ります）。")
_WHEN = frozenset(
    ("day", "starts", "ends", "all_day", "last_day", "rhythm", "weekdays", "nths", "month_days", "more_dates", "until", "count", "skips")
    + DATE_FIELDS
)


def say(field: Any, words: str, values: Mapping[str, object] | None = None) -> None:
    """Say something at a field; the first thing said is enough."""
    if not field.errors:
        field.errors = [sentence(words, values)]


def _field_name(problem: Problem) -> str:
    return _FIELD_OF.get(problem.field, problem.field)


def _filled_in(rhythm: Rhythm, first: date, weekdays: list[int], nths: list[int], month_days: list[int]) -> dict[str, Any]:
    """What the rhythm still needs and the first day tells: nobody has to say 「土曜日」 twice."""
    if rhythm is Rhythm.MONTHLY_DATE:
        return {"month_days": tuple(month_days or [first.day])}
    if rhythm in (Rhythm.ONCE, Rhythm.DATES):
        return {}
    weekdays = weekdays or [first.weekday()]
    if rhythm is not Rhythm.MONTHLY_WEEKDAY:
        return {"weekdays": tuple(weekdays)}
    if not nths and first.weekday() in weekdays:
        nth = (first.day - 1) // 7 + 1
        nths = [nth if nth <= 4 else LAST]
    return {"weekdays": tuple(weekdays), "nths": tuple(nths)}

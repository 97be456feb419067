"""From rows to cards: only what is public, in the reader's language."""

from collections.abc import Iterable

from sqlalchemy import select

from idobata.groups.cards import GroupLine, GroupPage
from idobata.groups.models import Group, GroupCheckRow
from idobata.groups.queries import categories_of
from idobata.groups.standing import STANDING_WORDS, Standing, standing_of
from idobata.kernel import clock
from idobata.kernel.japanese_dates import day_words
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_, Translate
from idobata.store.database import db


class GroupCards:
    """Makes cards for one city and one language. `translate` turns a Japanese sentence into the reader's language."""

    def __init__(self, settings: Settings, language: str, translate: Translate) -> None:
        self.settings = settings
        self.language = language
        self._ = translate
        self.today = clock.today(settings.city.zone)

    def lines(self, groups: Iterable[Group]) -> list[GroupLine]:
        """Lines in the same order."""
        rows = list(groups)
        shelves = categories_of(rows)
        return [self._line(row, shelves.get(row.id, ())) for row in rows]

    def page(self, group: Group) -> GroupPage:
        """The card of a group's own page."""
        return self.pages([group])[0]

    def pages(self, groups: Iterable[Group]) -> list[GroupPage]:
        """The cards of several groups' pages, in the same order."""
        rows = list(groups)
        shelves = categories_of(rows)
        return [self._page(row, shelves.get(row.id, ())) for row in rows]

    def _page(self, group: Group, slugs: tuple[str, ...]) -> GroupPage:
        standing = standing_of(group.checked_until, self.today)
        zone = self.settings.city.zone
        return GroupPage(
            slug=group.slug,
            name=group.name,
            kana=group.kana,
            words=group.words,
            district_slug=group.district or "",
            district_name=self._named(self.settings.district(group.district or "")),
            categories=tuple((one.slug, self._named(one)) for one in self.settings.categories if one.slug in slugs),
            links=tuple(group.links),
            contact_hint=group.contact_hint,
            standing=standing.value,
            standing_words=self._(STANDING_WORDS[standing]),
            standing_note=self._note(group, standing),
            since=group.created_at.astimezone(zone).date(),
            ended=group.ended_at.astimezone(zone).date() if group.ended_at else None,
        )

    def standing(self, group: Group) -> tuple[str, str, str]:
        """How well the city knows a group, for beside its name: the standing, the word for it, and the day it depends on in a few words."""
        standing = standing_of(group.checked_until, self.today)
        return standing.value, self._(STANDING_WORDS[standing]), self._day(group, standing)

    def _day(self, group: Group, standing: Standing) -> str:
        if group.checked_until is None:
            since = group.created_at.astimezone(self.settings.city.zone).date()
            return self._(N_("%(day)sから")) % {"day": day_words(since, self.language, year=True)}
        sentence = N_("%(day)sに期限が切れました") if standing is Standing.LAPSED else N_("%(day)sまで")
        return self._(sentence) % {"day": day_words(group.checked_until, self.language, year=True)}

    def _line(self, group: Group, slugs: tuple[str, ...]) -> GroupLine:
        standing = standing_of(group.checked_until, self.today)
        return GroupLine(
            slug=group.slug,
            name=group.name,
            words=group.words,
            district_name=self._named(self.settings.district(group.district or "")),
            categories=tuple(self._named(one) for one in self.settings.categories if one.slug in slugs),
            standing=standing.value,
            standing_words=self._(STANDING_WORDS[standing]),
        )

    def _note(self, group: Group, standing: Standing) -> str:
        if group.checked_on is None or group.checked_until is None:
            return self._(N_("市の確認は、これからです。"))
        on, until = (day_words(day, self.language, year=True) for day in (group.checked_on, group.checked_until))
        if standing is Standing.LAPSED:
            return self._(N_("前の確認は、%(until)sで期限が切れました。")) % {"until": until}
        what = "・".join(self._looked_at(group)) if self.language == "ja" else ", ".join(self._looked_at(group))
        return self._(N_("市が%(on)sに確認しました（%(what)s）。%(until)sまで有効です。")) % {"on": on, "what": what, "until": until}

    def _looked_at(self, group: Group) -> list[str]:
        rows = select(GroupCheckRow.what).where(GroupCheckRow.group_id == group.id).order_by(GroupCheckRow.id.desc())
        what = db.session.scalar(rows.limit(1)) or []
        return [self._named(one) for one in self.settings.group_checks if one.slug in what]

    def _named(self, thing: object) -> str:
        return "" if thing is None else str(getattr(thing, "english" if self.language == "en" else "name"))

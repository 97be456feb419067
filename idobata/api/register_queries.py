"""Groups and places, for copying."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import ColumnElement, select

from idobata.api.composing import Composer
from idobata.api.cursors import Following
from idobata.api.marking_actions import GROUP, PLACE
from idobata.api.models import PublicMark
from idobata.api.objects import Group as GroupObject
from idobata.api.objects import Named, YesNo
from idobata.api.objects import Place as PlaceObject
from idobata.api.paging_queries import Mark, Stretch, changed_at, changes_of
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.place_queries import place_details
from idobata.groups.card_queries import GroupCards
from idobata.groups.cards import GroupPage
from idobata.groups.models import Group, GroupCategory
from idobata.places.access_facts import ACCESS_FACTS
from idobata.places.models import Place
from idobata.store.database import db
from idobata.store.id_lists import among


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups with a page, those that have ended too; of one district or category only, when asked."""

    cards: Cards
    composer: Composer
    district: str = ""
    category: str = ""
    kind: str = "group"

    def stretch(self, after: str, limit: int) -> Stretch:
        """By slug."""
        return _stretch(GROUP, self._wishes(), after, limit)

    def changes(self, after: Following, limit: int) -> list[Mark]:
        """By number."""
        return _in_zone(changes_of(GROUP, after, limit), self.cards)

    def wanted(self, ids: Sequence[int]) -> set[int]:
        """Those of the district and category."""
        return set(db.session.scalars(select(Group.id).where(among(list(ids), Group.id.expression), *self._wishes())))

    def objects(self, ids: Sequence[int]) -> Mapping[int, GroupObject]:
        """Made from the cards of their pages."""
        at = changed_at(GROUP, ids)
        rows = db.session.scalars(select(Group).where(among(list(ids), Group.id.expression))).all()
        pages = GroupCards(self.cards.settings, self.cards.language, self.cards.translate).pages(rows)
        return {row.id: self._object(page, at[row.id]) for row, page in zip(rows, pages, strict=True) if row.id in at}

    def _object(self, card: GroupPage, at: datetime) -> GroupObject:
        standing = None if card.ended else cast("Literal['registered', 'checked', 'lapsed']", card.standing)
        return GroupObject(
            id=card.slug,
            state="published",
            changed=at.astimezone(self.cards.zone),
            url=self.composer.addresses.group(card.slug),
            name=card.name,
            kana=card.kana,
            words=card.words,
            district=self.composer.district(card.district_slug),
            categories=tuple(Named(slug=slug, name=name) for slug, name in card.categories),
            links=card.links,
            contact_hint=card.contact_hint,
            standing=standing,
            since=card.since,
            ended=card.ended,
        )

    def _wishes(self) -> list[ColumnElement[bool]]:
        wishes = [Group.district == self.district] if self.district else []
        if self.category:
            wishes.append(Group.id.in_(select(GroupCategory.group_id).where(GroupCategory.category == self.category)))
        return wishes


@dataclass(frozen=True, slots=True)
class Places:
    """Places the town may read about; of one district only, when asked."""

    cards: Cards
    composer: Composer
    district: str = ""
    kind: str = "place"

    def stretch(self, after: str, limit: int) -> Stretch:
        """By public id."""
        return _stretch(PLACE, self._wishes(), after, limit)

    def changes(self, after: Following, limit: int) -> list[Mark]:
        """By number."""
        return _in_zone(changes_of(PLACE, after, limit), self.cards)

    def wanted(self, ids: Sequence[int]) -> set[int]:
        """Those of the district."""
        return set(db.session.scalars(select(Place.id).where(among(list(ids), Place.id.expression), *self._wishes())))

    def objects(self, ids: Sequence[int]) -> Mapping[int, PlaceObject]:
        """Made from what their pages say."""
        at = changed_at(PLACE, ids)
        rows = db.session.scalars(select(Place).where(among(list(ids), Place.id.expression)))
        return {row.id: self._object(row, at[row.id]) for row in rows if row.id in at}

    def _object(self, row: Place, at: datetime) -> PlaceObject:
        card, details = self.cards.place(row), place_details(row)
        answers: dict[bool | None, YesNo] = {True: "yes", False: "no", None: "unknown"}
        return PlaceObject(
            id=card.public_id,
            state="published",
            changed=at.astimezone(self.cards.zone),
            url=self.composer.addresses.place(card.public_id),
            name=card.name,
            kana=details.kana,
            address=card.address,
            district=self.composer.district(card.district_slug),
            latitude=card.latitude,
            longitude=card.longitude,
            access=details.access,
            landmark=details.landmark,
            parking=details.parking,
            opening=details.opening,
            phone=details.phone,
            website=details.url,
            access_facts={fact.slug: answers[row.access_facts.get(fact.slug)] for fact in ACCESS_FACTS},
            access_note=row.access_note,
            checked=card.checked,
        )

    def _wishes(self) -> list[ColumnElement[bool]]:
        return [Place.district == self.district] if self.district else []


def _stretch(kind: str, wishes: list[ColumnElement[bool]], after: str, limit: int) -> Stretch:
    table = Group if kind == GROUP else Place
    rows = select(PublicMark.thing, PublicMark.row_id).where(
        PublicMark.kind == kind, PublicMark.thing > after, PublicMark.row_id.is_not(None)
    )
    if wishes:
        rows = rows.join(table, table.id == PublicMark.row_id).where(*wishes)
    found = list(db.session.execute(rows.order_by(PublicMark.thing).limit(limit + 1)))
    shown = found[:limit]
    return Stretch(tuple(one for _thing, one in shown if one is not None), shown[-1][0] if shown else "", last=len(found) <= limit)


def _in_zone(marks: list[Mark], cards: Cards) -> list[Mark]:
    return [one.in_zone(cards.zone) for one in marks]

"""What the desk sees of groups: everything, the urgent first."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select

from idobata.groups.models import FOLDED_LENGTH, Group, GroupCheckRow, GroupSuccession, Membership
from idobata.groups.naming import name_key
from idobata.groups.standing import SOON, Standing
from idobata.groups.succession import Stage
from idobata.kernel.errors import NotFound
from idobata.store.database import db

PAGE_SIZE = 30
MOST_URGENT = 100


@dataclass(frozen=True, slots=True)
class GroupRows:
    """A page of groups for the desk."""

    rows: tuple[Group, ...]
    total: int
    page: int
    size: int


def desk_groups(standing: str, words: str, today: date, page: int) -> GroupRows:
    """Groups by name. `standing` is one of the standings, "soon", "ended" or empty for all that go on; `words` are in the name or reading."""
    query = _of_standing(select(Group), standing, today)
    if words:
        key = name_key(words, FOLDED_LENGTH)
        query = query.where(or_(Group.folded_name.contains(key, autoescape=True), Group.kana.contains(words, autoescape=True)))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = max(1, min(page, -(-total // PAGE_SIZE)))
    rows = db.session.scalars(query.order_by(Group.name, Group.id).offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE))
    return GroupRows(tuple(rows), total, page, PAGE_SIZE)


def without_lead() -> list[tuple[Group, GroupSuccession]]:
    """Groups in which nobody took over: the desk decides. The longest wait first."""
    rows = db.session.execute(
        select(Group, GroupSuccession)
        .join(GroupSuccession, GroupSuccession.group_id == Group.id)
        .where(GroupSuccession.stage == Stage.CITY.value, Group.ended_at.is_(None))
        .order_by(GroupSuccession.since)
        .limit(MOST_URGENT)
    )
    return [(group, row) for group, row in rows]


def ending_soon(today: date) -> list[Group]:
    """Groups whose check ends within a month, the nearest end first."""
    query = _of_standing(select(Group), "soon", today)
    return list(db.session.scalars(query.order_by(Group.checked_until, Group.id).limit(MOST_URGENT)))


def desk_group(slug: str) -> Group:
    """A group for the desk; NotFound when there is none."""
    group = db.session.scalar(select(Group).where(Group.slug == slug))
    if group is None:
        raise NotFound
    return group


def checks_of(group: Group) -> list[GroupCheckRow]:
    """All checks of a group, the newest first."""
    return list(db.session.scalars(select(GroupCheckRow).where(GroupCheckRow.group_id == group.id).order_by(GroupCheckRow.id.desc())))


def member_counts(groups: tuple[Group, ...]) -> dict[int, int]:
    """How many members each group has, by inner id."""
    ids = [group.id for group in groups]
    rows = select(Membership.group_id, func.count().label("members")).where(Membership.group_id.in_(ids)).group_by(Membership.group_id)
    return {row.group_id: row.members for row in db.session.execute(rows)}


def _of_standing(query: Select[Group], standing: str, today: date) -> Select[Group]:
    if standing == "ended":
        return query.where(Group.ended_at.is_not(None))
    query = query.where(Group.ended_at.is_(None))
    match standing:
        case Standing.REGISTERED:
            return query.where(Group.checked_until.is_(None))
        case Standing.CHECKED:
            return query.where(Group.checked_until >= today)
        case Standing.LAPSED:
            return query.where(Group.checked_until < today)
        case "soon":
            return query.where(Group.checked_until.between(today, today + SOON))
    return query

"""The step to groups that run themselves carries what was there."""

from datetime import datetime

from sqlalchemy import create_engine, text

from idobata.store.migrating import migrate, step_back


def test_groups_and_members_of_before_are_taken_along(empty_database_url: str, monday: datetime) -> None:
    migrate(empty_database_url)
    step_back(empty_database_url, "0007")
    engine = create_engine(empty_database_url)
    at = "2026-01-02 03:04:05"
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO people (id, public_id, email, name, created_at) VALUES (7, 'p', 'a@example.com', 'はなこ', :at)"), {"at": at}
        )
        connection.execute(
            text(
                "INSERT INTO groups (id, public_id, slug, name, folded_name, words, links, created_at, updated_at)"
                " VALUES (3, 'g', 'roboto', '口ボットの会', 'old', 'x', '[]', :at, :at)"
            ),
            {"at": at},
        )
        connection.execute(text("INSERT INTO memberships (group_id, person_id, role, joined_at) VALUES (3, 7, 'lead', :at)"), {"at": at})
    migrate(empty_database_url)
    with engine.connect() as connection:
        group = connection.execute(text("SELECT slug, folded_name, kana, contact_hint, checked_until, ended_at FROM groups")).one()
        member = connection.execute(text("SELECT role, name, public_id, joined_at = alive_at FROM memberships")).one()
    engine.dispose()
    assert tuple(group) == ("roboto", "ろぼっとの会", "", "", None, None)
    assert (member[0], member[1], len(member[2]), bool(member[3])) == ("lead", "はなこ", 12, True)

"""Dates that were there before freshness are confirmed ones, and go back as they came."""

from sqlalchemy import create_engine, text

from idobata.store.migrating import migrate, step_back

PLAIN = {
    "gatherings": "public_id, publication, title, summary, body, host_name, poster_email, venue_kind, area_words, is_online, online_url, fee_kind, "
    "fee_words, signup_kind, signup_words, audience, bring, rain, parking, language, contact_name, contact_phone, contact_phone_public, "
    "contact_email, contact_email_public, contact_url, contact_url_public, facts, schedule, sequence, created_at, updated_at, return_words",
}


def test_old_dates_are_confirmed_ones(empty_database_url: str) -> None:
    migrate(empty_database_url, "0005")
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        words = dict.fromkeys(PLAIN["gatherings"].split(", "), "")
        moment = "2026-01-01 00:00:00+00:00"
        words |= {"public_id": "abcdefghjkmn", "publication": "published", "title": "朝の会", "facts": "{}", "schedule": "{}"}
        values: dict[str, object] = words | {"created_at": moment, "updated_at": moment, "sequence": 0}
        values |= dict.fromkeys(("is_online", "contact_phone_public", "contact_email_public", "contact_url_public"), False)
        names = ", ".join(values)
        connection.execute(text(f"INSERT INTO gatherings ({names}) VALUES ({', '.join(f':{name}' for name in values)})"), values)
        connection.execute(
            text(
                "INSERT INTO occurrences (gathering_id, day, starts_at, ends_at, list_at, all_day, end_known, is_long, weekday, part, state, "
                "note, added, touched, sequence, listed, changed_at) SELECT id, '2026-02-02', :at, :at, :at, :no, :no, :no, 0, 'morning', "
                "'planned', '', :no, :no, 0, :yes, :at FROM gatherings"
            ),
            {"at": moment, "no": False, "yes": True},
        )
    migrate(empty_database_url)
    with engine.connect() as connection:
        assert [bool(one) for one in connection.execute(text("SELECT unconfirmed FROM occurrences")).scalars()] == [False]
    step_back(empty_database_url, "0005")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT title, state FROM gatherings JOIN occurrences ON gathering_id = gatherings.id")).all() == [
            ("朝の会", "planned")
        ]
    engine.dispose()

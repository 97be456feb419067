"""What the desk reads: the queue in its order, twins, what changed, and who did what."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from idobata.desk import queries
from idobata.desk.actions import mark_seen, publish, return_post
from idobata.desk.deed_words import act_words
from idobata.desk.log_queries import LogFilter, log_page
from idobata.gatherings import posting_actions
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.models import Gathering
from idobata.gatherings.states import VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.kernel.settings import Settings
from idobata.kernel.words import in_japanese
from idobata.store.deeds import Deed
from idobata.store.transaction import transaction
from tests.harness.site import Town, days_from_monday, once, trusting, weekly


def waited(town: Town, days: int, **changes: object) -> Gathering:
    with clock.hold(clock.now() - timedelta(days=days)):
        return town.waiting(**changes)


def twins(row: Gathering, settings: Settings) -> list[str]:
    dates = queries.coming_dates([row])[row.id]
    return [twin.gathering.title for twin in queries.twins_of(row, dates, settings)]


class TestTheQueue:
    def test_the_oldest_comes_first(self, town: Town) -> None:
        young, old = waited(town, 1), waited(town, 5)
        assert [row.public_id for row in queries.waiting(1).rows] == [old.public_id, young.public_id]

    def test_neighbours_lead_through_the_whole_queue(self, town: Town) -> None:
        third, first, second = waited(town, 1), waited(town, 3), waited(town, 2)
        assert queries.neighbours(first) == queries.Neighbours(None, second.public_id, 1, 3)
        assert queries.neighbours(second) == queries.Neighbours(first.public_id, third.public_id, 2, 3)
        assert queries.neighbours(third) == queries.Neighbours(second.public_id, None, 3, 3)

    def test_those_of_the_same_moment_are_all_reached(self, town: Town) -> None:
        rows = [town.waiting() for _ in range(4)]
        walked = [rows[0].public_id]
        while (found := queries.neighbours(queries.desk_item(walked[-1])).after) is not None:
            walked.append(found)
        assert walked == [row.public_id for row in rows]

    def test_behind_the_last_comes_the_first_that_still_waits(self, town: Town, settings: Settings) -> None:
        first, last = waited(town, 3), waited(town, 1)
        with transaction():
            publish(town.staff(), last, settings)
        assert queries.next_waiting(last) == first.public_id
        with transaction():
            publish(town.staff(), first, settings)
        assert queries.next_waiting(first) is None

    def test_a_page_beyond_the_last_is_the_last(self, town: Town) -> None:
        for _ in range(queries.PAGE_SIZE + 1):
            town.waiting()
        found = queries.waiting(99)
        assert (found.page, len(found.rows), found.total) == (2, 1, queries.PAGE_SIZE + 1)

    def test_how_many_others_the_poster_has_had_published(self, town: Town) -> None:
        poster = town.person()
        shown, new, stranger = town.published(poster), town.waiting(poster), town.waiting(town.person("taro@example.com"))
        assert queries.published_before([shown, new, stranger]) == {shown.id: 0, new.id: 1, stranger.id: 0}


class TestWhatIsOurs:
    def test_a_draft_nobody_sent_is_not_shown_to_staff(self, town: Town) -> None:
        row = town.draft()
        with pytest.raises(NotFound):
            queries.desk_item(row.public_id)
        assert queries.titles_of([row.public_id]) == {}

    def test_a_returned_one_is_listed_until_it_comes_again(self, town: Town, settings: Settings) -> None:
        poster = town.person()
        row = town.waiting(poster)
        with transaction():
            return_post(town.staff(), row, "law", "", settings)
        assert [one.public_id for one in queries.returned(1).rows] == [row.public_id]
        assert queries.desk_item(row.public_id).publication == "draft"
        with transaction():
            posting_actions.submit(poster, queries.desk_item(row.public_id), settings)
        assert queries.returned(1).total == 0


class TestTwinsInTheTown:
    def test_the_same_post_twice_is_found_from_both_sides(self, town: Town, settings: Settings) -> None:
        old = town.published(title="土曜の朝の、おにぎり会", schedule=weekly(days_from_monday(5)))
        new = town.waiting(title="土曜の朝のおにぎり会", schedule=weekly(days_from_monday(12)))
        assert twins(new, settings) == [old.title]
        assert twins(old, settings) == [new.title]

    def test_a_place_typed_in_otherwise_is_found_by_where_it_is(self, town: Town, settings: Settings) -> None:
        here = PlaceWords(name="みどり公民館", latitude=35.315, longitude=139.31)
        next_door = PlaceWords(name="みどり町の集会所", latitude=35.3155, longitude=139.3102)
        far = PlaceWords(name="港の倉庫", latitude=35.33, longitude=139.31)
        one = town.waiting(title="おにぎり会", place=here)
        other = town.waiting(title="おにぎりの会", place=next_door)
        town.waiting(title="おにぎり会", place=far)
        assert twins(one, settings) == [other.title]

    def test_another_day_a_cancelled_day_and_a_draft_are_no_twins(self, town: Town, settings: Settings) -> None:
        poster = town.person()
        one = town.waiting(poster, title="おにぎり会")
        town.waiting(poster, title="おにぎり会", schedule=once(date(2026, 12, 6)))
        town.draft(poster, title="おにぎり会")
        cancelled = town.published(poster, title="おにぎり会")
        with transaction():
            cancel_date(poster, cancelled, date(2026, 12, 5), "", settings)
        assert twins(one, settings) == []

    def test_the_day_is_the_day_of_the_city(self, town: Town, settings: Settings) -> None:
        # Eight in the morning here is the evening before in UTC.
        from_eight = once(date(2026, 12, 5), starts=once(date(2026, 12, 5)).starts.replace(hour=8))  # type: ignore[union-attr]
        one = town.waiting(title="おにぎり会", schedule=from_eight)
        other = town.waiting(title="おにぎりの会")
        assert twins(one, settings) == [other.title]

    def test_online_ones_are_compared_with_each_other(self, town: Town, settings: Settings) -> None:
        online = {"venue_kind": VenueKind.ONLINE, "place": PlaceWords(), "online_url": "https://example.com/room"}
        one, other = town.waiting(title="夜の読書会", **online), town.waiting(title="夜の読書会", **online)
        town.waiting(title="夜の読書会")
        assert twins(one, settings) == [other.title]

    def test_one_that_is_over_has_none(self, town: Town, settings: Settings) -> None:
        one = town.waiting()
        town.waiting(title=one.title)
        with clock.hold(clock.now() + timedelta(days=60)):
            assert twins(one, settings) == []


class TestWhatChanged:
    def test_only_what_changed_since_the_last_look_is_named(self, town: Town, settings: Settings) -> None:
        poster, editor = town.person(), town.staff()
        row = town.published(poster, title="お茶会", summary="お茶をのみます。")
        with transaction():
            posting_actions.change(poster, row, town.values(title="お茶とおかしの会", summary="お茶をのみます。"), trusting(settings))
        with transaction():
            mark_seen(editor, queries.desk_item(row.public_id))
        with transaction():
            posting_actions.change(
                poster,
                queries.desk_item(row.public_id),
                town.values(title="お茶とおかしの会", summary="おかしを食べます。"),
                trusting(settings),
            )
        row = queries.changed(1).rows[0]
        assert list(queries.host_changes([row])[row.public_id]) == ["summary"]


class TestTheLog:
    def test_it_tells_the_latest_first_and_can_be_narrowed_to_one_thing(self, town: Town) -> None:
        one, other = town.published(), town.waiting()
        everything = log_page(LogFilter(), 1)
        assert everything.rows[0].thing_id == other.public_id
        assert {deed.thing_id for deed in log_page(LogFilter(thing_id=one.public_id), 1).rows} == {one.public_id}
        assert [deed.act for deed in queries.history(one.public_id)] == ["desk.published", "gathering.submitted", "gathering.drafted"]

    @pytest.mark.parametrize(
        "typed, found",
        [
            ("a2b3c4d5e6f7", "a2b3c4d5e6f7"),
            ("https://city.example/gatherings/a2b3c4d5e6f7/2026-12-05?lang=en", "a2b3c4d5e6f7"),
            ("  A2B3C4D5E6F7 ", "a2b3c4d5e6f7"),
            ("https://city.example/gatherings", ""),
            ("a2b3c4d5e6f7g", ""),
            ("'; DROP TABLE deeds; --", ""),
            ("", ""),
        ],
    )
    def test_an_address_pasted_whole_is_understood(self, typed: str, found: str) -> None:
        assert queries.id_in(typed) == found

    def test_every_deed_of_the_house_is_a_sentence(self, town: Town, settings: Settings, app: object) -> None:
        poster, editor = town.person(name="田中"), town.staff()
        row = town.waiting(poster)
        with transaction():
            posting_actions.change(poster, row, town.values(fee_words="お茶代"), trusting(settings))
            cancel_date(poster, row, date(2026, 12, 5), "", settings)
            return_post(editor, row, "law", "", settings)
        sentences = [
            act_words(deed.act, deed.actor_label, deed.detail, settings, in_japanese, "ja")
            for deed in queries.db.session.scalars(select(Deed).where(Deed.thing_id == row.public_id).order_by(Deed.id))
        ]
        assert sentences == [
            "田中さんが下書きを書きました",
            "田中さんが確認に出しました",
            "田中さんが内容を直しました（お金、集まりの名前）",
            "田中さんが12月5日（土）を中止にしました",
            f"{editor.label}さんが投稿した人に返しました（法律やきまりを守り、人を傷つけないこと）",
        ]

    def test_a_deed_nobody_has_put_into_words_is_not_hidden(self, settings: Settings) -> None:
        assert act_words("place.painted", "system", {"day": "no day"}, settings, in_japanese, "ja") == "このサイトのしくみ：place.painted"

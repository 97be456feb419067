"""Guards against floods, and none of them a puzzle: who is new is read first, a trap, a shortest time, and what many link to at once."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from idobata.gatherings.link_signs import link_key, links_of
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import save_draft, submit
from idobata.gatherings.states import Publication
from idobata.gatherings.trace_actions import forget_old_traces, leave_trace, people_linking, refuse_crowded_links
from idobata.gatherings.trace_models import Pledge, PostLink, PostTrace
from idobata.kernel import clock
from idobata.kernel.actor import ANONYMOUS
from idobata.kernel.errors import Invalid
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.gatherings.test_posting_pages import PLAIN, count, only, post
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import MONDAY, Town


class TestLinks:
    @pytest.mark.parametrize(
        ("address", "key"),
        [
            ("https://www.Example.com/a/b?c=d", "example.com"),
            ("http://m.example.com:8080/", "example.com"),
            ("https://instagram.com/awaya_club/", "instagram.com/awaya_club"),
            ("https://forms.gle/AbC123", "forms.gle/AbC123"),
            ("https://www.city.shiosaka.lg.jp/park", ""),
            ("https://mhlw.go.jp/", ""),
            ("https://localhost/", ""),
            ("https://[::1", ""),
        ],
    )
    def test_a_link_counts_by_its_site_and_on_a_shared_site_by_its_page(self, address: str, key: str) -> None:
        assert link_key(address) == key

    def test_links_are_found_in_every_field_and_as_bare_names_but_not_in_mail_addresses(self, town: Town) -> None:
        values = town.values(
            title="いますぐ buy-now.shop へ",
            body="くわしくは（https://spam.example.com/x）を見て。",
            contact_url="https://other.example.net/",
            signup_words="hanako@mail.example.com まで",
        )
        assert links_of(values, "other.example.net") == {"buy-now.shop", "spam.example.com"}

    def test_a_very_long_link_fits_its_column(self, town: Town) -> None:
        [link] = links_of(town.values(body="https://note.com/" + "a" * 500))
        assert len(link) == 120


def newcomer(town: Town, settings: Settings, number: int, body: str = "https://spam.example.com/") -> Gathering:
    values = town.values(body=body)
    with transaction():
        refuse_crowded_links(ANONYMOUS, values, settings)
        row = save_draft(ANONYMOUS, values, f"p{number}@example.com", settings)
        leave_trace(row, values, f"192.0.2.{number % 250}", settings)
        return row


class TestOneLinkFromMany:
    def test_so_many_people_may_link_to_one_site_and_no_more_within_a_day(self, town: Town, settings: Settings) -> None:
        most = settings.policy.posts_per_day_per_link
        for number in range(most):
            newcomer(town, settings, number)
        with pytest.raises(Invalid, match=r"spam\.example\.com"):
            newcomer(town, settings, most)
        # Another site, and the next day.
        newcomer(town, settings, most, body="https://instagram.com/awaya")
        with clock.hold(MONDAY + timedelta(days=1, minutes=1)):
            newcomer(town, settings, most)

    def test_one_person_with_many_posts_counts_once(self, town: Town, settings: Settings) -> None:
        for _ in range(5):
            newcomer(town, settings, 1)
        assert people_linking("spam.example.com") == 1

    def test_who_has_been_published_before_is_not_held_up(self, town: Town, settings: Settings) -> None:
        known = town.person("known@example.com")
        town.published(known)
        for number in range(settings.policy.posts_per_day_per_link):
            newcomer(town, settings, number)
        refuse_crowded_links(known, town.values(body="https://spam.example.com/"), settings)

    def test_traces_hold_no_address_and_are_forgotten(self, town: Town, settings: Settings) -> None:
        newcomer(town, settings, 1)
        newcomer(town, settings, 251)
        networks = set(db.session.scalars(select(PostTrace.network)))
        assert len(networks) == 1
        assert re.fullmatch(r"[0-9a-f]{40}", networks.pop())
        with clock.hold(MONDAY + timedelta(days=31)):
            assert forget_old_traces() == 2
        assert db.session.scalar(select(func.count()).select_from(PostLink)) == 0


class TestWhoIsNewIsReadFirst:
    @pytest.fixture
    def open_city(self, settings: Settings) -> Settings:
        return replace(settings, policy=replace(settings.policy, confirm_before_publishing=False))

    def send(self, town: Town, settings: Settings, email: str = "hanako@example.com") -> Gathering:
        poster = town.person(email)
        with transaction():
            row = save_draft(poster, town.values(), email, settings)
            submit(poster, row, settings)
            return row

    def test_even_where_the_city_confirms_afterwards(self, town: Town, open_city: Settings) -> None:
        assert self.send(town, open_city).publication == Publication.IN_REVIEW
        town.published(town.person())
        assert self.send(town, open_city).publication == Publication.PUBLISHED
        assert self.send(town, open_city, "taro@example.com").publication == Publication.IN_REVIEW

    def test_what_the_city_gave_back_or_took_down_is_read_again(self, town: Town, open_city: Settings) -> None:
        town.published(town.person())
        row = self.send(town, open_city)
        with transaction():
            row = db.session.merge(row)
            row.publication, row.return_code = Publication.WITHDRAWN.value, "commercial"
        with transaction():
            submit(town.person(), db.session.merge(row), open_city)
        assert row.publication == Publication.IN_REVIEW


class TestTheForm:
    def test_the_promise_is_asked_for_and_its_moment_is_kept(self, client: InspectingClient, app: Flask) -> None:
        page = post(client, "send", pledge=None)
        assert page.status_code == 422
        assert "しるしをつけてから" in page.text
        assert PLAIN["summary"] in page.text
        assert count(app) == 0
        assert post(client, "send").status_code == 303
        with app.app_context():
            assert db.session.scalars(select(Pledge.given_at)).one() == clock.now()

    def test_a_preview_asks_for_it_before_sending(self, client: InspectingClient) -> None:
        page = post(client, "preview", pledge=None)
        assert page.status_code == 200
        assert 'name="pledge"' in page.text
        assert 'type="checkbox" name="pledge"' not in post(client, "preview").text

    @pytest.fixture
    def three_seconds(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
        """The guard as it is for people; returns what moves the machine's own clock."""
        monkeypatch.setattr("idobata.web.form_guards.SHORTEST_SECONDS", 3)
        now = [1_800_000_000]
        monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _self: now[0])

        def later(seconds: int) -> None:
            now[0] += seconds

        return later

    @staticmethod
    def hidden(page: Any) -> dict[str, str]:
        return dict(re.findall(r'name="(csrf_token|opened)" value="([^"]+)"', page.text))

    def test_faster_than_a_person_is_held_back_with_every_word_and_goes_through_a_moment_later(
        self, client: InspectingClient, app: Flask, three_seconds: Callable[[int], None]
    ) -> None:
        page = client.get("/post")
        early = client.post("/post", data={**PLAIN, **self.hidden(page), "do": "send"})
        assert early.status_code == 429
        assert "ひと息ついてから" in early.text
        assert PLAIN["summary"] in early.text
        assert count(app) == 0
        three_seconds(3)
        assert client.post("/post", data={**PLAIN, **self.hidden(early), "do": "send"}).status_code == 303

    def test_whoever_mends_one_word_may_press_at_once(
        self, client: InspectingClient, app: Flask, three_seconds: Callable[[int], None]
    ) -> None:
        page = client.get("/post")
        three_seconds(60)
        wrong = client.post("/post", data={**PLAIN, **self.hidden(page), "title": "", "do": "send"})
        assert wrong.status_code == 422
        assert client.post("/post", data={**PLAIN, **self.hidden(wrong), "do": "send"}).status_code == 303

    @pytest.mark.parametrize("stamp", [None, "", "opened", "opened.AAAA.BBBB", "あ", "x" * 5000])
    def test_without_a_stamp_of_ours_nothing_is_sent(
        self, client: InspectingClient, app: Flask, three_seconds: Callable[[int], None], stamp: str | None
    ) -> None:
        page = client.get("/post")
        three_seconds(60)
        data = {**PLAIN, **self.hidden(page), "opened": stamp, "do": "send"}
        assert client.post("/post", data={name: value for name, value in data.items() if value is not None}).status_code == 429
        assert count(app) == 0

    def test_the_trap_is_out_of_reach_of_people_and_their_machines(self, client: InspectingClient) -> None:
        trap = re.search(r"<p[^>]*><label>[^<]*<input[^>]*name=\"leave_me_empty\"[^>]*>", client.get("/post").text)
        assert trap
        for words in ('class="unseen"', "inert", 'aria-hidden="true"', 'tabindex="-1"', 'autocomplete="off"'):
            assert words in trap[0]

    def test_there_is_no_puzzle(self, client: InspectingClient, app: Flask) -> None:
        assert not re.search(r"captcha|turnstile|recaptcha", client.get("/post").text, re.IGNORECASE)
        post(client, "send")
        assert only(app).publication == "draft"

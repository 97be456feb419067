"""A place's page, its old addresses, the suggestions, the search step of the form, and the register at the desk."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.gatherings.models import Gathering
from idobata.gatherings.place_actions import merge_places
from idobata.gatherings.values import PlaceWords
from idobata.kernel.actor import Role
from idobata.places.actions import add_place
from idobata.places.models import Place
from idobata.places.values import PlaceValues
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, everything, new_client, press, signed_in, token_on


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


FORM = {
    "day": "2026-12-05",
    "starts": "10:00",
    "ends": "12:00",
    "rhythm": "once",
    "venue_kind": "place",
    "place_name": "みどり",
    "title": "朝の会",
    "summary": "お茶を飲みます。",
    "fee_kind": "free",
    "host_name": "はなこ",
    "pledge": "y",
    "email": "hanako@example.com",
}


def added(name: str, *, checked: bool = True, **more: object) -> Place:
    with transaction():
        return add_place(PlaceValues(name=name, **more), checked=checked, how="visit")  # type: ignore[arg-type]


def words(page: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))  # type: ignore[attr-defined]


class TestThePlacePage:
    def test_what_is_there_stands_first_what_is_not_is_said_and_what_is_unknown_is_never_a_no(
        self, town: Town, client: InspectingClient
    ) -> None:
        place = added(
            "みどり公民館",
            kana="みどりこうみんかん",
            landmark="赤い屋根",
            access="北口から3分",
            phone="000-1",
            url="https://midori.example/",
            parking="3台",
            opening="午前9時〜",
            access_facts={"food": True, "stroller": False},
            access_note="裏口にスロープ",
        )
        page = words(client.get(f"/places/{place.public_id}"))
        for said in (
            "赤い屋根",
            "北口から3分",
            "000-1",
            "https://midori.example/",
            "3台",
            "午前9時〜",
            "裏口にスロープ",
            "市がたしかめた日： 11月30日（月）",
        ):
            assert said in page
        assert (
            page.index("飲んだり食べたりできます") < page.index("ベビーカーのまま入れます いいえ") < page.index("まだ聞いていません 16項目")
        )
        assert "車いすで入れます （まだ聞いていません）" in page
        assert "車いすで入れます いいえ" not in page

    def test_of_a_place_nobody_asked_about_nothing_is_claimed(self, town: Town, client: InspectingClient) -> None:
        page = words(client.get(f"/places/{added('みどり公民館').public_id}"))
        assert "まだ聞いていません。わかったら、ここにのせます。" in page
        assert "いいえ" not in page
        assert "車いす" not in page

    def test_hostile_words_stay_words(self, town: Town, client: InspectingClient) -> None:
        place = added("<img src=x onerror=alert(1)>", landmark='"><script>x</script>', access_note="<b>", url="https://a.example/?q=%22%3E")
        page = client.get(f"/places/{place.public_id}").get_data(as_text=True)
        assert "<img src=x" not in page
        assert "<script>x" not in page
        assert "&lt;b&gt;" in page

    def test_an_old_entry_leads_to_the_kept_one_with_everything_that_was_asked(self, town: Town, client: InspectingClient) -> None:
        old, keep = added("旧公民館"), added("みどり公民館")
        town.published(place=PlaceWords(public_id=old.public_id, name="旧公民館"), title="朝の会")
        with transaction():
            merge_places(town.staff(), keep, old, town.settings)
        for suffix, query in (
            ("", ""),
            (".rss", ""),
            (".ics", ""),
            ("", "?free=1&page=2"),
            (".rss", "?limit=5&lang=en"),
            ("", "?endpoint=x&public_id=y"),
        ):
            answer = client.get(f"/places/{old.public_id}{suffix}{query}")
            assert (answer.status_code, answer.location.partition("?")[0]) == (301, f"/places/{keep.public_id}{suffix}")
            assert set(answer.location.partition("?")[2].split("&")) <= {"", "free=1", "page=2", "limit=5", "lang=en"}
            assert client.get(answer.location).status_code == 200
        assert "朝の会" in client.get(f"/gatherings?place={old.public_id}").get_data(as_text=True)
        assert "朝の会" in client.get(f"/places/{keep.public_id}.ics").get_data(as_text=True)

    def test_the_gathering_s_page_says_what_the_place_says_unless_the_host_says_otherwise(
        self, town: Town, client: InspectingClient
    ) -> None:
        place = added("みどり公民館", access_facts={"wheelchair": True, "stroller": True, "wide-toilet": False})
        row = town.published(place=PlaceWords(public_id=place.public_id, name=place.name), facts={"stroller": False})
        page = words(client.get(f"/gatherings/{row.public_id}"))
        assert re.search("はい： 車いすOK .{0,60}場所のこと", page)
        assert "多目的トイレあり いいえ 場所のこと" in page
        assert "ベビーカーOK いいえ" in page
        assert "ベビーカーOK いいえ 場所のこと" not in page


class TestSuggestions:
    def test_eight_at_most_of_what_the_town_may_read_the_same_for_everybody_and_kept_for_a_minute(
        self, town: Town, client: InspectingClient
    ) -> None:
        added("みどり公民館", kana="みどりこうみんかん", district="kitamachi", address="北町1")
        town.draft(place=PlaceWords(name="みどりのひみつ"))
        town.waiting(place=PlaceWords(name="みどりの裏庭"))
        for browser in (client, signed_in(client.application, town.person())):
            answer = browser.get("/places/suggest?q=ﾐﾄﾞﾘｺｳ")
            assert answer.headers["Cache-Control"] == "public, max-age=60"
            assert "Set-Cookie" not in answer.headers
            assert [(one["name"], one["where"]) for one in answer.json["places"]] == [("みどり公民館", "北町・北町1")]
        assert [one["name"] for one in client.get("/places/suggest?q=みどり").json["places"]] == ["みどり公民館"]

    @pytest.mark.parametrize("typed", ["", "%25", "_", "%00", "x" * 900, "%F0%9F%92%A9", "';--"])
    def test_odd_letters_find_nothing_and_break_nothing(self, town: Town, client: InspectingClient, typed: str) -> None:
        added("みどり公民館")
        assert client.get(f"/places/suggest?q={typed}").json == {"places": []}

    def test_a_place_is_suggested_the_moment_the_city_has_checked_it(self, town: Town, client: InspectingClient) -> None:
        town.waiting(place=PlaceWords(name="みどりの裏庭"))
        place = db.session.scalars(select(Place).where(Place.name == "みどりの裏庭")).one()
        assert client.get("/places/suggest?q=裏庭").json == {"places": []}
        editor = signed_in(client.application, town.staff())
        press(
            editor,
            f"/desk/places/{place.public_id}/checked",
            f"/desk/places/{place.public_id}",
            version=version_on(editor, place),
            **{"check-how": "visit"},
        )
        assert [one["name"] for one in client.get("/places/suggest?q=裏庭").json["places"]] == ["みどりの裏庭"]


class TestTheSearchStep:
    def test_without_a_script_the_form_is_sent_and_places_come_back_as_choices_with_every_word_kept(
        self, town: Town, client: InspectingClient
    ) -> None:
        place = added("みどり公民館", district="kitamachi", address="北町1")
        page = press(client, "/post", **FORM, do="find")
        html = page.get_data(as_text=True)
        assert page.status_code == 200
        assert f'type="radio" name="place_id" value="{place.public_id}"' in html
        for value in ("みどり", "朝の会", "お茶を飲みます。", "hanako@example.com", "2026-12-05"):
            assert value in html
        assert 'name="place_said" value="みどり"' in html
        chosen = {**FORM, "place_said": "みどり", "place_id": place.public_id}
        again = words(press(client, "/post", **chosen, do="find"))
        assert "えらんだ場所：みどり公民館（北町・北町1）" in again
        press(client, "/post", **chosen, do="send")
        row = db.session.scalars(select(Gathering)).one()
        assert (row.place_id, row.district) == (place.id, "kitamachi")

    def test_a_name_typed_after_the_choice_counts_more_than_the_choice(self, town: Town, client: InspectingClient) -> None:
        place = added("みどり公民館")
        press(client, "/post", **{**FORM, "place_name": "うちの庭さき", "place_said": "みどり", "place_id": place.public_id}, do="send")
        row = db.session.scalars(select(Gathering)).one()
        assert row.place is not None
        assert row.place.name == "うちの庭さき"

    def test_nothing_found_and_nothing_typed_are_said_kindly(self, town: Town, client: InspectingClient) -> None:
        assert "町の場所には見つかりませんでした" in words(press(client, "/post", **FORM, do="find"))
        empty = press(client, "/post", **{**FORM, "place_name": ""}, do="find")
        assert empty.status_code == 422
        assert "さがす場所の名前か、その一部を書いてください。" in words(empty)

    @pytest.mark.parametrize("forged", ["x", "k7m2x9pqrs4t", "' OR 1=1 --", "k7m2x9pqrs4t" * 9])
    def test_an_id_that_is_no_place_of_the_town_is_refused_or_passed_over(self, town: Town, client: InspectingClient, forged: str) -> None:
        page = press(client, "/post", **{**FORM, "place_said": "みどり", "place_id": forged}, do="preview")
        assert page.status_code in (200, 422)
        assert db.session.scalars(select(Gathering)).all() == []

    def test_the_id_of_a_place_in_somebody_s_draft_looks_like_no_place(self, town: Town, client: InspectingClient) -> None:
        town.draft(place=PlaceWords(name="ひみつの物置"))
        hidden = db.session.scalars(select(Place).where(Place.name == "ひみつの物置")).one()
        asked = press(client, "/post", **{**FORM, "place_said": "みどり", "place_id": hidden.public_id}, do="preview")
        assert asked.status_code == 422
        assert "えらんだ場所が見つかりませんでした。" in words(asked)
        assert "ひみつ" not in words(asked)
        for path in (f"/post?place={hidden.public_id}", "/places/suggest?q=ひみつ"):
            assert "ひみつの物置" not in client.get(path).get_data(as_text=True)
        for suffix in ("", ".rss", ".ics"):
            assert client.get(f"/places/{hidden.public_id}{suffix}").status_code == 404

    def test_the_form_opens_with_the_place_one_comes_from(self, town: Town, client: InspectingClient) -> None:
        place = added("みどり公民館", district="kitamachi")
        link = f"/post?place={place.public_id}"
        assert f'href="{link}"' in client.get(f"/places/{place.public_id}").get_data(as_text=True)
        html = client.get(link).get_data(as_text=True)
        assert f'name="place_id" value="{place.public_id}"' in html
        assert 'value="みどり公民館"' in html
        assert client.get("/post?place=nonsense").status_code == 200


def version_on(client: InspectingClient, place: Place, path: str = "") -> str:
    page = client.get(path or f"/desk/places/{place.public_id}").get_data(as_text=True)
    found = re.search(r'name="version" value="([^"]+)"', page)
    assert found
    return found[1]


class TestTheDesk:
    def test_unchecked_ones_stand_first_with_how_many_use_them_and_their_twins(self, town: Town, app: Flask) -> None:
        added("あおば会館")
        keep = added("みどり公民館", latitude=35.315, longitude=139.31)
        town.published(place=PlaceWords(name="みどり公民館 和室", latitude=35.3151, longitude=139.31), title="和室の会")
        town.draft(place=PlaceWords(name="下書きの物置"))
        editor = signed_in(app, town.staff())
        page = words(editor.get("/desk/places"))
        assert "下書きの物置" not in page, "what nobody has sent is not the city's to read"
        assert page.index("みどり公民館 和室") < page.index("あおば会館") < page.index("行って見た", page.index("あおば会館"))
        assert "集まり1件" in page
        assert page.count("同じ場所かもしれない登録があります") == 2
        assert "「みどり公民館」とくらべて、まとめる" in page
        assert f"/desk/places/{keep.public_id}/merge?with=" in editor.get("/desk/places").get_data(as_text=True)
        only = words(editor.get("/desk/places?q=アオバ&state=checked&district=atlantis&page=999"))
        assert "あおば会館" in only
        assert "和室" not in only

    def test_what_is_typed_is_kept_when_something_is_wrong_and_saved_when_it_is_right(
        self, town: Town, app: Flask, client: InspectingClient
    ) -> None:
        place = added("みどり公民館")
        editor, path = signed_in(app, town.staff()), f"/desk/places/{place.public_id}"
        form = {
            "name": "みどり公民館",
            "kana": "みどり",
            "latitude": "139.31",
            "longitude": "35.315",
            "url": "not an address",
            "access_facts-wheelchair": "yes",
        }
        wrong = press(editor, path, path, version=version_on(editor, place), **form)
        assert wrong.status_code == 422
        for said in ("139.31", "not an address", "アドレスを読みとれませんでした"):
            assert said in wrong.get_data(as_text=True)
        swapped = press(editor, path, path, version=version_on(editor, place), **{**form, "url": ""})
        assert "日本の外になっています" in words(swapped)
        good = {
            **form,
            "url": "https://a.example",
            "latitude": "３５．３１５",
            "longitude": "139.31",
            "district": "minato",
            "evil": "1",
            "checked_at": "x",
        }
        saved = press(editor, path, path, version=version_on(editor, place), **good)
        assert (saved.status_code, saved.location) == (303, f"{path}?done=saved")
        page = words(client.get(f"/places/{place.public_id}"))
        assert "車いすで入れます" in page
        assert (place.latitude, place.longitude, place.district, place.access_facts) == (35.315, 139.31, "minato", {"wheelchair": True})
        assert "よみがな （なし） → みどり" in words(editor.get(path))

    def test_somebody_who_reads_an_old_page_overwrites_nothing(self, town: Town, app: Flask) -> None:
        place = added("みどり公民館")
        editor, path = signed_in(app, town.staff()), f"/desk/places/{place.public_id}"
        old = version_on(editor, place)
        press(editor, path, path, version=old, name="みどり公民館", phone="1")
        late = press(editor, path, path, version=old, name="古い名前")
        assert late.status_code == 409
        assert "古い名前" in late.get_data(as_text=True)
        assert place.name == "みどり公民館"
        without = press(editor, path, path, name="古い名前")
        assert without.status_code == 409

    def test_adding_a_place_says_how_it_was_checked(self, town: Town, app: Flask) -> None:
        editor = signed_in(app, town.staff())
        refused = press(editor, "/desk/places/new", name="新しい会館")
        assert refused.status_code == 422
        assert "どうやってたしかめたかをえらんでください。" in words(refused)
        made = press(editor, "/desk/places/new", name="新しい会館", how="document")
        assert made.status_code == 303
        assert "新しい場所を登録しました" in words(editor.get(made.location))
        place = db.session.scalars(select(Place)).one()
        assert (place.name, place.checked_how) == ("新しい会館", "document")

    def test_a_merge_is_shown_first_and_written_when_somebody_presses(self, town: Town, app: Flask, client: InspectingClient) -> None:
        keep, gone = added("みどり公民館"), added("緑の館", phone="000-2")
        town.published(place=PlaceWords(public_id=gone.public_id, name=gone.name), title="緑の会")
        editor, path = signed_in(app, town.staff()), f"/desk/places/{keep.public_id}/merge"
        assert "緑の館" in words(editor.get(f"{path}?q=みどりの")) or "緑の館" in words(editor.get(f"{path}?q=緑"))
        before = everything()
        page = editor.get(f"{path}?with={gone.public_id}")
        assert "まだ何も変わっていません" in words(page)
        assert "集まり1件（これからの日 1日）の場所が「みどり公民館」になります" in words(page)
        assert f"/places/{gone.public_id} は、/places/{keep.public_id} へ案内されます" in words(page)
        assert everything() == before
        version = version_on(editor, keep, f"{path}?with={gone.public_id}")
        unseen = press(editor, path, f"{path}?with={gone.public_id}", **{"with": gone.public_id, "version": "old"})
        assert unseen.status_code == 409
        done = press(editor, path, f"{path}?with={gone.public_id}", **{"with": gone.public_id, "version": version})
        assert done.status_code == 303
        assert "ここにまとめた場所：緑の館" in words(editor.get(done.location))
        assert client.get(f"/places/{gone.public_id}").location == f"/places/{keep.public_id}"
        assert editor.get(f"/desk/places/{gone.public_id}").location == f"/desk/places/{keep.public_id}"
        assert editor.get(f"{path}?with={keep.public_id}").status_code == 409
        again = editor.post(path, data={"csrf_token": token_on(editor.get("/desk")), "with": gone.public_id, "version": version})
        assert again.status_code == 409

    def test_the_log_names_places_by_what_people_call_their_fields(self, town: Town, app: Flask) -> None:
        place = added("みどり公民館")
        editor, path = signed_in(app, town.staff()), f"/desk/places/{place.public_id}"
        press(editor, path, path, version=version_on(editor, place), name="みどり公民館", kana="みどり")
        assert "が場所の内容を直しました（よみがな）" in words(editor.get("/desk/log"))

    @pytest.mark.parametrize("who", ["reader", "resident", "welfare"])
    def test_nobody_else_comes_in_or_writes(self, town: Town, app: Flask, who: str) -> None:
        keep, gone = added("みどり公民館"), added("緑の館")
        people: dict[str, Callable[[], InspectingClient]] = {
            "reader": lambda: new_client(app),
            "resident": lambda: signed_in(app, town.person()),
            "welfare": lambda: signed_in(app, town.staff(Role.WELFARE)),
        }
        browser = people[who]()
        token = token_on(browser.get("/post"))
        before = everything()
        path = f"/desk/places/{keep.public_id}"
        for address in ("/desk/places", "/desk/places/new", path, f"{path}/merge"):
            assert browser.get(address).status_code in ((303,) if who == "reader" else (404,))
        for address in ("/desk/places/new", path, f"{path}/checked", f"{path}/merge"):
            data = {"csrf_token": token, "name": "うそ", "how": "visit", "check-how": "visit", "with": gone.public_id}
            assert browser.post(address, data=data).status_code in (403, 404)
        assert everything() == before

    def test_no_token_no_change(self, town: Town, app: Flask) -> None:
        keep, gone = added("みどり公民館"), added("緑の館")
        editor = signed_in(app, town.staff())
        before = everything()
        for tail in ("", "/checked", "/merge"):
            answer = editor.post(
                f"/desk/places/{keep.public_id}{tail}", data={"name": "うそ", "check-how": "visit", "with": gone.public_id}
            )
            assert answer.status_code == 403
        assert everything() == before

    def test_the_item_at_the_desk_leads_to_its_place(self, town: Town, app: Flask) -> None:
        row = town.waiting(place=PlaceWords(name="みどりの裏庭"))
        assert row.place is not None
        page = signed_in(app, town.staff()).get(f"/desk/{row.public_id}").get_data(as_text=True)
        assert f'href="/desk/places/{row.place.public_id}"' in page
        assert "この場所を整える" in page

"""The finder as staff see it: one table, no field for words, no trace; and who may open it."""

import logging
import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.gatherings.values import PlaceWords
from idobata.kernel.actor import Actor, Role
from idobata.places.actions import add_place
from idobata.places.values import PlaceValues
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.transaction import transaction
from idobata.welcome.find import NAMES
from idobata.welcome.mark import How
from idobata.welcome.mark_actions import Assessment, note_mark
from idobata.welcome.note_actions import write_note
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, everything, new_client, signed_in

SECRET = "奥の席に静かな人が多い"
THREE = {"come-alone": True, "no-talking": True, "leave-early": True}
ASKED = "&".join(f"fact={slug}" for slug in THREE)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the queries are tested on both."""
    return sqlite_database_url


@pytest.fixture
def staff(town: Town) -> Actor:
    return town.staff(Role.WELFARE)


@pytest.fixture
def social(app: Flask, staff: Actor) -> InspectingClient:
    return signed_in(app, staff)


class Fields(HTMLParser):
    """The fields of the form that asks, and the addresses of all links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.links: list[str] = []
        self._asking = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form":
            self._asking = values.get("action") == "/desk/find"
        if tag in ("input", "select", "textarea") and self._asking:
            self.fields.append((values.get("name") or "", values.get("type") or tag))
        if tag == "a" and (values.get("href") or "").startswith("/desk/find"):
            self.links.append(values.get("href") or "")


def page(client: InspectingClient, query: str = "") -> str:
    answer = client.get(f"/desk/find{query}")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.get_data(as_text=True)


def test_one_row_says_all_a_colleague_needs(town: Town, social: InspectingClient, staff: Actor) -> None:
    with transaction():
        values = {"district": "minato", "longitude": 139.31}
        add_place(PlaceValues(name="みどり公民館", latitude=35.315, **values), checked=True)
        here = add_place(PlaceValues(name="港の角", latitude=35.3213, **values), checked=True)
    row = town.published(
        title="ただ座る会", place=PlaceWords(name="みどり公民館"), district="minato", facts=THREE | {"free": True, "quiet": True}, crowd="5"
    )
    with transaction():
        write_note(staff, row, SECRET, None, town.settings)
        note_mark(staff, row, Assessment(criteria=("alone_is_fine",), how=How.VISIT), town.settings)
    html = page(social, f"?place={here.public_id}&km=1&{ASKED}")
    table = html[html.index('class="found"') :]
    for words in (
        "12月5日（土）午前10時〜正午",
        "みどり公民館・港",
        "港の角から歩いて12分くらい",
        "5人くらいまで",
        "候補",
        ">1件<",
        "ただ座る会",
    ):
        assert words in table, words
    facts = re.findall(r"<li>(.*?)</li>", table)
    assert set(facts[:3]) == {f"<strong>{words}</strong>" for words in ("とちゅうで帰ってOK", "ひとりでOK", "話さなくてOK")}
    assert f'href="/desk/first-step/{row.public_id}"' in table
    assert SECRET not in html
    assert "おおよその目安" in html


def test_there_is_no_field_for_words_and_no_name_but_the_filters(town: Town, social: InspectingClient) -> None:
    town.published(facts=THREE)
    found = Fields(page(social, f"?district=kitamachi&{ASKED}&q=山田さん&client=山田さん&name=x"))
    assert found.fields
    assert {kind for _name, kind in found.fields} <= {"select", "checkbox", "date"}
    assert {name for name, _kind in found.fields} <= NAMES
    asked = {pair.split("=")[0] for link in found.links if "?" in link for pair in link.split("?")[1].replace("&amp;", "&").split("&")}
    assert asked
    assert asked <= NAMES
    assert "山田" not in "".join(found.links)


def test_what_was_asked_is_kept_nowhere(town: Town, social: InspectingClient, caplog: pytest.LogCaptureFixture) -> None:
    town.published(facts=THREE)
    page(social)
    before = everything()
    with caplog.at_level(logging.DEBUG):
        html = page(social, f"?district=kitamachi&{ASKED}&mark=new&checked=90")
    assert everything() == before
    assert "kitamachi" not in caplog.text
    assert "no-talking" not in caplog.text
    assert "どこにも残りません" in html
    # No line of recent searches: the next page knows nothing of it.
    assert "checked=90" not in page(social)


def test_what_colleagues_noted_is_read_in_the_table_after_a_press_of_its_own(town: Town, social: InspectingClient, staff: Actor) -> None:
    """On one screen with the rest; each look is logged, so nothing is opened by looking for something else."""
    row, silent = town.published(facts=THREE), town.published(title="メモのない会", facts=THREE)
    with transaction():
        write_note(staff, row, SECRET, None, town.settings)
    closed = page(social, f"?{ASKED}")
    assert SECRET not in closed
    before = everything()
    [link] = [one for one in Fields(closed).links if one.endswith("notes=1")]
    opened = page(social, link.removeprefix("/desk/find").replace("&amp;", "&"))
    assert SECRET in opened
    assert f"{staff.label}・" in opened
    assert not [one for one in Fields(opened).links if "notes=1" in one], "the next search opens none"
    after = everything()
    assert {name for name in after if after[name] != before[name]} == {"deeds", "deed_heads"}
    read = db.session.scalars(select(Deed).where(Deed.act == "note.read")).all()
    assert [(one.thing_id, one.actor_id) for one in read] == [(row.public_id, staff.person_id)]
    assert silent.public_id in opened


def test_presets_are_one_press_each_and_let_go_with_another(town: Town, social: InspectingClient) -> None:
    fits = town.published(title="三つとも合う会", facts=THREE)
    town.published(title="合わない会", facts={"come-alone": True})
    html = page(social)
    for words in ("ひとりでOK", "話さなくてOK", "とちゅうで帰ってOK"):
        href = re.search(rf'<a class="chip" href="(/desk/find\?[^"]+)"><span>{words}</span>', html)
        assert href, words
        html = page(social, href[1].removeprefix("/desk/find").replace("&amp;", "&"))
    assert html.count('aria-current="true"') >= 3
    assert "合わない会" not in html
    assert fits.title in html


def test_counts_stand_before_the_press(town: Town, social: InspectingClient) -> None:
    town.published(facts=THREE | {"wheelchair": True})
    town.published(facts=THREE)
    html = page(social)
    for slug, number in (("come-alone", 2), ("wheelchair", 1), ("stroller", 0)):
        box = re.search(rf'name="fact" value="{slug}">.*?<span class="choice__count">(\d+)件</span>', html)
        assert box, slug
        assert int(box[1]) == number, slug


def test_little_found_says_what_is_near(town: Town, social: InspectingClient) -> None:
    town.published(title="となりの会", district="minato", facts=THREE)
    html = page(social, f"?district=kitamachi&{ASKED}")
    assert "この条件に合う集まりは、まだありません。" in html
    assert "近くのほかの集まり" in html
    assert "まわりの地区" in html
    assert "となりの会" in html
    assert "条件をひとつ外すか" in page(social, f"?{ASKED}&fact=nursing")


@pytest.mark.parametrize(
    "query",
    [
        "?district=%00",
        "?place=../../etc",
        "?km=1e9&place=x",
        "?from=2026-99-99",
        "?fact=<script>alert(1)</script>",
        "?page=999999",
        "?page=400",
    ],
)
def test_broken_questions_get_an_answer(town: Town, social: InspectingClient, query: str) -> None:
    town.published()
    assert "<script>alert" not in page(social, query)


def test_hostile_words_of_hosts_stay_words(town: Town, social: InspectingClient) -> None:
    town.published(title='<img src=x onerror=alert(1)>"', place=PlaceWords(name="<b>館</b>"))
    assert "<img src=x" not in page(social)


def test_it_speaks_english_too(town: Town, social: InspectingClient) -> None:
    town.published(facts=THREE, title="ただ座る会")
    html = page(social, "?lang=en")
    assert "What you look for here is kept nowhere." in html
    assert '<input type="hidden" name="lang" value="en">' in html


def test_only_staff_for_it_find_it(town: Town, app: Flask) -> None:
    assert new_client(app).get("/desk/find?district=minato").location == "/sign-in?then=/desk/find", "the question does not travel"
    for nobody in (town.person(), town.staff(Role.EDITOR), town.staff(Role.APPROVER)):
        assert signed_in(app, nobody).get("/desk/find").status_code == 404

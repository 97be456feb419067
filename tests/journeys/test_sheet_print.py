"""The hand-over sheet with the longest words people may write: one page, nothing cut off, large type, and fonts that print anywhere."""

import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from idobata.gatherings.first_visit import LIMIT, QUESTIONS
from idobata.gatherings.models import Gathering
from idobata.gatherings.rules import LIMITS
from idobata.gatherings.states import SignupKind
from idobata.gatherings.values import PlaceWords
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.code_on_paper import code_size, read_code
from tests.harness.served_site import ServedSite
from tests.harness.site import Town
from tests.journeys.steps import sign_in
from tests.journeys.visitors import DESK, Visitors

SATURDAY = date(2026, 12, 5)
LEAST_POINTS = 14.0
FACTS = (
    "drop-in",
    "join-late",
    "leave-early",
    "just-watch",
    "come-alone",
    "no-talking",
    "no-introduction",
    "no-name",
    "with-companion",
    "rest-place",
)
# Everything that is on the page and not wholly inside what holds it, and blocks that lie on one another.
_CUT_OFF = """() => {
  const paper = document.querySelector("article.paper"), edge = paper.getBoundingClientRect(), found = [];
  if (paper.scrollHeight > paper.clientHeight + 1) found.push(`the sheet needs ${paper.scrollHeight} of ${paper.clientHeight} px`);
  for (const one of paper.querySelectorAll("*")) {
    const box = one.getBoundingClientRect(), name = `${one.tagName}.${one.getAttribute("class")}: ${one.textContent.slice(0, 30)}`;
    if (box.bottom > edge.bottom + 1 || box.right > edge.right + 1 || box.left < edge.left - 1) found.push(`over the edge: ${name}`);
    if (one instanceof HTMLElement && getComputedStyle(one).overflow !== "visible" && one.scrollHeight > one.clientHeight + 1) found.push(`cut: ${name}`);
  }
  const blocks = [...paper.children].flatMap((one) => (one.matches("section") ? [...one.children] : [one]));
  blocks.slice(1).forEach((one, at) => {
    if (one.getBoundingClientRect().top < blocks[at].getBoundingClientRect().bottom - 1) found.push(`on one another: ${one.className}`);
  });
  return found;
}"""
# Points of every letter but of readings, which stand above their word.
_POINTS = """() => {
  const found = {}, walk = document.createTreeWalker(document.querySelector("article.paper"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || one.closest("rt, rp")) continue;
    const scale = one instanceof SVGElement ? one.getScreenCTM().a : 1;
    found[Math.round(parseFloat(getComputedStyle(one).fontSize) * scale * 7.5) / 10] = walk.currentNode.data.slice(0, 20);
  }
  return found;
}"""
_HEIGHT = """selector => document.querySelector(selector).getBoundingClientRect().height * 25.4 / 96"""


def filled(words: str, letters: int) -> str:
    return (words * (letters // len(words) + 1))[:letters]


def the_longest(site: ServedSite) -> list[str]:
    """Three gatherings that say all that can be said; returns them as a form names them."""
    town = Town(site.settings)
    values = []
    for number in range(3):
        row: Gathering = town.published(
            title=filled(f"{number}つめの六十文字もある長い名前の集まりがはみ出さずに折りかえされるかを見る会", LIMITS["title"]),
            place=PlaceWords(
                name=filled(f"潮坂市立北町地域交流ふれあい文化センター別館{number}", LIMITS["place_name"]),
                latitude=35.0 + number / 1000,
                longitude=139.0,
            ),
            contact_name=filled("長い名前の世話人の会の連絡係", LIMITS["contact_name"]),
            contact_phone="000-1111-2222",
            contact_phone_public=True,
            signup_kind=SignupKind.REQUIRED,
            signup_words=filled("前の日までに、電話で名前だけ知らせてください。", 300),
            fee_words=filled("材料の分だけいただきます。", LIMITS["fee_words"]),
            facts=dict.fromkeys(FACTS, True),
            first_visit={one.name: filled(f"{one.example}。", LIMIT) for one in QUESTIONS},
        )
        with transaction():
            assert row.place
            row.place.landmark = filled("郵便局のとなりの黄色い看板。", 200)
            row.place.access = filled("駅の北口から歩いて8分です。", 400)
            row.place.kana = filled("しおさかしりつきたまちちいき", 80)
            row.place.checked_at = row.created_at
        values.append(f"{row.public_id}/{SATURDAY}")
    db.session.commit()
    return values


def one_with_a_map(site: ServedSite) -> list[str]:
    """A gathering of few words among the places of the others; the reading of its place is longer than a line."""
    row = Town(site.settings).published(
        title="朝の会", place=PlaceWords(name="汐坂志朗記念潮騒承継集会所別館", latitude=35.0005, longitude=139.001)
    )
    with transaction():
        assert row.place
        row.place.kana = "しおさかしろうきねんしおさいしょうけいしゅうかいじょべっかんのいちばんおくのへや"
        row.place.checked_at = row.created_at
    return [f"{row.public_id}/{SATURDAY}"]


@pytest.fixture(scope="module")
def dates(served_site: ServedSite) -> list[str]:
    return served_site.inside(lambda: the_longest(served_site))


@pytest.fixture(scope="module")
def worker(staying: Visitors) -> Page:
    page = staying.person(DESK)
    sign_in(page, "welfare@city.shiosaka.example")
    return page


@pytest.fixture(params=[(1, ""), (2, ""), (3, ""), (1, "y"), (2, "y"), (3, "y")], ids=lambda one: f"{one[0]}{'-ruby' * bool(one[1])}")
def sheet(request: pytest.FixtureRequest, worker: Page, dates: list[str]) -> Page:
    many, furigana = request.param
    return made(worker, dates[:many], furigana)


def made(worker: Page, dates: list[str], furigana: str) -> Page:
    """The sheet of these dates as the printer sees it."""
    worker.emulate_media(media="screen")
    worker.goto("/desk/find")
    worker.evaluate(
        """([values, furigana]) => {
          const form = document.getElementById("sheet");
          for (const [name, value] of [...values.map((one) => ["date", one]), ["furigana", furigana]].filter((one) => one[1])) {
            const field = document.createElement("input");
            Object.assign(field, {type: "hidden", name, value});
            form.append(field);
          }
        }""",
        [dates, furigana],
    )
    worker.get_by_role("button", name="えらんだ日でしおりを作る").click()
    expect(worker.locator(".paper__part")).to_have_count(len(dates))
    worker.emulate_media(media="print")
    return worker


def test_it_is_one_page_with_nothing_cut_off(sheet: Page, tmp_path: Path) -> None:
    assert sheet.evaluate(_CUT_OFF) == []
    file = tmp_path / "sheet.pdf"
    sheet.pdf(path=file, prefer_css_page_size=True)
    reader = PdfReader(file)
    assert len(reader.pages) == 1
    assert read_code(file) == sheet.locator("#sheet-address").input_value()
    assert code_size(file)[1] >= 0.5
    said = plain(reader.pages[0].extract_text())
    for part in sheet.locator(".paper__address, .paper__title").all_inner_texts():
        assert plain(part) in said
    if not sheet.locator("rt").count():
        for part in sheet.locator(".paper__lines dd, .paper__facts li, .paper__office, .paper__living").all_inner_texts():
            assert plain(part) in said
    assert float(sheet.evaluate(_HEIGHT, ".paper__memo")) >= 13.5, "room for a pen"
    assert sheet.locator(".paper__lines dt", has_text="入口").count() == sheet.locator(".paper__part").count()


def test_its_type_is_large_and_its_fonts_are_inside(sheet: Page, tmp_path: Path) -> None:
    sizes = sheet.evaluate(_POINTS)
    assert {size: words for size, words in sizes.items() if float(size) < LEAST_POINTS} == {}
    file = tmp_path / "sheet.pdf"
    sheet.pdf(path=file, prefer_css_page_size=True)
    fonts = list(fonts_of(PdfReader(file)))
    assert fonts
    assert [str(font.get("/BaseFont")) for font in fonts if not is_inside(font)] == []


@pytest.mark.parametrize("furigana", ["", "y"])
def test_a_map_is_as_large_in_type_and_a_long_reading_stays_on_the_page(
    worker: Page, dates: list[str], served_site: ServedSite, furigana: str
) -> None:
    sheet = made(worker, served_site.inside(lambda: one_with_a_map(served_site)), furigana)
    expect(sheet.locator(".paper__sketch")).to_have_count(1)
    assert sheet.locator(".paper__where > ruby").count() == len(furigana)
    assert sheet.evaluate(_CUT_OFF) == []
    assert [words for size, words in sheet.evaluate(_POINTS).items() if float(size) < LEAST_POINTS] == []


# Letters that share one shape: a PDF names either.
_TWINS = str.maketrans("⻑⻩戶‧", "長黄戸・")


def plain(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).translate(_TWINS).split())


def fonts_of(reader: PdfReader) -> Iterator[DictionaryObject]:
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            yield font.get_object()


def is_inside(font: DictionaryObject) -> bool:
    """Whether the letters' shapes are in the file. A font of type 3 is nothing but its shapes."""
    if str(font["/Subtype"]) == "/Type3":
        return "/CharProcs" in font
    below: Any = font.get("/DescendantFonts", [font])
    return all({"/FontFile", "/FontFile2", "/FontFile3"} & set(one.get_object()["/FontDescriptor"].get_object()) for one in below)

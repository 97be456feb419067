"""The rules of the hand-over sheet: which dates, what to be wary of, go or call first, and where its code can lead."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import segno

from idobata.kernel.addresses import Addresses
from idobata.welcome import sheet_code
from idobata.welcome.sheet import Choice, Doubt, PaperDate, Standing, doubts, going_words, read_choices, sheet_address

ID, OTHER = "k7m2x9pqrs4t", "abcdefghjkmn"
DAY = date(2026, 12, 5)
NOW = datetime(2026, 11, 30, tzinfo=UTC)
SITE = Addresses("https://idobata.city.nagasaki.lg.jp")


def standing(**changes: object) -> Standing:
    plain = {"state": "planned", "ends_at": NOW + timedelta(days=5), "unconfirmed": False, "looked_at": NOW - timedelta(days=10)}
    return Standing(**(plain | changes))  # type: ignore[arg-type]


def test_dates_are_read_in_their_order_each_once() -> None:
    sent = [f"{OTHER}/2026-12-06", f"{ID}/2026-12-05", f"{OTHER}/2026-12-06"]
    assert read_choices(sent) == ((Choice(OTHER, date(2026, 12, 6)), Choice(ID, DAY)), False)
    assert read_choices([]) == ((), False)


@pytest.mark.parametrize(
    "sent",
    [
        "",
        ID,
        f"{ID}/",
        f"{ID}/2026-13-05",
        f"{ID}/2026-12-5",
        f"{ID}/２０２６-12-05",
        f"{ID}/2026-12-05/",
        f"{ID}/2026-12-05\n",
        "../../desk/2026-12-05",
        "desk/2026-12-05",
        f"{ID.upper()}/2026-12-05",
        f"{ID}%00/2026-12-05",
    ],
)
def test_what_is_no_date_is_left_out_and_said(sent: str) -> None:
    assert read_choices([f"{ID}/2026-12-05", sent]) == ((Choice(ID, DAY),), True)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, ()),
        ({"state": "moved"}, ()),
        ({"state": "cancelled"}, (Doubt.CANCELLED,)),
        ({"state": "full"}, (Doubt.FULL,)),
        ({"ends_at": NOW}, (Doubt.OVER,)),
        ({"unconfirmed": True}, (Doubt.UNCONFIRMED,)),
        ({"looked_at": NOW - timedelta(days=90)}, ()),
        ({"looked_at": NOW - timedelta(days=90, seconds=1)}, (Doubt.UNCHECKED,)),
        ({"unconfirmed": True, "looked_at": NOW - timedelta(days=200), "state": "cancelled"}, (Doubt.CANCELLED, Doubt.UNCONFIRMED)),
    ],
)
def test_what_staff_should_look_at_before_they_hand_it_over(changes: dict[str, object], found: tuple[Doubt, ...]) -> None:
    assert doubts(standing(**changes), NOW) == found


@pytest.mark.parametrize(
    ("kind", "phone", "contact", "words"),
    [
        ("none", True, True, "そのまま行けます"),
        ("none", False, False, "そのまま行けます"),
        ("optional", True, True, "そのまま行けます（先に電話すると安心）"),
        ("optional", False, True, "そのまま行けます"),
        ("required", True, True, "電話してから行きます"),
        ("required", False, True, "申しこんでから行きます"),
        ("required", False, False, "市に電話してから行きます"),
        ("unknown", True, True, "電話でたずねてから行くと安心です"),
        ("unknown", False, False, "市にたずねてから行くと安心です"),
    ],
)
def test_go_or_call_first(kind: str, phone: bool, contact: bool, words: str) -> None:
    assert going_words(kind, has_phone=phone, has_contact=contact) == words


def test_the_code_is_short_enough_for_an_old_telephone() -> None:
    three = [PaperDate(ID, DAY, "x7q", "p2m")] * 3
    address = sheet_address(date(2026, 11, 30), three, SITE)
    assert address.startswith("https://idobata.city.nagasaki.lg.jp/s/#261130.k7m2x9pqrs4t-261205-x7qp2m.")
    code = segno.make(address, error=sheet_code.LEVEL, boost_error=False, micro=False)
    # Version 9 has 53 squares to a side; telephones of twenty years ago read 10.
    assert code.version <= 9
    # Old readers stop at letters that no address has, and chats break links at the end of a sentence.
    assert re.fullmatch(r"[a-z0-9.-]+[a-z0-9]", address.partition("#")[2])


@pytest.mark.parametrize(
    "smuggled",
    ["/desk", "../desk/sheet", "/my/k7m2x9pqrs4t", "k7m2x9pqrs4t/", "@example.org", "k7m2x9pqrs4 ", "", "K7M2X9PQRS4T", "k7m2x9pqrs4t\n"],
)
def test_no_address_but_the_public_page_can_get_into_a_code(smuggled: str) -> None:
    for values in ((smuggled, DAY, "x7q", "p2m"), (ID, DAY, smuggled, "p2m"), (ID, DAY, "x7q", smuggled)):
        with pytest.raises(ValueError, match="only an id"):
            PaperDate(*values)


def test_the_drawing_says_what_the_address_says_in_black_on_white() -> None:
    dates = [PaperDate(ID, DAY, "x7q", "p2m")]
    drawing = sheet_code.code_drawing(date(2026, 11, 30), dates, SITE)
    assert "style=" not in drawing
    assert 'stroke="#000"' in drawing
    assert 'fill="#fff"' in drawing
    same = io.BytesIO()
    made = segno.make(sheet_address(date(2026, 11, 30), dates, SITE), error="q", boost_error=False)
    made.save(
        same,
        kind="svg",
        border=4,
        xmldecl=False,
        svgns=False,
        omitsize=True,
        dark="#000",
        light="#fff",
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    assert same.getvalue().decode() == drawing

"""Typed words become a page that reads well and that nobody can write into."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.kernel.markup import LINK_REL, MAX_LINKS, TAGS, clean, plain_summary, to_html
from idobata.kernel.text import printable

REL = f'rel="{LINK_REL}"'


class Inspector(HTMLParser):
    """Reads the finished HTML as a browser would and keeps what could do harm."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.words = ""
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl!r}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data!r}")


def assert_harmless(html: str) -> Inspector:
    seen = Inspector(html)
    assert set(seen.tags) <= TAGS
    for tag, name, value in seen.attributes:
        assert tag == "a"
        assert name in ("href", "rel")
        if name == "href":
            assert value is not None
            assert value.startswith(("http://", "https://"))
            assert value.isascii()
        else:
            assert value == LINK_REL
    return seen


SHAPES = [
    ("one line", "朝の会です", "<p>朝の会です</p>"),
    ("lines and paragraphs", "いち\nに\n\n\nさん", "<p>いち<br>に</p><p>さん</p>"),
    ("nothing", " \n　\n", ""),
    ("points", "・いち\n・に", "<ul><li>いち</li><li>に</li></ul>"),
    ("hyphens, stars, bullets", "- いち\n* に\n• さん", "<ul><li>いち</li><li>に</li><li>さん</li></ul>"),
    ("words around a list", "持ち物\n・タオル\nでは", "<p>持ち物</p><ul><li>タオル</li></ul><p>では</p>"),
    ("numbers", "1. いち\n2. に", "<ol><li>いち</li><li>に</li></ol>"),
    ("full-width numbers", "１．いち\n２．に", "<ol><li>いち</li><li>に</li></ol>"),
    ("a temperature is no list", "-5度でも", "<p>-5度でも</p>"),
    ("a distance is no list", "1.5kmあるきます\n2.5kmもどります", "<p>1.5kmあるきます<br>2.5kmもどります</p>"),
    ("a lone number is no list", "1. だけ", "<p>1. だけ</p>"),
    ("a date is no list", "12. 5 の会\n13. 6", "<p>12. 5 の会<br>13. 6</p>"),
    ("stars around a word are no list", "*だいじ*", "<p>*だいじ*</p>"),
    ("a point inside is no list", "茶・菓子", "<p>茶・菓子</p>"),
    ("signs", "5<6 & \"7\" 'x'", "<p>5&lt;6 &amp; \"7\" 'x'</p>"),
]


@pytest.mark.parametrize("typed, html", [row[1:] for row in SHAPES], ids=[row[0] for row in SHAPES])
def test_shapes_of_a_text(typed: str, html: str) -> None:
    assert to_html(typed) == html


LINKS = [
    ("https://example.jp/a。", "https://example.jp/a", "。"),
    ("https://example.jp/a、次に", "https://example.jp/a", "、次に"),
    ("https://example.jp/aを見てください", "https://example.jp/a", "を見てください"),
    ("https://example.jp/a）です", "https://example.jp/a", "）です"),
    ("https://example.jp/a」", "https://example.jp/a", "」"),
    ("https://example.jp/a.", "https://example.jp/a", "."),
    ("https://example.jp/a)", "https://example.jp/a", ")"),
    ("https://example.jp/a_(b)", "https://example.jp/a_(b)", ""),
    ("https://example.jp/a_(b)).", "https://example.jp/a_(b)", ")."),
    ("https://example.jp/a?b=1&c=%E3%81%82#d", "https://example.jp/a?b=1&amp;c=%E3%81%82#d", ""),
    ("http://example.jp:8080/", "http://example.jp:8080/", ""),
    ("https://example.jp/?q=[1]", "https://example.jp/?q=[1]", ""),
]


@pytest.mark.parametrize("typed, address, rest", LINKS)
def test_an_address_is_a_link_and_the_sentence_around_it_is_not(typed: str, address: str, rest: str) -> None:
    assert to_html(f"くわしくは{typed}") == f'<p>くわしくは<a href="{address}" {REL}>{address}</a>{rest}</p>'


def test_links_stand_in_lists_and_in_their_order() -> None:
    html = to_html("・https://a.example/1 と https://b.example/2\n・なし\n\nhttps://c.example/3")
    hrefs = [value for _, name, value in assert_harmless(html).attributes if name == "href"]
    assert hrefs == ["https://a.example/1", "https://b.example/2", "https://c.example/3"]
    assert "<li>なし</li>" in html


@pytest.mark.parametrize(
    "typed",
    [
        "www.example.jp",
        "hanako@example.jp",
        "ftp://example.jp/",
        "https://",
        "https://hanako:geheim@example.jp/",
        "https://example.jp:99999/",
        "//example.jp",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_safe_web_address_stays_words(typed: str) -> None:
    assert "<a" not in to_html(f"くわしくは {typed} へ")


def test_beyond_fifty_links_the_addresses_stay_readable() -> None:
    seen = assert_harmless(to_html("\n".join(f"https://example.jp/{number}" for number in range(200))))
    assert seen.tags.count("a") == MAX_LINKS
    assert "https://example.jp/199" in seen.words


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\u200bscript:alert(1)'>x</a>",
    "<a href='javascript\u200b:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='//evil.example/'>x</a>",
    "<a href='https:/\\evil.example/'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='https://example.jp/' onclick=alert(1) target=_top style=position:fixed>x</a>",
    "<a href=https://example.jp/><a href=javascript:alert(1)>x",
    "<iframe src=https://evil.example/></iframe>",
    "<form action=https://evil.example/><button formaction=javascript:alert(1)>x</button></form>",
    "<textarea></textarea><script>alert(1)</script>",
    "<title></title><script>alert(1)</script>",
    "<p><table><p>x</p></table></p>",
    "<ul><p><li><ol></p></li>x",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><x/>",
    "<!DOCTYPE html [<!ENTITY x 'y'>]>&x;",
    "\ufeff<p>x",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;",
    "https://example.jp/<script>alert(1)</script>",
    'https://example.jp/"onmouseover="alert(1)',
    "https://example.jp/'onmouseover='alert(1)",
    "https://example.jp/&quot;onmouseover=&quot;alert(1)",
    "https://example.jp/?a=<img/src=x/onerror=alert(1)>",
    "https://example.jp/\nhttps://example.jp/\x00javascript:",
    "https://a.example/\\@evil.example",
    "<<<<>>>>&&&&\"\"\"\"''''",
    "\ud800<b>\udfff",
    "]]>",
]


@pytest.mark.parametrize("typed", PAYLOADS)
def test_nothing_typed_becomes_anything_but_words_and_links(typed: str) -> None:
    seen = assert_harmless(to_html(typed))
    if "https://" not in typed:
        assert set(seen.tags) <= {"p", "br"}


@pytest.mark.parametrize("html", PAYLOADS)
def test_foreign_markup_is_reduced_to_what_is_allowed(html: str) -> None:
    once = clean(html)
    assert_harmless(once)
    assert clean(once) == once


def test_foreign_markup_keeps_its_paragraphs_and_whole_links() -> None:
    html = clean('<h1>会</h1><p>朝の<b>会</b> <a href="https://example.jp/" class=x>ここ</a> と https://b.example/</p>')
    links = f'<a href="https://example.jp/" {REL}>ここ</a> と <a href="https://b.example/" {REL}>https://b.example/</a>'
    assert html == f"会<p>朝の会 {links}</p>"


PIECES = st.sampled_from(
    [
        *("<", ">", "&", '"', "'", "/", "=", "&lt;", "&#60;", "<p>", "</p>", "<a>", "</a>", "<ul>", "<li>", "</li>", "<ol>", "<br>"),
        *('<a href="', "javascript:", "https://", "http://a.jp/", "example.jp", "(", ")", "[", "]", ".", "。", "、", "<table>", "<script>"),
        *(
            "<svg>",
            "<style>",
            "<!--",
            "-->",
            "\n",
            "\n\n",
            "・",
            "- ",
            "1. ",
            "2. ",
            " ",
            "　",
            "\x00",
            "\ufeff",
            "\u200b",
            "\xa0",
            "あ",
            "a",
        ),
    ]
)
JUNK = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join))


@given(JUNK)
def test_any_typed_text_is_harmless_and_complete(typed: str) -> None:
    html = to_html(typed)
    seen = assert_harmless(html)
    assert clean(html) == html
    # Every letter and sign is still there to be read; only marks of lists become markup.
    assert [letter for letter in seen.words if _is_content(letter)] == [letter for letter in printable(typed) if _is_content(letter)]


def _is_content(letter: str) -> bool:
    return letter.isalpha() or letter in "<>&\"'/=;"


@given(JUNK)
def test_cleaning_twice_changes_nothing(html: str) -> None:
    once = clean(html)
    assert_harmless(once)
    assert clean(once) == once


JUNK_UNITS = [
    "<",
    "&",
    "https://",
    "https://a.jp/ ",
    "http://a ",
    "a\n",
    "・a\n",
    "1. a\n",
    "あ\n\n",
    "👨\u200d",
    "\u0301",
    "((",
    "[](",
    "\"'",
]
LONG = [unit * (10_000 // len(unit)) for unit in JUNK_UNITS]
LONG += ["https://a.jp/" + tail * 9_900 for tail in "&(.)%?"] + ["<" * 9_980 + "https://a.jp/", "https://a.jp/?&a " * 600]


@pytest.mark.parametrize("typed", LONG, ids=[ascii(typed[:14]) for typed in LONG])
def test_ten_thousand_letters_of_junk_are_no_work(typed: str) -> None:
    best = 10.0
    for _ in range(5):
        start = time.process_time()
        to_html(typed)
        best = min(best, time.process_time() - start)
    assert best < 0.05


SUMMARIES = [
    ("short stays", "朝の会です。", 20, "朝の会です。"),
    ("lines are joined", "朝の会\n\n・お茶\n", 20, "朝の会 ・お茶"),
    ("cut behind a sentence", "朝の会です。だれでもどうぞ。持ち物はありません。", 16, "朝の会です。だれでもどうぞ。…"),
    ("cut behind a phrase", "おにぎりと将棋と、お茶を楽しむ気軽な集まりです", 14, "おにぎりと将棋と…"),
    ("cut anywhere at last", "あ" * 30, 10, "あ" * 9 + "…"),
    ("pictures stay whole", "あ👨\u200d👩\u200d👧" * 9, 5, "あ…"),
    ("a closing bracket stays with its sentence", "「行きます。」と言いました。それから", 10, "「行きます。」…"),
]


@pytest.mark.parametrize("text, limit, summary", [row[1:] for row in SUMMARIES], ids=[row[0] for row in SUMMARIES])
def test_a_summary_ends_where_a_reader_would(text: str, limit: int, summary: str) -> None:
    assert plain_summary(text, limit) == summary


@given(JUNK, st.integers(0, 40))
def test_a_summary_is_one_line_and_never_too_long(text: str, limit: int) -> None:
    summary = plain_summary(text, limit)
    assert len(summary) <= limit
    assert "\n" not in summary

"""Styles, scripts and pictures: what a browser gets, and that a city's colours can always be read."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from idobata.kernel.colors import contrast
from idobata.kernel.settings import Look
from idobata.map_files import MAP_FILES
from idobata.web.assets import DARK_GROUND, LIGHT_GROUND, Assets, Bundle, city_css, join_css, join_js, minify_css
from idobata.web.covers import cover_numbers

PACKAGE = Path(__file__).parents[2] / "idobata"
STATIC = PACKAGE / "static"
OURS = [*(PACKAGE / "templates" / "ui").glob("*.html"), *(PACKAGE / "templates" / "layout").glob("*.html")]
WELL_WATER = Look(primary="#0b4b50", primary_dark="#07363a", accent="#e8793f")

colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def _write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _properties(css: str) -> tuple[dict[str, str], dict[str, str]]:
    light, dark = css.split("@media")
    return dict(re.findall(r"--city-([\w-]+):(#\w{6})", light)), dict(re.findall(r"--city-([\w-]+):(#\w{6})", dark))


# Names that carry their content


def test_a_changed_style_gets_a_new_address_and_the_old_one_is_gone(tmp_path: Path) -> None:
    before = Assets(_write(tmp_path, {"css/base.css": "a { color: red; }"}), "")
    after = Assets(_write(tmp_path, {"css/base.css": "a { color: blue; }"}), "")
    assert re.fullmatch(r"/static/app-[0-9a-f]{12}\.css", before.css_url)
    assert before.css_url != after.css_url
    assert after.get(before.css_url.removeprefix("/static/")) is None


def test_what_only_staff_see_is_not_loaded_by_readers(tmp_path: Path) -> None:
    assets = Assets(_write(tmp_path, {"css/ui/a.css": "a{color:red}", "css/desk/b.css": "b{color:blue}"}), "")
    app, desk = (assets.get(url.removeprefix("/static/")) for url in (assets.css_url, assets.url("desk.css")))
    assert app is not None
    assert desk is not None
    assert b"blue" not in app.body
    assert desk.body == b"@layer ui{b{color:blue}}"


def test_all_workers_send_the_same_bytes_under_the_same_tag() -> None:
    one, other = Assets(STATIC, city_css(WELL_WATER)), Assets(STATIC, city_css(WELL_WATER))
    name = one.css_url.removeprefix("/static/")
    assert one.get(name) == other.get(name)


def test_every_packed_form_unpacks_to_the_same_file() -> None:
    assets = Assets(STATIC, city_css(WELL_WATER))
    for url in (assets.css_url, assets.js_url):
        asset = assets.get(url.removeprefix("/static/"))
        assert asset is not None
        assert asset.gzip is not None
        assert gzip.decompress(asset.gzip) == asset.body
        assert asset.brotli is not None
        assert brotli.decompress(asset.brotli) == asset.body
        assert re.fullmatch(r'"[0-9a-f]{32}"', asset.etag)


def test_a_file_too_small_to_pack_goes_as_it_is(tmp_path: Path) -> None:
    assets = Assets(_write(tmp_path, {"img/dot.svg": "<svg/>"}), "")
    asset = assets.get(assets.url("img/dot.svg").removeprefix("/static/"))
    assert asset is not None
    assert (asset.body, asset.gzip, asset.brotli, asset.content_type) == (b"<svg/>", None, None, "image/svg+xml")


def test_only_exact_names_are_found_and_nothing_outside_the_folder(tmp_path: Path) -> None:
    assets = Assets(_write(tmp_path, {"css/base.css": "a{}", "css/.base.css.swp": "secret", ".hidden": "secret"}), "")
    for name in ("app.css", "css/base.css", "../pyproject.toml", "", ".hidden", "css/.base.css.swp"):
        assert assets.get(name) is None
    with pytest.raises(KeyError):
        assets.url("img/nowhere.svg")


def test_a_picture_named_in_a_style_sheet_is_found_under_its_hashed_name(tmp_path: Path) -> None:
    files = {
        "css/base.css": 'a { background: url("img/dot.svg"); } b { background: url("data:image/png;base64,AA=="); }',
        "img/dot.svg": "<svg/>",
    }
    assets = Assets(_write(tmp_path, files), "")
    asset = assets.get(assets.css_url.removeprefix("/static/"))
    assert asset is not None
    assert f'url("{assets.url("img/dot.svg")}")' in asset.body.decode()
    assert 'url("data:image/png;base64,AA==")' in asset.body.decode()


def test_a_style_sheet_that_names_a_missing_picture_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="gone"):
        Assets(_write(tmp_path, {"css/base.css": 'a { background: url("img/gone.svg"); }'}), "")


# Layers


def test_layers_come_in_their_order_and_the_city_has_the_last_word_on_tokens(tmp_path: Path) -> None:
    css = join_css(
        _write(tmp_path, {"ui/b.css": "b{}", "ui/a.css": "a{}", "print.css": "p{}", "reset.css": "r{}", "tokens.css": "t{}"}),
        ":root{--city-x:1}",
    )
    assert (
        css
        == "@layer tokens,reset,base,layout,ui,print;@layer tokens{t{}:root{--city-x:1}}@layer reset{r{}}@layer ui{a{}b{}}@layer print{p{}}"
    )


def test_a_style_sheet_outside_of_the_layers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="loose"):
        join_css(_write(tmp_path, {"loose.css": "a{}"}), "")


# Minifying


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/* a; } */ a { color : red ; }", "a{color :red}"),
        ('a::before { content: " /* no */  ; } "; }', 'a::before{content:" /* no */  ; } "}'),
        ("a { content: '\\' ; /*'; }", "a{content:'\\' ; /*'}"),
        ("nav :focus,\nnav  > a { width: calc(1px + 2px); }", "nav :focus,nav > a{width:calc(1px + 2px)}"),
        (
            "@media (min-width: 40rem) and (max-width: 50rem) { a { margin: 0 auto; } }",
            "@media (min-width:40rem) and (max-width:50rem){a{margin:0 auto}}",
        ),
        ('a { font: 1em/1.7 "Noto  Sans", serif; }', 'a{font:1em/1.7 "Noto  Sans",serif}'),
    ],
)
def test_minifying_changes_white_space_and_nothing_else(written: str, sent: str) -> None:
    assert minify_css(written) == sent


# Scripts


def test_one_failing_script_does_not_stop_the_next_and_names_do_not_meet(tmp_path: Path) -> None:
    script = join_js(_write(tmp_path, {"a.js": "const x = 1; throw x;", "b.js": "const x = 2; // end"}))
    assert len(re.findall(r"^try \{ \(\(\) => \{$", script, re.MULTILINE)) == 2
    assert script.count("catch (error)") == 2
    assert "// end\n}" in script


# The city's colours


@given(primary=colors, deep=colors, accent=colors)
def test_whatever_colours_a_city_picks_its_words_can_be_read(primary: str, deep: str, accent: str) -> None:
    light, dark = _properties(city_css(Look(primary=primary, primary_dark=deep, accent=accent)))
    for ground in (LIGHT_GROUND, light["primary-soft"]):
        assert contrast(light["primary"], ground) >= 4.5
    for ground in (DARK_GROUND, dark["primary-soft"]):
        assert contrast(dark["primary"], ground) >= 7
    assert contrast(light["accent-text"], LIGHT_GROUND) >= 4.5
    assert contrast(dark["accent-text"], DARK_GROUND) >= 7
    for name in ("primary", "primary-deep", "accent"):
        assert contrast(light[f"on-{name}"], light[name]) >= 4.5
    assert contrast(dark["on-primary"], dark["primary"]) >= 4.5


def test_a_colour_that_is_readable_stays_the_citys_own() -> None:
    light, _ = _properties(city_css(WELL_WATER))
    assert (light["primary"], light["primary-deep"], light["accent"]) == ("#0b4b50", "#07363a", "#e8793f")


@pytest.mark.parametrize("color", ["", "red", "#123", "#12345g", "#0b4b50;} body{display:none"])
def test_what_is_not_a_colour_is_refused(color: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        city_css(Look(primary=color, primary_dark="#07363a", accent="#e8793f"))


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_grounds_that_colours_are_measured_on_are_those_of_the_page() -> None:
    tokens = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    assert re.findall(r"--sunken: (#\w+);", tokens) == [LIGHT_GROUND, DARK_GROUND]


# What we ship


def test_the_whole_look_is_small_enough_for_an_old_phone() -> None:
    assets = Assets(STATIC, city_css(WELL_WATER))
    css, js = (assets.get(url.removeprefix("/static/")) for url in (assets.css_url, assets.js_url))
    assert css is not None
    assert css.gzip is not None
    assert len(css.gzip) < 12_500
    assert js is not None
    assert js.gzip is not None
    # With the picker of places, passkeys and the sheet; a list's first view has 60 kB for everything.
    assert len(js.gzip) < 7_000


def test_nothing_is_fetched_from_anywhere_else() -> None:
    assets = Assets(STATIC, city_css(WELL_WATER))
    css = assets.get(assets.css_url.removeprefix("/static/"))
    assert css is not None
    assert not re.search(rb"https?:|@import|url\(//", css.body)


@pytest.mark.parametrize("template", OURS, ids=lambda path: path.name)
def test_no_component_needs_what_the_content_policy_forbids(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:|\|\s*safe\b", text)
    # Data is no script: the policy lets it stand, and nothing runs it.
    assert not re.search(r'<script(?![^>]*\ssrc=)(?! type="application/ld\+json">)', text)


def test_a_gathering_keeps_its_cover_and_two_gatherings_look_different() -> None:
    environment = Environment(loader=FileSystemLoader(PACKAGE / "templates"), autoescape=True, undefined=StrictUndefined)
    environment.globals["cover_numbers"] = cover_numbers
    cover = environment.get_template("ui/cover.html").module.cover  # type: ignore[attr-defined]
    assert cover("k7m2x9pqr4ab", "#3f8a4a") == cover("k7m2x9pqr4ab", "#3f8a4a")
    seeds = [f"k7m2x9pqr4{first}{second}" for first in "abcdef" for second in "23456789"]
    for shape in ("wide", "small"):
        assert len({cover(seed, "#3f8a4a", shape) for seed in seeds}) == len(seeds)
    assert "<b>" not in cover("", '"><b>')


# What one page alone needs


def test_a_bundle_joins_a_package_and_our_own_files_and_finds_the_package_s_pictures(tmp_path: Path) -> None:
    package = _write(
        tmp_path / "package", {"p.js": "var p = 1;\n//# sourceMappingURL=p.js.map\n", "p.css": "b { background: url(images/b.png) }"}
    )
    _write(package, {"images/b.png": "a picture"})
    own = _write(tmp_path / "own", {"bundles/map.js": "if (!p) return;", "bundles/map.css": "b { color: red }", "css/base.css": "a{}"})
    assets = Assets(own, "", (Bundle("map", (package / "p.js",), (package / "p.css",)),))

    def body(name: str) -> str:
        asset = assets.get(assets.url(name).removeprefix("/static/"))
        assert asset is not None
        return asset.body.decode()

    assert body("map/images/b.png") == "a picture"
    assert body("map.css") == f'@layer ui{{@layer package{{b{{background:url("{assets.url("map/images/b.png")}")}}}}b{{color:red}}}}'
    assert "sourceMappingURL" not in body("map.js")
    assert body("map.js").index("var p = 1;") < body("map.js").index("if (!p) return;")
    assert "p = 1" not in body("app.js")
    with pytest.raises(KeyError):
        assets.url("bundles/map.js")


def test_the_shipped_map_is_light_enough_for_a_phone() -> None:
    assets = Assets(STATIC, city_css(WELL_WATER), (MAP_FILES,))
    script = assets.get(assets.url("map.js").removeprefix("/static/"))
    assert script is not None
    assert script.brotli is not None
    assert len(script.brotli) < 60_000

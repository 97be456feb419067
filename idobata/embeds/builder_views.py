"""The page on which the city's web staff puts an embed together: a form that only writes an address, the lines to copy, a preview."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _

from idobata.embeds.embed_queries import Withdrawn, filters_of, name_of
from idobata.embeds.looks import Look, Wishes, read_wishes, sensible_height
from idobata.embeds.palette import unused_colors
from idobata.embeds.snippet import sandbox, snippet
from idobata.embeds.sources import Pasted, Source, read_address
from idobata.embeds.wording import heading_words
from idobata.gatherings.filters import Filters
from idobata.gatherings.pressing import Reader, choices
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.kernel.words import N_
from idobata.web.guards import public
from idobata.web.language import SOURCE
from idobata.web.pages import current_language, fresh_until, sentence, url
from idobata.web.rooms import addresses, city_settings
from idobata.web.security_headers import policy_with_frames

# What the form asks beside filters and looks.
BUILDER_NAMES = ("source", "height", "language")
blueprint = Blueprint("embed_builder", __name__)
LOWEST, HIGHEST = 150, 2000
FIELD_WORDS: dict[str, str] = {
    "when": N_("いつ"),
    "weekday": N_("曜日"),
    "time": N_("時間"),
    "district": N_("地区"),
    "category": N_("カテゴリ"),
    "fact": N_("気軽ポイント"),
    "look": N_("見かた"),
    "limit": N_("数（一覧とカード）"),
    "theme": N_("明るさ"),
    "size": N_("文字の大きさ"),
    "ground": N_("地の色"),
    "ink": N_("文字の色"),
    "accent": N_("リンクの色"),
    "height": N_("高さ"),
}


@dataclass(frozen=True, slots=True)
class Built:
    """An embed put together: its path with everything asked, what is copied, and what stands beside it."""

    path: str
    lines: str
    title: str
    height: int
    sandbox: str
    screen: str


@blueprint.get("/embed")
@public
def build() -> Response:
    """Choose what, how and in which colours; below stand the lines to copy and how it will look."""
    settings = city_settings()
    typed = request.args.get("source", "").strip()[:500]
    pasted, trouble = _pasted(typed)
    source = pasted.source if pasted else Source("gatherings")
    usual = Look.CARDS if source.is_single else Look.LIST
    wishes, unusable = read_wishes(request.args.items(multi=True), usual)
    # What is chosen in the form stands above what the pasted address carried.
    form = [(name, value) for name, value in request.args.items(multi=True) if value.strip()]
    chosen = {name for name, _value in form}
    from_address = [(name, value) for name, value in (pasted.filters if pasted else ()) if name not in chosen]
    filters, broken = filters_of(source, [*from_address, *form], settings)
    if "fit" not in request.args:
        wishes = replace(wishes, fit=True)
    language = request.args.get("language", current_language())
    language = language if language in settings.city.languages else current_language()
    height, height_is_wrong = _height(wishes, single=source.is_single)
    built = None
    if not trouble:
        try:
            built = _built(source, filters, wishes, usual, language, height)
        except Withdrawn:
            trouble = _("この集まりの掲載は終わりました")
        except NotFound:
            trouble = _("そのページは見つかりません。アドレスをもう一度たしかめてください。")
    reader = Reader(current_language(), sentence, url)
    page = render_template(
        "embeds/build.html",
        built=built,
        typed=typed,
        trouble=trouble,
        single=source.is_single,
        filters=filters,
        own={name for name, _value in source.own_filters()},
        wishes=wishes,
        language_of_embed=language,
        height=request.args.get("height", "").strip()[:10],
        choices=choices(settings, reader),
        broken=_in_words([*broken, *(["height"] if height_is_wrong else []), *unusable]),
        unused=_in_words(unused_colors(wishes, settings.look.primary)),
        offered=settings.city.languages,
    )
    fresh_until(clock.next_midnight(settings.city.zone))
    response = make_response(page)
    # The preview is a page of ours in a frame of ours.
    response.headers["Content-Security-Policy"] = policy_with_frames()
    return response


def _in_words(names: Iterable[str]) -> list[str]:
    """Names of an address as the form calls them."""
    return [sentence(FIELD_WORDS[name]) if name in FIELD_WORDS else name for name in dict.fromkeys(names)]


def _pasted(typed: str) -> tuple[Pasted | None, str]:
    if not typed:
        return None, ""
    found = read_address(typed, addresses().base_url)
    if found is None:
        return None, _("これは、このサイトの一覧や集まりのアドレスではないようです。ページを開いて、アドレスを写してください。")
    return found, ""


def _built(source: Source, filters: Filters, wishes: Wishes, usual: Look, language: str, height: int) -> Built:
    settings = city_settings()
    name = name_of(source, settings, language)
    title = heading_words(name, source, filters, settings, sentence, language)
    own = set(source.own_filters())
    asked = [] if source.is_single else [pair for pair in filters.query() if pair not in own]
    tongue = [("lang", language)] if language != SOURCE else []
    pairs = [*asked, *wishes.query(usual), *tongue]
    path = source.embed_path + (f"?{urlencode(pairs)}" if pairs else "")
    base = addresses().base_url
    script = base + url_for("embeds.sizing_script") if wishes.fit else ""
    on_screen = [pair for pair in filters.query() if pair[0] not in ("when", "from", "to")] + tongue
    return Built(
        path=path,
        lines=snippet(base + path, title, height, script),
        title=title,
        height=height,
        sandbox=sandbox(fit=wishes.fit),
        screen=f"{base}/screen" + (f"?{urlencode(on_screen)}" if on_screen and not source.is_single else ""),
    )


def _height(wishes: Wishes, *, single: bool) -> tuple[int, bool]:
    asked = request.args.get("height", "").strip()
    usual = sensible_height(wishes, single=single)
    if not asked:
        return usual, False
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    return (number, False) if LOWEST <= number <= HIGHEST else (usual, True)

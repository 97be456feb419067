"""oEmbed: a site that was given one of our addresses asks here what to show of it."""

from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from idobata.embeds.embed_queries import filters_of, name_of
from idobata.embeds.looks import Look, read_wishes, sensible_height
from idobata.embeds.sources import Pasted, read_address
from idobata.kernel.errors import NotFound
from idobata.kernel.words import SOURCE
from idobata.pages.oembed import USUAL_WIDTH, Answer, frame, pixels
from idobata.web.guards import public
from idobata.web.rooms import addresses, city_settings

blueprint = Blueprint("oembed", __name__)
FORMATS = ("json", "xml")


@blueprint.get("/oembed")
@public
def oembed() -> Response:
    """The answer for the address in `url`. 404 for whatever is not a list or a gathering that everybody may read."""
    asked = request.args.get("format") or "json"
    if asked not in FORMATS:
        # 501 is for those who lack one of the two; any other word is just a mistake.
        return _refused(400, "There is json and xml.")
    url = request.args.get("url", "")
    if not url:
        return _refused(400, "url is missing.")
    # A bare path is an address for those who paste into a form of ours; what another site was given begins with a scheme.
    pasted = read_address(_as_we_write_it(url), addresses().base_url) if url.startswith(("http://", "https://")) else None
    if pasted is None:
        return _refused(404, "Nothing to show at this address.")
    try:
        answer = _answer(pasted)
    except NotFound:
        return _refused(404, "Nothing to show at this address.")
    if answer is None:
        return _refused(400, "maxwidth and maxheight are whole numbers of pixels.")
    response = jsonify(answer.as_values()) if asked == "json" else Response(answer.as_xml(), content_type="text/xml; charset=utf-8")
    return _for_others(response)


def _answer(pasted: Pasted) -> Answer | None:
    """The answer; None when a size was asked for that is none."""
    settings, source = city_settings(), pasted.source
    given = dict(pasted.filters).get("lang", SOURCE)
    language = given if given in settings.city.languages else SOURCE
    usual = Look.CARDS if source.is_single else Look.LIST
    wishes, _broken = read_wishes(pasted.filters, usual)
    filters, _broken = filters_of(source, pasted.filters, settings)
    site = settings.city.english_site_name if language == "en" else settings.city.site_name
    title = name_of(source, settings, language) or site
    own = source.own_filters()
    query = [*(pair for pair in filters.query() if pair not in own), *wishes.query(usual)]
    query += [("lang", language)] if language != SOURCE else []
    address = addresses().base_url + source.embed_path + (f"?{urlencode(query)}" if query else "")
    width = pixels(request.args.get("maxwidth"), USUAL_WIDTH)
    height = pixels(request.args.get("maxheight"), sensible_height(wishes, single=source.is_single))
    if width is None or height is None:
        return None
    return Answer(
        title=title,
        html=frame(address, title, width, height),
        width=width,
        height=height,
        provider_name=site,
        provider_url=addresses().home(),
    )


def _as_we_write_it(url: str) -> str:
    # Many programs still write http:// before an address they were given without a scheme.
    base = addresses().base_url
    return url.replace("http://", "https://", 1) if base.startswith("https://") and url.startswith("http://") else url


def _refused(status: int, words: str) -> Response:
    return _for_others(Response(f"{words}\n", status=status, content_type="text/plain; charset=utf-8"))


def _for_others(response: Response) -> Response:
    # Editors on other sites ask from within the browser.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response

"""oEmbed (oembed.com, 1.0): what another site that was given one of our addresses puts into its own page."""

from dataclasses import asdict, dataclass
from xml.etree import ElementTree

from markupsafe import Markup

from idobata.kernel.text import printable

# CSS pixels; as wide as a column of text.
USUAL_WIDTH = 600
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
# Seconds; the frame itself always shows what is true now.
CACHE_AGE = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer of the type "rich". `width` and `height` are CSS pixels and never more than was asked for."""

    title: str
    html: str
    width: int
    height: int
    provider_name: str
    provider_url: str
    version: str = "1.0"
    type: str = "rich"
    cache_age: int = CACHE_AGE

    def as_values(self) -> dict[str, str | int]:
        """The fields as they are sent."""
        return asdict(self)

    def as_xml(self) -> bytes:
        """The same as XML."""
        root = ElementTree.Element("oembed")
        for name, value in self.as_values().items():
            ElementTree.SubElement(root, name).text = printable(str(value))
        return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def frame(address: str, title: str, width: int, height: int) -> str:
    """The frame as HTML: no script of ours runs in the other site's page, and the frame itself may do nothing but show and link."""
    html = '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" sandbox="{}"></iframe>'
    return str(Markup(html).format(address, title, width, height, SANDBOX))


def pixels(asked: str | None, usual: int) -> int | None:
    """The smaller of what is usual and the most that was asked for; None when that is no number of pixels."""
    if asked is None:
        return usual
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 6 and int(asked) > 0):
        return None
    return min(usual, int(asked))

"""The code on a hand-over sheet as a drawing. It is made from dates and never from an address, so it can lead to no desk and no mailbox."""

from collections.abc import Sequence
from datetime import date

import segno

from idobata.kernel.addresses import Addresses
from idobata.welcome.sheet import PaperDate, sheet_address

# Level Q: a quarter of it may be creased or stained. Four modules of white around it are part of the standard.
LEVEL, QUIET = "q", 4


def code_drawing(printed: date, dates: Sequence[PaperDate], addresses: Addresses) -> str:
    """An SVG that fills its box, black on white in every light."""
    code = segno.make(sheet_address(printed, dates, addresses), error=LEVEL, boost_error=False, micro=False)
    return code.svg_inline(border=QUIET, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None)

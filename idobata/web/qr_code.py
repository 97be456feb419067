"""A QR code as the path of an SVG: no picture to load, nothing inline that the security policy would refuse, sharp on any printer."""

from dataclasses import dataclass

import segno

# White around the code, in modules; readers want four.
QUIET = 4


@dataclass(frozen=True, slots=True)
class QrCode:
    """`path` draws the dark modules in a square of `size` by `size` units, the quiet zone included."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """The QR code of a text, with enough redundancy for a folded sheet (level M)."""
    rows = [bytes(row) for row in segno.make_qr(text, error="m", boost_error=False).matrix]
    strokes = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = 0
            while x + run < len(row) and row[x + run]:
                run += 1
            if run:
                strokes.append(f"M{x + QUIET} {y + QUIET}h{run}v1h-{run}z")
            x += run or 1
    return QrCode(len(rows) + 2 * QUIET, "".join(strokes))

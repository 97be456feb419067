"""Reads the QR code of a printed page: takes its strokes out of the PDF, as a printer would, and looks at the picture they make."""

from pathlib import Path

import zxingcpp
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
# Hundreds of short level strokes of one width: nothing else on a page is drawn so.
_MANY = 100
# Dots of the picture for the side of one square of the code, and for the white around it.
_DOTS, _EDGE = 6, 30


def read_code(file: Path) -> str:
    """What the one code of a PDF says."""
    found = zxingcpp.read_barcodes(_picture(_strokes(_only_page(file))))
    assert [one.format for one in found] == [zxingcpp.BarcodeFormat.QRCode]
    return str(found[0].text)


def code_size(file: Path) -> tuple[float, float]:
    """Millimetres from edge to edge of the black part of the code, and of one of its squares."""
    strokes = _strokes(_only_page(file))
    left, _bottom, right, _top = _around(strokes)
    return (right - left) * 25.4 / 72, (strokes[0][3] - strokes[0][1]) * 25.4 / 72


def _only_page(file: Path) -> PageObject:
    [page] = PdfReader(file).pages
    return page


def _strokes(page: PageObject) -> list[Box]:
    """The strokes of the code as rectangles, in points of the page."""
    contents = page.get_contents()
    assert contents is not None, "an empty page"
    stack: list[tuple[Matrix, float]] = []
    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    width = 1.0
    path: list[list[tuple[float, float]]] = []
    codes: list[list[Box]] = []
    for operands, operator in ContentStream(contents, page.pdf).operations:
        if operator == b"q":
            stack.append((matrix, width))
        elif operator == b"Q":
            matrix, width = stack.pop()
        elif operator == b"cm":
            matrix = _times([float(one) for one in operands], matrix)
        elif operator == b"w":
            width = float(operands[0])
        elif operator == b"m":
            path.append([(float(operands[0]), float(operands[1]))])
        elif operator == b"l":
            path[-1].append((float(operands[0]), float(operands[1])))
        elif operator in (b"f", b"f*", b"n", b"S", b"B"):
            if operator == b"S" and len(path) > _MANY:
                codes.append([_box(one, width, matrix) for one in path])
            path = []
    assert len(codes) == 1, f"{len(codes)} codes on the page"
    return codes[0]


def _times(one: list[float], other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _box(stroke: list[tuple[float, float]], width: float, matrix: Matrix) -> Box:
    (x0, y0), (x1, y1) = stroke
    assert y0 == y1, "a stroke of a code is level"
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x, y in ((x0, y0 - width / 2), (x1, y1 + width / 2))]
    return min(x for x, _ in corners), min(y for _, y in corners), max(x for x, _ in corners), max(y for _, y in corners)


def _around(boxes: list[Box]) -> Box:
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _picture(strokes: list[Box]) -> memoryview:
    """The strokes in black on white with a quiet edge."""
    left, bottom, right, top = _around(strokes)
    dot = (strokes[0][3] - strokes[0][1]) / _DOTS
    wide, high = (round(length / dot) + 2 * _EDGE for length in (right - left, top - bottom))
    picture = bytearray(b"\xff" * (wide * high))
    for x0, y0, x1, y1 in strokes:
        first, last = (round((x - left) / dot) + _EDGE for x in (x0, x1))
        for row in range(round((y0 - bottom) / dot), round((y1 - bottom) / dot)):
            # A page's y goes up, a picture's down.
            start = (high - 1 - row - _EDGE) * wide
            picture[start + first : start + last] = b"\x00" * (last - first)
    return memoryview(bytes(picture)).cast("B", (high, wide))

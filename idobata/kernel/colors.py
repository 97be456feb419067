"""Colours as people see them: contrast after WCAG 2.2, and a hue moved just as far as one needs to read it.

A colour is a text of the form `#rrggbb`; anything else raises ValueError.
"""

import colorsys
import re

ENOUGH = 4.5
"""The least contrast of text to what lies under it (WCAG 2.2 AA)."""
AMPLE = 7.0
"""The contrast that is easy on old eyes (AAA)."""

_HEX_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_STEPS = 25


def contrast(one: str, other: str) -> float:
    """Contrast of two colours after WCAG 2.2, from 1 to 21."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(color: str) -> float:
    """Relative luminance after WCAG 2.2, from 0 (black) to 1 (white)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (value / 255 for value in _channels(color))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def is_dark(ground: str) -> bool:
    """True where light letters read better than dark ones."""
    return luminance(ground) <= 0.18


def readable(color: str, ground: str, wanted: float) -> str:
    """`color` in its own hue, made darker or lighter step by step until it reaches the wanted contrast to `ground`."""
    if contrast(color, ground) >= wanted:
        return checked(color)
    hue, lightness, saturation = _hls(color)
    # A deep colour that is only made lighter turns garish.
    goal, saturation = (1.0, min(saturation, 0.45)) if is_dark(ground) else (0.0, saturation)
    for step in range(1, _STEPS + 1):
        moved = _rgb(hue, lightness + (goal - lightness) * step / _STEPS, saturation)
        if contrast(moved, ground) >= wanted:
            break
    return moved


def tint(color: str, lightness: float) -> str:
    """The hue of `color`, gently, as a ground to write on. `lightness` from 0 to 1."""
    hue, _, saturation = _hls(color)
    return _rgb(hue, lightness, min(saturation, 0.4))


def on(ground: str) -> str:
    """White or black, whichever reads better on `ground`. One of the two always has more than `ENOUGH`."""
    return max("#ffffff", "#000000", key=lambda ink: contrast(ink, ground))


def mixed(color: str, ground: str, part: float) -> str:
    """`part` (0 to 1) of `color` in `ground`."""
    pairs = zip(_channels(color), _channels(ground), strict=True)
    return "#" + "".join(f"{round(one * part + other * (1 - part)):02x}" for one, other in pairs)


def checked(color: str) -> str:
    """`color` in small letters. Raises ValueError when it is none."""
    if not _HEX_COLOR.fullmatch(color):
        raise ValueError(f"a colour has the form #rrggbb, not {color!r}")
    return color.lower()


def _hls(color: str) -> tuple[float, float, float]:
    red, green, blue = (channel / 255 for channel in _channels(color))
    return colorsys.rgb_to_hls(red, green, blue)


def _rgb(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in colorsys.hls_to_rgb(hue, lightness, saturation))


def _channels(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(checked(color)[1:]))

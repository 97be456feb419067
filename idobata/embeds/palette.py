"""The colours of an embed: a city's web staff may choose three, and whatever they choose, it can be read."""

from dataclasses import dataclass

from idobata.embeds.looks import Wishes
from idobata.kernel.colors import AMPLE, ENOUGH, contrast, is_dark, mixed, on, readable

LIGHT, DARK = "#fffdf8", "#151f1f"
_INKS = ("#1b2422", "#f1ece0")
_ROOT_SIZES = {"small": "87.5%", "medium": "100%", "large": "125%"}
# What these say is said by words as well; the hue is kept and moved until it can be read.
_HUES = {"stop": "#8a1f17", "care": "#6e4300", "saturday": "#1d4a8c", "sunday": "#8e1f3a"}


@dataclass(frozen=True, slots=True)
class Palette:
    """Custom properties of one ground. `unused` names the chosen colours that nobody could read on it."""

    properties: dict[str, str]
    unused: tuple[str, ...] = ()


def palette(wishes: Wishes, ground: str, city_primary: str) -> Palette:
    """The colours on `ground`. A chosen ink or accent is used only with a contrast of 4.5 or more."""
    unused = tuple(name for name in ("ink", "accent") if getattr(wishes, name) and contrast(getattr(wishes, name), ground) < ENOUGH)
    ink = wishes.ink if wishes.ink and "ink" not in unused else _ink(ground)
    accent = (
        wishes.accent if wishes.accent and "accent" not in unused else readable(city_primary, ground, AMPLE if is_dark(ground) else ENOUGH)
    )
    soft = mixed(ink, ground, 0.82)
    hues = {name: readable(hue, ground, ENOUGH) for name, hue in _HUES.items()}
    properties = {
        "ground": ground,
        "ink": ink,
        "ink-soft": soft if contrast(soft, ground) >= ENOUGH else ink,
        "line": mixed(ink, ground, 0.22),
        "accent": accent,
        "on-accent": on(accent),
        **hues,
        "on-stop": on(hues["stop"]),
    }
    return Palette(properties, unused)


def grounds(wishes: Wishes) -> tuple[str, ...]:
    """The grounds an embed stands on: one, or the light and then the dark one that the reader's device chooses between.

    Chosen colours are those of one page that looks the same by day and night, so they end the choice.
    """
    if wishes.ground:
        return (wishes.ground,)
    if wishes.theme == "dark":
        return (DARK,)
    return (LIGHT,) if wishes.theme == "light" or wishes.ink or wishes.accent else (LIGHT, DARK)


def unused_colors(wishes: Wishes, city_primary: str) -> tuple[str, ...]:
    """The names of chosen colours that are not used because nobody could read them."""
    return palette(wishes, grounds(wishes)[0], city_primary).unused


def root_rules(wishes: Wishes, city_primary: str) -> str:
    """The head of an embed's style sheet: its colours and the size of its letters."""
    first, *others = grounds(wishes)
    rules = f":root{{font-size:{_ROOT_SIZES[wishes.size]};{_declarations(wishes, first, city_primary)}}}"
    for ground in others:
        rules += f"@media (prefers-color-scheme: dark){{:root{{{_declarations(wishes, ground, city_primary)}}}}}"
    return rules


def _declarations(wishes: Wishes, ground: str, city_primary: str) -> str:
    scheme = "dark" if is_dark(ground) else "light"
    properties = palette(wishes, ground, city_primary).properties
    return f"color-scheme:{scheme};" + ";".join(f"--{name}:{value}" for name, value in properties.items())


def _ink(ground: str) -> str:
    best = max(_INKS, key=lambda ink: contrast(ink, ground))
    return best if contrast(best, ground) >= ENOUGH else on(ground)

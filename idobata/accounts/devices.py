"""A browser in plain words: its family and its system. The rest of what a browser says about itself is forgotten."""

import re

# The first that fits counts: nearly every browser also calls itself by the names of others.
_FAMILIES = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("LINE", r"\bLine/"),
    ("Yahoo!", r"YJApp|YahooMobile"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone|iPod"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Chromebook", r"CrOS"),
    ("Mac", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux|X11"),
)


def device_words(user_agent: str) -> str:
    """「Firefox・Windows」; empty when nothing is recognised."""
    told = user_agent[:500]
    return "・".join(name for name in (_first(_FAMILIES, told), _first(_SYSTEMS, told)) if name)


def _first(names: tuple[tuple[str, str], ...], told: str) -> str:
    return next((name for name, pattern in names if re.search(pattern, told)), "")

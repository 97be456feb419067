"""The site's own styles, scripts and pictures: joined, minified, named by their content and ready to send.

There is no build step: the folder is read once when the process starts. A name changes when its content changes, so a
browser may keep every file for good.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import brotli

from idobata.kernel.colors import AMPLE, ENOUGH, checked, on, readable, tint
from idobata.kernel.settings import Look

STATIC_PREFIX = "/static/"
LAYERS = ("tokens", "reset", "base", "layout", "ui", "print")
# What only staff see has a sheet of its own, so that readers need not load it.
DESK = "desk"

_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
_PACKED_ALREADY = frozenset({".png", ".jpg", ".webp", ".woff2"})

# The grounds of tokens.css that text in the city's colours must stay readable on: the darkest light one, the lightest dark one.
LIGHT_GROUND = "#f1eadd"
DARK_GROUND = "#223030"

_CSS_STRING_OR_COMMENT = re.compile(r"""/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""", re.DOTALL)
_CSS_OWN_FILE = re.compile(r'url\("([^":#/][^":#]*)"\)')
_CSS_PACKAGE_FILE = re.compile(r"url\(([\w./-]+)\)")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
# Beyond this the strongest packing costs more time at each start than it saves on the way.
_BIG = 100_000


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it goes over the wire. `gzip` and `brotli` are None where packing would not make it smaller."""

    name: str
    content_type: str
    body: bytes
    gzip: bytes | None
    brotli: bytes | None
    etag: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A script and a style sheet of one page alone: what installed packages bring, and behind it our own `bundles/<name>.js` and `.css`.

    The styles of the packages stand in a layer below our own components, so that any rule of ours wins.
    """

    name: str
    package_scripts: tuple[Path, ...]
    package_styles: tuple[Path, ...]


class Assets:
    """All files of a static folder under names that carry their content.

    `css/**` becomes one `app-<hash>.css`, without `css/desk/*`, which becomes one `desk-<hash>.css`; `js/ui/*.js` becomes one
    `app-<hash>.js`; each bundle becomes a script and a style sheet; every other file keeps its own name plus hash.
    Raises ValueError for a style sheet that belongs to no layer, KeyError when a style sheet names a picture that is not there.
    """

    def __init__(self, static_folder: Path, city_css: str, bundles: tuple[Bundle, ...] = ()) -> None:
        self._by_name: dict[str, Asset] = {}
        self._urls: dict[str, str] = {}
        joined = {"css", "js/ui", "bundles"}
        for path in _files(static_folder):
            name = path.relative_to(static_folder).as_posix()
            if not any(name.startswith(folder + "/") for folder in joined):
                self._add(name, path.read_bytes())
        css = join_css(static_folder / "css", city_css)
        self._add(
            "app.css",
            _CSS_OWN_FILE.sub(lambda found: f'url("{self.url(found[1])}")', css).encode(),
        )
        self._add("desk.css", join_desk_css(static_folder / "css" / DESK).encode())
        self._add("app.js", join_js(static_folder / "js" / "ui").encode())
        for bundle in bundles:
            self._add_bundle(bundle, static_folder / "bundles")

    @property
    def css_url(self) -> str:
        """Address of the one style sheet."""
        return self.url("app.css")

    @property
    def js_url(self) -> str:
        """Address of the one script. Pages work without it."""
        return self.url("app.js")

    def url(self, name: str) -> str:
        """Address of the file that the static folder knows as `name` ("img/mark.svg"). Raises KeyError for an unknown one."""
        return self._urls[name]

    def named(self, name: str) -> Asset:
        """The file that the static folder knows as `name`. Raises KeyError for an unknown one."""
        return self._by_name[self._urls[name].removeprefix(STATIC_PREFIX)]

    def get(self, name: str) -> Asset | None:
        """The file behind an address, `name` being what follows `/static/`; None when nothing has this exact content name."""
        return self._by_name.get(name)

    def names(self) -> tuple[str, ...]:
        """Every name under which a file is served."""
        return tuple(self._by_name)

    def _add_bundle(self, bundle: Bundle, own: Path) -> None:
        sheets = "".join(self._package_sheet(bundle, path) for path in bundle.package_styles)
        own_sheet = (own / f"{bundle.name}.css").read_text(encoding="utf-8")
        self._add(f"{bundle.name}.css", minify_css(f"@layer ui{{@layer package{{{sheets}}}{own_sheet}}}").encode())
        scripts = [_SOURCE_MAP.sub("", path.read_text(encoding="utf-8")).strip() for path in bundle.package_scripts]
        scripts.append(f"(() => {{\n{(own / f'{bundle.name}.js').read_text(encoding='utf-8').strip()}\n}})();")
        self._add(f"{bundle.name}.js", "\n;\n".join(scripts).encode())

    def _package_sheet(self, bundle: Bundle, path: Path) -> str:
        """A package's sheet with its pictures under our own names. A picture the package does not bring is left as it is."""

        def ours(found: re.Match[str]) -> str:
            picture = path.parent / found[1]
            if not picture.is_file():
                return found[0]
            name = f"{bundle.name}/{found[1]}"
            if name not in self._urls:
                self._add(name, picture.read_bytes())
            return f'url("{self._urls[name]}")'

        return _CSS_PACKAGE_FILE.sub(ours, path.read_text(encoding="utf-8"))

    def _add(self, name: str, body: bytes) -> None:
        digest = hashlib.sha256(body).hexdigest()
        stem, suffix = (
            PurePosixPath(name).with_suffix("").as_posix(),
            PurePosixPath(name).suffix,
        )
        public = f"{stem}-{digest[:12]}{suffix}"
        small = suffix in _PACKED_ALREADY
        self._by_name[public] = Asset(
            name=public,
            content_type=_CONTENT_TYPES.get(suffix, "application/octet-stream"),
            body=body,
            # mtime=0: all workers must send the same bytes under the same ETag.
            gzip=None if small else _if_smaller(gzip.compress(body, 9, mtime=0), body),
            brotli=None if small else _if_smaller(bytes(brotli.compress(body, quality=9 if len(body) > _BIG else 11)), body),
            etag=f'"{digest[:32]}"',
        )
        self._urls[name] = STATIC_PREFIX + public


def join_css(css_folder: Path, city_css: str) -> str:
    """One minified sheet, each file inside the `@layer` its path begins with; the city's properties end the layer `tokens`."""
    texts: dict[str, list[str]] = {layer: [] for layer in LAYERS}
    for path in _files(css_folder):
        layer = PurePosixPath(path.relative_to(css_folder).as_posix()).parts[0].removesuffix(".css")
        if layer == DESK:
            continue
        if layer not in texts:
            raise ValueError(f"{path.name}: a style sheet belongs in one of the layers {', '.join(LAYERS)}")
        texts[layer].append(path.read_text(encoding="utf-8"))
    texts["tokens"].append(city_css)
    layers = "".join(f"@layer {layer}{{{''.join(parts)}}}" for layer, parts in texts.items() if "".join(parts).strip())
    return minify_css(f"@layer {','.join(LAYERS)};{layers}")


def join_desk_css(folder: Path) -> str:
    """The components of the desk as one minified sheet in the layer `ui`. Empty where there are none."""
    text = "".join(path.read_text(encoding="utf-8") for path in _files(folder)) if folder.is_dir() else ""
    return minify_css(f"@layer ui{{{text}}}") if text else ""


def join_js(script_folder: Path) -> str:
    """One script. Each file keeps its names to itself, and one that fails does not stop the next."""
    return "\n".join(
        f"try {{ (() => {{\n{path.read_text(encoding='utf-8').strip()}\n}})(); }} catch (error) {{ console.error(error); }}"
        for path in _files(script_folder)
    )


def minify_css(css: str) -> str:
    """`css` without comments and spare white space; strings stay as they are. Careful rather than small."""
    kept: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        if found[0].startswith("/*"):
            return " "
        kept.append(found[0])
        return f"\x00{len(kept) - 1}\x00"

    text = _CSS_STRING_OR_COMMENT.sub(put_aside, css)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,]) ?", r"\1", text)
    # Only after a colon: before one a blank means "inside of" (`nav :focus`).
    text = text.replace(": ", ":").replace(";}", "}").strip()
    return re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], text)


def city_css(look: Look) -> str:
    """The city's colours as custom properties for light and dark, each moved just as far as people need to read it.

    Raises ValueError when a colour is not of the form `#rrggbb`.
    """
    soft, soft_night = tint(look.primary, 0.91), tint(look.primary, 0.17)
    primary = readable(readable(look.primary, LIGHT_GROUND, ENOUGH), soft, ENOUGH)
    deep = readable(look.primary_dark, LIGHT_GROUND, AMPLE)
    night = readable(readable(look.primary, DARK_GROUND, AMPLE), soft_night, AMPLE)
    light = {
        "primary": primary,
        "primary-deep": deep,
        "on-primary": on(primary),
        "on-primary-deep": on(deep),
        "primary-soft": soft,
        "accent": checked(look.accent),
        "on-accent": on(checked(look.accent)),
        "accent-text": readable(look.accent, LIGHT_GROUND, ENOUGH),
    }
    dark = {
        "primary": night,
        "on-primary": on(night),
        "primary-soft": soft_night,
        "accent-text": readable(look.accent, DARK_GROUND, AMPLE),
    }
    return f":root{{{_properties(light)}}}@media (prefers-color-scheme: dark){{:root{{{_properties(dark)}}}}}"


def _properties(values: dict[str, str]) -> str:
    return ";".join(f"--city-{name}:{value}" for name, value in values.items())


def _if_smaller(packed: bytes, body: bytes) -> bytes | None:
    return packed if len(packed) < len(body) else None


def _files(folder: Path) -> Iterator[Path]:
    """Every file below `folder` in a fixed order, leaving out what editors and systems hide there."""
    if folder.is_dir():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
                yield path

"""Reads the forms of a page and fills them as a browser would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_NOT_SENT = frozenset({"button", "reset", "image", "file"})


@dataclass(slots=True)
class Form:
    """One form: where it goes, what a browser would send, and which buttons it has (name and value)."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)


def forms_of(html: str, here: str) -> list[Form]:
    """The posting forms of a page."""
    reader = _Reader(here)
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self, here: str) -> None:
        super().__init__(convert_charrefs=True)
        self.here = here
        self.found: list[Form] = []
        self.form: Form | None = None
        self.select: str | None = None
        self.area: str | None = None
        self.words: list[str] = []
        self.by_id: dict[str, Form] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        if tag == "form":
            self.form = None
            if (at.get("method") or "get").lower() == "post":
                self.form = Form((at.get("action") or self.here).split("#")[0])
                self.found.append(self.form)
                self.by_id[at.get("id") or ""] = self.form
            return
        if tag == "option":
            # It belongs to the choice around it.
            if self.form is not None and self.select and "selected" in at:
                self.form.fields.append((self.select, at.get("value") or ""))
            return
        form = self.by_id.get(str(at["form"])) if at.get("form") else self.form
        name = at.get("name")
        if form is None or not name:
            if form is not None and tag == "button" and (at.get("type") or "submit") == "submit":
                form.buttons.append(("", ""))
            return
        if tag == "button" or (tag == "input" and at.get("type") == "submit"):
            form.buttons.append((name, at.get("value") or ""))
            return
        form.names.add(name)
        kind = (at.get("type") or "text").lower()
        if tag == "input" and kind not in _NOT_SENT and (kind not in ("checkbox", "radio") or "checked" in at):
            form.fields.append((name, at.get("value") or ("on" if kind == "checkbox" else "")))
        elif tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area, self.words = name, []

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.area and self.form is not None:
            self.form.fields.append((self.area, "".join(self.words).lstrip("\n")))
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area:
            self.words.append(data)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

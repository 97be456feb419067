"""A test client that looks at every HTML page it is given, so that no test can meet a broken page without failing."""

from collections import Counter
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.harness.office_words import office_words

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
LABELLED = frozenset({"input", "select", "textarea"})
UNLABELLED_TYPES = frozenset({"hidden", "submit", "button", "image", "reset"})


class InspectingClient(FlaskClient):
    """Inspects each page: one h1, a title, a language, labels, alternatives, unique ids, a token in each posting form."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Fetch, then inspect."""
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.data and response.status_code not in (301, 302, 303, 308):
            faults = inspect(response.get_data(as_text=True), staff=response.request.path.startswith(("/desk", "/-/")))
            assert not faults, f"{response.request.path}: " + "; ".join(faults)
        assert response.status_code < 500, f"{response.request.path} answered {response.status_code}"
        return response


def inspect(html: str, *, staff: bool = False) -> list[str]:
    """Everything wrong with a page. `staff` pages may use the city's own words for its work."""
    reader = _Page()
    reader.feed(html)
    reader.close()
    return reader.faults(staff=staff)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.labels: set[str] = set()
        self.controls: list[tuple[str, dict[str, str | None], bool]] = []
        self.headings: list[int] = []
        self.found: list[str] = []
        self.title = ""
        self.language: str | None = None
        self.text: list[str] = []
        self.references: list[tuple[str, str]] = []
        self.form: dict[str, str | None] | None = None
        self.form_has_token = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self._attributes(tag, values)
        if tag == "html":
            self.language = values.get("lang")
        if tag == "label" and values.get("for"):
            self.labels.add(str(values["for"]))
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if tag == "img" and "alt" not in values:
            self.found.append("an img without alt")
        if tag == "form":
            self.form, self.form_has_token = values, False
        if tag == "input" and values.get("name") == "csrf_token":
            self.form_has_token = True
        if tag in LABELLED and values.get("type") not in UNLABELLED_TYPES:
            self.controls.append((tag, values, "label" in self.open))
        if tag == "script" and not values.get("src") and values.get("type") != "application/ld+json":
            self.found.append("an inline script")
        if tag == "style":
            self.found.append("an inline style")

    def _attributes(self, tag: str, values: dict[str, str | None]) -> None:
        if values.get("id"):
            self.ids[str(values["id"])] += 1
        for name, value in values.items():
            if name.startswith("on") or name == "style":
                self.found.append(f"{tag} with {name}=")
            if name in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
                self.references += [(name, one) for one in (value or "").split()]
            if name in ("src", "href") and (value or "").strip().lower().startswith(("javascript:", "data:text", "vbscript:")):
                self.found.append(f"{tag} leads to {value}")
            if name == "src" and (value or "").startswith(("http:", "https:", "//")):
                self.found.append(f"{tag} from a foreign origin: {value}")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if tag not in self.open:
            self.found.append(f"</{tag}> closes nothing")
            return
        if tag == "form" and self.form is not None:
            if (self.form.get("method") or "get").lower() == "post" and not self.form_has_token:
                self.found.append(f"a posting form without a token: {self.form.get('action')}")
            self.form = None
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.title += data
        if not {"script", "style"} & set(self.open):
            self.text.append(data)

    def faults(self, *, staff: bool) -> list[str]:
        """Everything found, after the whole page was read."""
        found = list(self.found)
        if self.headings.count(1) != 1:
            found.append(f"{self.headings.count(1)} h1 headings")
        found += [
            f"h{before} is followed by h{after}"
            for before, after in zip(self.headings, self.headings[1:], strict=False)
            if after > before + 1
        ]
        if not self.title.strip():
            found.append("no title")
        if not self.language:
            found.append("no language")
        found += [f"the id {name} stands {count} times" for name, count in self.ids.items() if count > 1]
        found += [f"{name}={one} leads nowhere" for name, one in self.references if one not in self.ids]
        for tag, values, inside_label in self.controls:
            if not (inside_label or values.get("aria-label") or values.get("id") in self.labels):
                found.append(f"{tag} {values.get('name')} without a label")
        if not staff:
            text = "".join(self.text)
            found += [f"a word that must not be public: {word}" for word in office_words(text)]
        return found

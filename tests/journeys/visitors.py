"""People with browsers of their own. Whatever page they open, nothing on it may go wrong unseen."""

from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, Response, WebError

from tests.harness.browser import PATIENCE_MS
from tests.harness.served_site import ServedSite

PHONE = 360
DESK = 1280
_HEIGHTS = {PHONE: 740}
# A browser calls an answer like 404 or 422 an error on its console; on the page somebody opened it is an answer as any other.
_SAID_OF_ANSWERS = "Failed to load resource: the server responded with a status of 4"


@dataclass(slots=True)
class _Watched:
    """One browser context, and what went wrong in it."""

    context: BrowserContext
    reads_only: bool
    faults: list[str] = field(default_factory=list)
    answers: set[str] = field(default_factory=set)
    errors: list[tuple[str, str]] = field(default_factory=list)

    def all_faults(self) -> list[str]:
        """Faults seen so far, with the cookies a reader was given."""
        said = [f"console: {text} ({url})" for text, url in self.errors if not (text.startswith(_SAID_OF_ANSWERS) and url in self.answers)]
        cookies = [f"a reader got the cookie {one.get('name')}" for one in self.context.cookies()] if self.reads_only else []
        return self.faults + said + cookies


class Visitors:
    """Gives browsers to people, and watches them: no error on a console, nothing refused by the security policy, no dialog, no request
    to a foreign origin, nothing missing that a page asked for, and for readers no cookie."""

    def __init__(self, browser: Browser, site: ServedSite, plain: dict[str, Any]) -> None:
        self.site = site
        self._browser = browser
        self._plain = plain
        self._watched: list[_Watched] = []

    def reader(self, width: int = PHONE, **more: Any) -> Page:
        """Somebody who only reads: at the end the cookie jar must be as empty as it was."""
        return self._page(width, reads_only=True, **more)

    def person(self, width: int = PHONE, **more: Any) -> Page:
        """Somebody who may sign in."""
        return self._page(width, reads_only=False, **more)

    def leave(self) -> list[str]:
        """Close all browsers; returns everything that went wrong in them."""
        found = []
        for one in self._watched:
            found += one.all_faults()
            one.context.close()
        self._watched.clear()
        return found

    def _page(
        self, width: int, *, reads_only: bool, javascript: bool = True, scheme: Literal["light", "dark"] = "light", **more: Any
    ) -> Page:
        context = self._browser.new_context(
            **{
                **self._plain,
                "base_url": self.site.address,
                "viewport": {"width": width, "height": _HEIGHTS.get(width, 860)},
                "java_script_enabled": javascript,
                "color_scheme": scheme,
                "reduced_motion": "reduce",
                **more,
            }
        )
        context.set_default_timeout(PATIENCE_MS)
        watched = _Watched(context, reads_only)
        self._watch(watched)
        self._watched.append(watched)
        return context.new_page()

    def _watch(self, watched: _Watched) -> None:
        faults = watched.faults

        def on_console(message: ConsoleMessage) -> None:
            if message.type == "error":
                watched.errors.append((message.text, message.location["url"]))

        def on_error(error: WebError) -> None:
            faults.append(f"script: {error.error}")

        def on_dialog(dialog: Dialog) -> None:
            faults.append(f"a dialog: {dialog.message}")
            dialog.dismiss()

        def on_request(request: Request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != self.site.address:
                faults.append(f"a request to a foreign origin: {request.url}")

        def on_response(response: Response) -> None:
            if response.status >= 500 or (response.status >= 400 and response.request.resource_type != "document"):
                faults.append(f"{response.url} answered {response.status}")
            elif response.status >= 400:
                watched.answers.add(response.url)

        def on_failed(request: Request) -> None:
            # Who presses the next link does not wait for the picture of the page before; and a link to a file becomes a download.
            if request.failure != "net::ERR_ABORTED":
                faults.append(f"{request.url} could not be loaded: {request.failure}")

        context = watched.context
        context.on("console", on_console)
        context.on("weberror", on_error)
        context.on("dialog", on_dialog)
        context.on("request", on_request)
        context.on("response", on_response)
        context.on("requestfailed", on_failed)

"""What every answer tells the browser not to allow. Nothing inline, nothing from a foreign origin, no frames."""

from typing import Final

from werkzeug.wrappers import Response

_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def _policy(**changed: str) -> str:
    merged = _POLICY | {name.replace("_", "-"): value for name, value in changed.items()}
    return "; ".join(f"{name} {value}" for name, value in merged.items())


def frame_policy(site: str, *, script: bool) -> str:
    """The policy of a page for frames of other sites: it shows, links, and nothing else. `site` is the base URL, named beside 'self'."""
    ours = f"'self' {site}"
    scripts = ours if script else "'none'"
    return f"default-src 'none'; script-src {scripts}; style-src {ours}; form-action 'none'; base-uri 'none'; frame-ancestors *"


def policy_with_frames() -> str:
    """The usual policy for a page of ours that shows other pages of ours in frames."""
    return _policy(frame_src="'self'")


_CLOSED = _policy()
_EMBEDDABLE = _policy(frame_ancestors="*")
# Geolocation is for 「ちかく」; the browser still asks the reader.
_PERMISSIONS = "camera=(), display-capture=(), geolocation=(self), microphone=(), payment=(), usb=()"
# A year, as the rules ask; without subdomains, because the names under the city's host may belong to others.
_HSTS = "max-age=31536000"


def apply(response: Response, *, private: bool, is_https: bool, secret_address: bool = False, embeddable: bool = False) -> None:
    """Give `response` its security headers. A header that the view has set itself stays as it is.

    `private`: only for whoever asked; no cache, not even the browser's, may keep it (this one overrides what the view said).
    `is_https`: the *site* is reached by https. Take it from the base URL and not from the request: cached pages are shared.
    `secret_address`: the address itself opens a door (a link from a mail); it is never told to another site or page.
    `embeddable`: a page made to stand in frames of other sites.
    """
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _EMBEDDABLE if embeddable else _CLOSED)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer" if secret_address else "strict-origin-when-cross-origin")
    headers.setdefault("Permissions-Policy", _PERMISSIONS)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if embeddable else "same-origin")
    if not embeddable:
        # For browsers that do not know frame-ancestors.
        headers.setdefault("X-Frame-Options", "DENY")
    if is_https:
        headers.setdefault("Strict-Transport-Security", _HSTS)
    if private:
        headers["Cache-Control"] = "no-store"

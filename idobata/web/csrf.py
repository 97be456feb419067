"""One gate for every unsafe request: it must come from our own page and carry that page's token."""

from urllib.parse import urlsplit

from flask import Request
from itsdangerous import BadSignature, URLSafeTimedSerializer

FIELD = "csrf_token"
# Somebody may leave a half-written post open over a long weekend.
MAX_AGE = 7 * 24 * 3600


class CsrfGate:
    """Makes and checks tokens. `holder` is the hash of the session's secret, or empty for a reader without one."""

    def __init__(self, secret_key: str, base_url: str) -> None:
        self._signer = URLSafeTimedSerializer(secret_key, salt="csrf")
        self._origin = _origin(base_url)

    def token(self, holder: str) -> str:
        """A token for a form of this holder."""
        return self._signer.dumps(holder[:16])

    def passes(self, request: Request, holder: str) -> bool:
        """True for a request from our own page with a token of this holder."""
        return self.is_from_here(request) and self._token_fits(request.form.get(FIELD, ""), holder)

    def is_from_here(self, request: Request) -> bool:
        """False when the browser says that another site made it send this."""
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = request.headers.get("Origin")
        # A browser too old for both headers still needs the token; "null" comes from sandboxes and is refused.
        return origin is None or _origin(origin) in (self._origin, _origin(request.host_url))

    @staticmethod
    def is_from_a_browser(request: Request) -> bool:
        """True when a browser may have sent it: programs bring no cookie and name no page they come from."""
        return any(request.headers.get(name) is not None for name in ("Cookie", "Origin", "Sec-Fetch-Site"))

    def _token_fits(self, token: str, holder: str) -> bool:
        try:
            return bool(self._signer.loads(token, max_age=MAX_AGE) == holder[:16])
        except BadSignature:
            return False


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower()

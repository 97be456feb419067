"""Pages made to stand on other people's sites. Only a view that calls `let_others_frame` opens its page, and that page alone."""

from typing import TypeVar

from werkzeug.wrappers import Response

from idobata.web.rooms import addresses
from idobata.web.security_headers import frame_policy

R = TypeVar("R", bound=Response)
_FRAMABLE = "idobata_framable"


def let_others_frame(response: R, *, script: bool) -> R:
    """Anybody may frame this answer. It sends no form, asks nothing, and has no script but, with `script`, the one that tells its height."""
    # On the answer itself: what fails afterwards is another answer, and closed.
    setattr(response, _FRAMABLE, True)
    # In a sandbox without an origin of its own some browsers do not know who 'self' is, so the site is named as well.
    response.headers["Content-Security-Policy"] = frame_policy(addresses().base_url, script=script)
    return response


def lend_to_others(response: R) -> R:
    """Pages of other sites may load this file."""
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def may_be_framed(response: Response) -> bool:
    """What the view that made this answer has said."""
    return bool(getattr(response, _FRAMABLE, False))

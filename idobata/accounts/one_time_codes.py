"""One-time codes of an app (TOTP, RFC 6238): six digits, a new one every half minute."""

import base64
import re
import unicodedata
from datetime import datetime

import pyotp
import segno

from idobata.kernel.sealing import derived_bytes

SECONDS = 30
# A clock may go a little wrong, and typing takes a while.
STEPS_AROUND = 1


def secret_for(secret_key: str, session: str) -> str:
    """The secret offered to an app in this session: always the same one, so that nothing needs to be written before it is confirmed."""
    return base64.b32encode(derived_bytes(secret_key, "code app", session)).decode("ascii")


def matching_step(secret: str, typed: str, at: datetime, after: int = -1) -> int | None:
    """The step of a right code that is later than step `after`; None for a wrong code, an old one, or one that was used already."""
    code = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", typed[:60]))
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    maker, here = pyotp.TOTP(secret, interval=SECONDS), int(at.timestamp()) // SECONDS
    for step in range(here - STEPS_AROUND, here + STEPS_AROUND + 1):
        if step > after and pyotp.utils.strings_equal(code, maker.generate_otp(step)):
            return step
    return None


def app_address(secret: str, site: str, email: str) -> str:
    """The `otpauth:` address that an app understands."""
    # A colon parts the two names for the app.
    return pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(name=email, issuer_name=site.replace(":", " "))


def picture_of(address: str) -> str:
    """The address as a picture to photograph: an SVG with a light ground of its own, so that it works in the dark too."""
    return segno.make(address, error="m", micro=False).svg_inline(
        scale=4, border=4, dark="#000", light="#fff", omitsize=True, svgclass=None
    )


def spelled(secret: str) -> str:
    """The secret in groups of four, for typing it in."""
    return " ".join(re.findall(".{1,4}", secret))

"""Mail: by SMTP to the world, or into the demo's tray."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from idobata.kernel import clock
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from idobata.store.outbox import Claimed
from idobata.store.transaction import transaction

TIMEOUT_SECONDS = 20
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the site's mails come from."""

    name: str
    address: str


class PasswordInTheClear(Exception):
    """The mail server offers no encryption, and a password would have to go to it."""


class Smtp:
    """Sends by an SMTP server: `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`."""

    def __init__(self, url: str, sender: Sender) -> None:
        self._parts = urlsplit(url)
        self._sender = sender

    def __call__(self, row: Claimed) -> None:
        """Send one letter. The Message-ID is the row's: a server that gets it twice can tell."""
        message = compose(row, self._sender)
        host, secure = self._parts.hostname or "localhost", self._parts.scheme == "smtps"
        context = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(host, self._parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
            if secure
            else smtplib.SMTP(host, self._parts.port or 587, timeout=TIMEOUT_SECONDS)
        )
        try:
            encrypted = False
            if not secure and server.ehlo() and server.has_extn("starttls"):
                server.starttls(context=context)
                encrypted = True
            if self._parts.username:
                if not (secure or encrypted or host in _LOOPBACK):
                    # A password that anybody on the way can read is worse than a letter that waits.
                    raise PasswordInTheClear
                server.login(unquote(self._parts.username), unquote(self._parts.password or ""))
            server.send_message(message)
            # The letter is accepted: whatever comes after that must not have it sent once more.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()


class Tray:
    """Puts letters into the tray at `/-/mail`; nothing leaves the machine."""

    def __call__(self, row: Claimed) -> None:
        """Keep one letter, and only the newest few hundred."""
        with transaction(public=False):
            db.session.add(
                TrayMail(
                    at=clock.now(), recipient=str(row.payload["to"]), subject=str(row.payload["subject"]), text=str(row.payload["text"])
                )
            )


def compose(row: Claimed, sender: Sender) -> EmailMessage:
    """The mail of a row: one recipient, plain text, headers that no line break can escape from."""
    message = EmailMessage()
    user, _, domain = sender.address.partition("@")
    message["From"] = Address(display_name=sender.name, username=user, domain=domain)
    message["To"] = str(row.payload["to"])
    message["Subject"] = " ".join(str(row.payload["subject"]).split())
    message["Message-ID"] = f"<{row.key}@{domain}>"
    message["Date"] = format_datetime(clock.now())
    # Out-of-office answers must not come back to the city.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(str(row.payload["text"]), charset="utf-8")
    return message

"""Mail: one letter to one person, in headers nobody can break out of, by a real conversation with a server."""

import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.kernel import clock
from idobata.outside import mail
from idobata.outside.mail import Sender, Smtp, Tray, compose
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from idobata.store.outbox import Claimed

SENDER = Sender("みなと市の井戸端", "idobata@city.example.com")


def letter(
    to: str = "hanako@example.com", subject: str = "【井戸端】掲載しました", text: str = "こんにちは。\nhttps://example.com/my\n"
) -> Claimed:
    return Claimed(id=7, kind="mail", payload={"to": to, "subject": subject, "text": text}, attempts=1, key="outbox-7")


class Server:
    """As much of an SMTP server as one letter needs."""

    def __init__(self, answer_to_data: bytes = b"250 kept", farewell: bytes | None = b"221 bye") -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._answer, self._farewell = answer_to_data, farewell
        self.said: list[str] = []
        self.data = b""
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 test\r\n")
            for line in lines:
                self.said.append(line.decode().strip())
                word = line[:4].upper()
                if word == b"DATA":
                    connection.sendall(b"354 go on\r\n")
                    while (more := lines.readline()) not in (b".\r\n", b""):
                        self.data += more.removeprefix(b".")
                    connection.sendall(self._answer + b"\r\n")
                elif word == b"QUIT":
                    if self._farewell is not None:
                        connection.sendall(self._farewell + b"\r\n")
                    return
                else:
                    connection.sendall(b"250 ok\r\n")

    def close(self) -> None:
        self._listener.close()
        self._thread.join(5)

    @property
    def message(self) -> EmailMessage:
        read = message_from_bytes(self.data, policy=policy.default)
        assert isinstance(read, EmailMessage)
        return read


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_a_letter_arrives_whole_at_the_one_it_is_for(server: Server) -> None:
    Smtp(f"smtp://127.0.0.1:{server.port}", SENDER)(letter())
    assert [line for line in server.said if line.upper().startswith("RCPT")] == ["rcpt TO:<hanako@example.com>"]
    message = server.message
    assert message["To"] == "hanako@example.com"
    assert message["Subject"] == "【井戸端】掲載しました"
    assert message["From"].addresses[0].display_name == "みなと市の井戸端"
    assert message.get_content().replace("\r\n", "\n") == "こんにちは。\nhttps://example.com/my\n"
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_letter_sent_again_after_a_crash_has_the_same_message_id() -> None:
    assert compose(letter(), SENDER)["Message-ID"] == compose(letter(), SENDER)["Message-ID"] == "<outbox-7@city.example.com>"


def test_a_server_that_refuses_is_a_failure_so_that_the_letter_is_tried_again() -> None:
    server = Server(b"451 later")
    with pytest.raises(OSError):  # noqa: PT011 - smtplib's errors are OSErrors of many kinds
        Smtp(f"smtp://127.0.0.1:{server.port}", SENDER)(letter())
    server.close()


@pytest.mark.parametrize("farewell", [b"451 not now", b"500 what", None])
def test_a_letter_that_was_accepted_is_not_sent_again_for_a_rude_farewell(farewell: bytes | None) -> None:
    server = Server(farewell=farewell)
    Smtp(f"smtp://127.0.0.1:{server.port}", SENDER)(letter())
    server.close()
    assert server.message["Message-ID"] == "<outbox-7@city.example.com>"


def test_a_server_that_is_not_there_is_a_failure_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(OSError):  # noqa: PT011
        Smtp(f"smtp://127.0.0.1:{port}", SENDER)(letter())


@pytest.mark.parametrize(
    "subject", ["祭り\r\nBcc: everybody@example.com", "祭り\nX: y", "祭り\u2028x", "祭り\x00", "祭り\x85Bcc: a@example.com"]
)
def test_no_title_breaks_out_of_the_subject(subject: str) -> None:
    raw = compose(letter(subject=subject), SENDER).as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Bcc"] is None
    assert read["X"] is None
    assert "祭り" in read["Subject"]


@pytest.mark.parametrize("to", ["hanako@example.com\r\nBcc: everybody@example.com", "a@example.com\nb@example.com"])
def test_an_address_with_a_line_break_is_refused_and_not_sent(to: str) -> None:
    with pytest.raises(ValueError, match="(?i)line"):
        compose(letter(to=to), SENDER).as_bytes()


@pytest.mark.parametrize("address", ["da.me..desu@docomo.ne.jp", ".hanako@ezweb.ne.jp", "hanako.@docomo.ne.jp", "o'neil+box@example.com"])
def test_old_carrier_addresses_can_be_written_to(address: str) -> None:
    """Such addresses were given out by carriers for years and are still in use."""
    raw = compose(letter(to=address), SENDER).as_bytes()
    assert address in raw.decode()


@pytest.mark.parametrize("text", ["", ".", "\n.\n.\n", "あ" * 5000, "😀 と 𠮷野家\r\nつづき"])
def test_every_text_arrives_as_it_was_written(server: Server, text: str) -> None:
    Smtp(f"smtp://127.0.0.1:{server.port}", SENDER)(letter(text=text))
    got = server.message.get_content().replace("\r\n", "\n")
    assert got.rstrip("\n") == text.replace("\r\n", "\n").rstrip("\n")


def test_in_the_demo_the_letter_lies_in_the_tray_and_leaves_no_machine(store: Flask) -> None:
    Tray()(letter())
    mail = db.session.scalars(select(TrayMail)).one()
    assert (mail.recipient, mail.subject) == ("hanako@example.com", "【井戸端】掲載しました")
    assert mail.text == "こんにちは。\nhttps://example.com/my\n"
    assert mail.at == clock.now()


def test_a_password_never_goes_to_a_server_that_offers_no_encryption(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "_LOOPBACK", ())
    with pytest.raises(mail.PasswordInTheClear):
        Smtp(f"smtp://city:geheim@127.0.0.1:{server.port}", SENDER)(letter())
    assert not any("geheim" in line or line.upper().startswith("AUTH") for line in server.said)
    assert server.data == b""

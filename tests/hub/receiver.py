"""A receiver of feeds on this machine, that a pretended public name leads to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from idobata.outside.http import Client

PUBLIC = "93.184.216.34"
NAME = "receiver.example"


@dataclass(frozen=True, slots=True)
class Came:
    """One request: its method, path, query, headers (names in small letters) and body."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What came, and what is answered: `challenge` to a question (None: says it back), `status` and `where` to a delivery."""

    port: int = 0
    came: list[Came] = field(default_factory=list)
    challenge: bytes | None = None
    status: int = 204
    where: str = ""
    before: Callable[[], object] = lambda: None
    after: bytes = b""

    @property
    def deliveries(self) -> list[Came]:
        """What was sent."""
        return [one for one in self.came if one.method == "POST"]

    @property
    def questions(self) -> list[dict[str, str]]:
        """What was asked."""
        return [one.query for one in self.came if one.method == "GET"]

    def client(self, addresses: tuple[str, ...] = (PUBLIC,)) -> Client:
        """The guarded door, with a pretended public name that leads here."""
        return Client(
            "Idobata/test",
            plain_http=True,
            resolve=lambda _name, _port: list(addresses),
            route=lambda _address, _port: ("127.0.0.1", self.port),
        )


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens."""
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            told.came.append(Came(self.command, parts.path, query, headers, body))
            told.before()
            is_question = self.command == "GET"
            challenge = query.get("hub.challenge", "").encode() if told.challenge is None else told.challenge
            answer = challenge if is_question else told.after
            self.send_response(200 if is_question and not told.where else told.status)
            if told.where:
                self.send_header("Location", told.where)
            self.send_header("Content-Length", "0" if told.status == 204 and not is_question else str(len(answer)))
            self.send_header("Connection", "close")
            self.end_headers()
            if is_question or told.status != 204:
                self.wfile.write(answer)

        do_GET = do_POST = handle_any  # noqa: N815

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()

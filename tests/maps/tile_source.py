"""A source of tiles on this machine that a pretended public name leads to. It counts what it is asked."""

import struct
import threading
import zlib
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from idobata.kernel.settings import Settings
from idobata.outside.http import Client

TEMPLATE = "http://tiles.city.example/{z}/{x}/{y}.png"


def png(shade: int = 200, side: int = 256) -> bytes:
    """A real PNG of one grey."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = (b"\x00" + bytes([shade]) * side) * side
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class TileSource:
    """Answers every question with `status`, `content_type` and `body`, after `before` was called."""

    def __init__(self) -> None:
        self.status, self.content_type, self.body = 200, "image/png", png()
        self.before: Callable[[], object] = lambda: None
        self.asked: list[str] = []
        source = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                source.asked.append(self.path)
                source.before()
                self.send_response(source.status)
                self.send_header("Content-Type", source.content_type)
                self.send_header("Content-Length", str(len(source.body)))
                self.end_headers()
                self.wfile.write(source.body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def client(self) -> Client:
        """A client that takes the name for a public one and ends here."""
        port = self._server.server_address[1]
        return Client(
            "Idobata/test", plain_http=True, resolve=lambda name, _: ["93.184.216.34"], route=lambda address, _: ("127.0.0.1", port)
        )

    def close(self) -> None:
        """Close the door."""
        self._server.shutdown()
        self._server.server_close()


def with_tiles(settings: Settings) -> Settings:
    """The same city with its tiles from the pretended name."""
    return replace(settings, map=replace(settings.map, tiles=TEMPLATE))

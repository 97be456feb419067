"""Fetches the pictures of the map (tiles) for everybody and keeps them, so that no reader's address reaches whoever makes the map.

Not an open proxy: it fetches only what its own city, zoom levels and source allow. Nothing here touches the database.
"""

import hashlib
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from idobata import __version__
from idobata.kernel.errors import NotFound
from idobata.kernel.settings import Settings
from idobata.maps.tile_grid import Box, box_around, tile_at
from idobata.outside.http import Client, Declined, OutsideError

log = logging.getLogger("idobata")

FOLDER: Final = "tiles"
FRESH_SECONDS: Final = 30 * 24 * 3600
# After a failure nobody asks again for so long: for this tile, or for all when the source itself is the matter.
REST_SECONDS: Final = 60
MOST_BYTES_OF_A_TILE: Final = 500_000
MOST_BYTES: Final = 300_000_000
# A tile that takes longer leaves its square empty; the browser asks again.
SECONDS: Final = 4.0
# Each fetch holds one of a process's four threads; one is always left for readers.
AT_ONCE: Final = 3
WAIT_SECONDS: Final = 0.25
_MOST_RESTING: Final = 5_000
_WRITES_BETWEEN_SWEEPS: Final = 200
_PART: Final = ".part"
_TYPES: Final = frozenset({"image/png", "image/jpeg", "image/webp"})

Spot = tuple[int, int, int]
"""Zoom, column, row."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture. `content_type` is what its first bytes say it is, whatever its source called it."""

    content_type: str
    body: bytes


class Tiles:
    """The tiles of one city. One object for each process; the folder is shared by all."""

    def __init__(self, settings: Settings, client: Client | None = None, now: Callable[[], float] = time.time) -> None:
        """`now` is unix seconds."""
        source = settings.map.tiles
        self._source = source
        self._zooms = range(settings.map.zoom_min, settings.map.zoom_max + 1)
        self._box: Box = box_around(settings.city.latitude, settings.city.longitude, settings.map.radius_km)
        self._middle = tile_at(settings.city.latitude, settings.city.longitude, settings.map.zoom_max)
        # Another source has a folder of its own; what is left of the old one goes as the oldest.
        self._root = settings.machine.data / FOLDER
        self._folder = self._root / hashlib.sha256(source.encode()).hexdigest()[:12]
        self._client = client or client_for(source, settings.machine.base_url)
        self._now = now
        self._lock = threading.Lock()
        self._places = threading.Semaphore(AT_ONCE)
        self._flights: dict[Spot, threading.Event] = {}
        self._resting: dict[Spot, float] = {}
        self._source_rests_until = 0.0
        self._writes = 0

    @property
    def is_on(self) -> bool:
        """False when the city has switched tiles off."""
        return bool(self._source)

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """The tile at a spot; None when it cannot be had now. NotFound for a spot that is not the city's.

        A tile older than a month is asked for again, and still given out when a newer one cannot be had.
        """
        if not self.is_on or z not in self._zooms or not self._box.touches(z, x, y):
            raise NotFound
        spot = (z, x, y)
        kept, age = self._kept(spot)
        if kept is not None and age < FRESH_SECONDS:
            return kept
        if self._rests(spot) or not self._places.acquire(timeout=WAIT_SECONDS):
            return kept
        try:
            return self._fetched_once(spot) or kept
        finally:
            self._places.release()

    def check(self) -> None:
        """Fetch the tile of the city's middle, without keeping it. Raises OutsideError when it cannot be had."""
        self._fetch((self._zooms[-1], *self._middle))

    def _fetched_once(self, spot: Spot) -> Tile | None:
        """Fetch, or wait for the one who is fetching already."""
        with self._lock:
            flight = self._flights.get(spot)
            leads = flight is None
            if flight is None:
                flight = self._flights[spot] = threading.Event()
        if not leads:
            flight.wait(SECONDS)
            return self._kept(spot)[0]
        try:
            # It may have come between the look at the disk and now.
            kept, age = self._kept(spot)
            if (kept is not None and age < FRESH_SECONDS) or self._rests(spot):
                return kept
            tile = self._fetch(spot)
            self._keep(spot, tile.body)
            return tile
        except OutsideError as error:
            self._rest(spot, error)
            return None
        finally:
            with self._lock:
                del self._flights[spot]
            flight.set()

    def _fetch(self, spot: Spot) -> Tile:
        z, x, y = spot
        address = self._source.replace("{z}", str(z)).replace("{x}", str(x)).replace("{y}", str(y))
        answer = self._client.get(address, types=_TYPES, most_bytes=MOST_BYTES_OF_A_TILE, seconds=SECONDS)
        tile = read_tile(answer.body)
        if tile is None:
            raise OutsideError
        return tile

    def _rests(self, spot: Spot) -> bool:
        with self._lock:
            return self._now() < max(self._source_rests_until, self._resting.get(spot, 0.0))

    def _rest(self, spot: Spot, error: OutsideError) -> None:
        until = self._now() + REST_SECONDS
        is_about_this_tile = isinstance(error, Declined) and error.status in (404, 410, 204)
        with self._lock:
            if is_about_this_tile:
                if len(self._resting) >= _MOST_RESTING:
                    self._resting.clear()
                self._resting[spot] = until
                return
            self._source_rests_until = until
        log.warning("a map tile could not be had: %s; asking again in %s seconds", error, REST_SECONDS)

    def _file(self, spot: Spot) -> Path:
        z, x, y = spot
        return self._folder / str(z) / str(x) / f"{y}.tile"

    def _kept(self, spot: Spot) -> tuple[Tile | None, float]:
        """The tile on the disk and its age in seconds."""
        try:
            with self._file(spot).open("rb") as file:
                body, written = file.read(MOST_BYTES_OF_A_TILE + 1), os.fstat(file.fileno()).st_mtime
        except OSError:
            return None, 0.0
        return read_tile(body), max(0.0, self._now() - written)

    def _keep(self, spot: Spot, body: bytes) -> None:
        """Write a tile whole or not at all. A full disk costs the tile its place, not the reader her map."""
        file = self._file(spot)
        part = file.with_name(f"{file.name}.{secrets.token_hex(4)}{_PART}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(body)
            os.utime(part, (self._now(), self._now()))
            part.replace(file)
        except OSError as error:
            log.warning("a map tile could not be kept (%s)", error.strerror)
            with suppress(OSError):
                part.unlink()
        with self._lock:
            self._writes += 1
            is_due = self._writes % _WRITES_BETWEEN_SWEEPS == 1
        if is_due:
            self.sweep()

    def sweep(self, most_bytes: int = MOST_BYTES) -> None:
        """Throw the oldest tiles away until what is left is well below `most_bytes`, and whatever a stopped process left half written."""
        found: list[tuple[float, int, Path]] = []
        for path in self._root.rglob("*"):
            with suppress(OSError):
                about = path.stat()
                if path.suffix == _PART and self._now() - about.st_mtime > REST_SECONDS:
                    path.unlink()
                elif path.suffix == ".tile":
                    found.append((about.st_mtime, about.st_size, path))
        size = sum(one[1] for one in found)
        if size <= most_bytes:
            return
        for _written, bytes_, path in sorted(found):
            with suppress(OSError):
                path.unlink()
            size -= bytes_
            if size <= most_bytes * 0.9:
                return


def client_for(source: str, base_url: str) -> Client:
    """A client that may go where the setting points: plain http and an unusual port only when the city wrote so."""
    parts = urlsplit(source)
    return Client(
        f"Idobata/{__version__} (+{base_url}/)",
        plain_http=parts.scheme == "http",
        ports=frozenset({parts.port} if parts.port else ()),
    )


def read_tile(body: bytes) -> Tile | None:
    """The picture in these bytes; None when their beginning is not that of a PNG, JPEG or WebP."""
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return Tile("image/png", body)
    if body.startswith(b"\xff\xd8\xff"):
        return Tile("image/jpeg", body)
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return Tile("image/webp", body)
    return None

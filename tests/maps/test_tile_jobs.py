"""The tile proxy: fetches for everybody, once, only its own city, and is quiet when its source is dead."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from idobata.kernel.errors import NotFound
from idobata.kernel.settings import Settings
from idobata.maps import tile_jobs
from idobata.maps.tile_grid import tile_at
from idobata.maps.tile_jobs import FRESH_SECONDS, REST_SECONDS, Tiles, client_for, read_tile
from tests.harness.site import make_settings
from tests.maps.tile_source import TileSource, png, with_tiles


class Clock:
    """Unix seconds that a test moves on."""

    def __init__(self) -> None:
        self.seconds = time.time()

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def source() -> Iterator[TileSource]:
    one = TileSource()
    yield one
    one.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return with_tiles(make_settings(f"sqlite:///{tmp_path / 'none.sqlite3'}", tmp_path))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tiles(settings: Settings, source: TileSource, clock: Clock) -> Tiles:
    return Tiles(settings, source.client(), clock)


def spot(settings: Settings, z: int = 14, aside: int = 0) -> tuple[int, int, int]:
    """A tile of the city."""
    x, y = tile_at(settings.city.latitude, settings.city.longitude, z)
    return z, x + aside, y


def test_a_tile_is_fetched_once_and_then_lies_on_the_disk(tiles: Tiles, settings: Settings, source: TileSource, clock: Clock) -> None:
    z, x, y = spot(settings)
    first = tiles.tile(z, x, y)
    assert first is not None
    assert (first.content_type, first.body) == ("image/png", source.body)
    assert tiles.tile(z, x, y) == first
    assert Tiles(settings, source.client(), clock).tile(z, x, y) == first  # another process, or after a restart
    assert source.asked == [f"/{z}/{x}/{y}.png"]


def test_only_the_city_s_own_tiles_are_fetched(tiles: Tiles, settings: Settings, source: TileSource) -> None:
    z, x, y = spot(settings)
    elsewhere = [
        (z, x + 100, y),
        (z, x, y - 100),
        (settings.map.zoom_min - 1, *tile_at(settings.city.latitude, settings.city.longitude, settings.map.zoom_min - 1)),
        (settings.map.zoom_max + 1, *tile_at(settings.city.latitude, settings.city.longitude, settings.map.zoom_max + 1)),
        (14, 10**30, 10**30),
        (10**9, 0, 0),
    ]
    for one in elsewhere:
        with pytest.raises(NotFound):
            tiles.tile(*one)
    assert source.asked == []


def test_switched_off_nothing_is_fetched_and_nothing_is_there(settings: Settings, source: TileSource) -> None:
    off = Tiles(replace(settings, map=replace(settings.map, tiles="")), source.client())
    assert not off.is_on
    with pytest.raises(NotFound):
        off.tile(*spot(settings))
    assert source.asked == []


def test_many_who_want_one_tile_at_once_cost_one_question(tiles: Tiles, settings: Settings, source: TileSource) -> None:
    source.before = lambda: time.sleep(0.2)
    with ThreadPoolExecutor(3) as pool:
        got = [one.result() for one in [pool.submit(tiles.tile, *spot(settings)) for _ in range(3)]]
    assert [one is not None for one in got] == [True] * 3
    assert len(source.asked) == 1


def test_a_slow_source_never_holds_more_than_its_share(
    tiles: Tiles, settings: Settings, source: TileSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tile_jobs, "SECONDS", 60.0)
    go = threading.Event()
    source.before = lambda: go.wait(40)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(tiles.tile, *spot(settings, aside=one)) for one in range(6)]
        done = []
        until = time.monotonic() + 20
        while len(done) < 3 and time.monotonic() < until:
            done = [one for one in waiting if one.done()]
            time.sleep(0.02)
        assert [one.result() for one in done] == [None] * 3  # at once, so that their threads can serve readers
        assert len(source.asked) == tile_jobs.AT_ONCE
        go.set()
    assert sum(one.result() is not None for one in waiting) == 3


def test_a_dead_source_is_asked_once_a_minute(
    tiles: Tiles, settings: Settings, source: TileSource, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    source.status = 503
    for aside in range(5):
        assert tiles.tile(*spot(settings, aside=aside)) is None
    assert len(source.asked) == 1
    assert "tiles.city.example" not in caplog.text
    clock.seconds += REST_SECONDS + 1
    source.status = 200
    assert tiles.tile(*spot(settings)) is not None


def test_a_tile_that_the_source_does_not_have_does_not_stop_the_others(tiles: Tiles, settings: Settings, source: TileSource) -> None:
    source.status = 404
    assert tiles.tile(*spot(settings)) is None
    assert tiles.tile(*spot(settings)) is None
    assert len(source.asked) == 1
    source.status = 200
    assert tiles.tile(*spot(settings, aside=1)) is not None


def test_after_a_month_a_tile_is_asked_for_again_and_the_old_one_serves_as_long_as_there_is_no_new_one(
    tiles: Tiles, settings: Settings, source: TileSource, clock: Clock
) -> None:
    old = tiles.tile(*spot(settings))
    clock.seconds += FRESH_SECONDS + 1
    source.status = 500
    assert tiles.tile(*spot(settings)) == old
    assert tiles.tile(*spot(settings)) == old
    assert len(source.asked) == 2
    clock.seconds += REST_SECONDS + 1
    source.status, source.body = 200, png(90)
    new = tiles.tile(*spot(settings))
    assert new is not None
    assert new.body == png(90)


@pytest.mark.parametrize("body", [b"<html>sign in here</html>", b"", b"GIF89a......", b"\x89PNG"])
def test_what_is_no_picture_is_neither_kept_nor_given_out(tiles: Tiles, settings: Settings, source: TileSource, body: bytes) -> None:
    source.body = body
    assert tiles.tile(*spot(settings)) is None
    assert list((settings.machine.data / "tiles").rglob("*.tile")) == []


def test_the_type_is_what_the_first_bytes_say(tiles: Tiles, settings: Settings, source: TileSource) -> None:
    source.body = b"\xff\xd8\xff\xe0 a jpeg"  # though its source calls it a PNG
    found = tiles.tile(*spot(settings))
    assert found is not None
    assert found.content_type == "image/jpeg"
    webp = read_tile(b"RIFF\x00\x00\x00\x00WEBPVP8 ")
    assert webp is not None
    assert webp.content_type == "image/webp"


def test_a_spoilt_file_is_fetched_again(tiles: Tiles, settings: Settings, source: TileSource) -> None:
    tiles.tile(*spot(settings))
    [file] = (settings.machine.data / "tiles").rglob("*.tile")
    file.write_bytes(b"half")
    assert tiles.tile(*spot(settings)) is not None
    assert len(source.asked) == 2
    assert file.read_bytes() == source.body


def test_another_source_shows_none_of_the_old_one_s_tiles(tiles: Tiles, settings: Settings, source: TileSource) -> None:
    tiles.tile(*spot(settings))
    source.body = png(10)
    other = replace(settings, map=replace(settings.map, tiles="http://other.city.example/{z}/{y}/{x}.png"))
    found = Tiles(other, source.client()).tile(*spot(settings))
    assert found is not None
    assert found.body == png(10)


def test_the_oldest_go_when_there_is_no_more_room(tiles: Tiles, settings: Settings, source: TileSource, clock: Clock) -> None:
    for aside in range(4):
        tiles.tile(*spot(settings, aside=aside))
        clock.seconds += 10
    half = settings.machine.data / "tiles" / "1.tile.abc.part"
    half.write_bytes(b"x")
    os.utime(half, (0, 0))
    tiles.sweep(most_bytes=len(source.body) * 2)
    left = sorted(int(one.parent.name) for one in (settings.machine.data / "tiles").rglob("*.tile"))
    assert left == [spot(settings, aside=3)[1]]
    assert not half.exists()


def test_a_full_disk_costs_nobody_the_map(tiles: Tiles, settings: Settings, source: TileSource, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert tiles.tile(*spot(settings)) is not None


def test_the_shipped_client_goes_by_https_only_and_to_no_inside_address(settings: Settings) -> None:
    inside = replace(settings, map=replace(settings.map, tiles="http://127.0.0.1:8080/{z}/{x}/{y}.png"))
    assert Tiles(inside).tile(*spot(settings)) is None
    assert client_for("https://a.example/{z}/{x}/{y}.png", "https://b.example")._schemes == {"https"}

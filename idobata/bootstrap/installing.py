"""Brings `.venv` to what a lock file says: with uv where it can be had, else with venv and pip."""

import shutil
import sys
from pathlib import Path

from idobata.bootstrap import stamp, system_packages
from idobata.bootstrap.commands import CommandFailed, Commands
from idobata.bootstrap.place import Place

UV_LOCK = "requirements-uv.lock"
_SAY_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


def base_python() -> str:
    """The Python to build on. From inside any environment: the one that environment was built on."""
    base = str(getattr(sys, "_base_executable", "") or sys.executable)
    return base if Path(base).is_file() else sys.executable


def venv_package() -> str:
    """The name Debian gives to this Python's venv module."""
    return f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"


def install(place: Place, lock: str, commands: Commands, base: str) -> None:
    """Install `lock` to its end, then write the stamp. Raises CommandFailed; the next start then begins anew."""
    if place.unfinished.exists() or not _is_sound(place, commands):
        _clear(place.venv)
    place.unfinished.touch()
    stamp.remove(place.venv)
    uv = _uv(place, commands, base)
    if uv is None or not _with_uv(place, lock, commands, base, uv):
        _with_pip(place, lock, commands, base)
    stamp.write(place.venv, stamp.after_installing(place.checkout, lock, _version(place, commands)))
    place.unfinished.unlink()


def install_apart(place: Place, lock: Path, folder: Path, commands: Commands, base: str) -> None:
    """Install `lock` into a new folder of its own, which no Python looks into. Raises CommandFailed."""
    uv = _uv(place, commands, base)
    ways = [(base, "-P", "-m", "pip", "install"), *([(uv, "pip", "install", "--no-python-downloads", "--python", base)] if uv else [])]
    while ways:
        shutil.rmtree(folder, ignore_errors=True)
        try:
            commands.run(*ways.pop(), "--no-deps", "--require-hashes", "--target", folder, "-r", lock)
        except CommandFailed:
            if not ways:
                raise
        else:
            return


def _is_sound(place: Place, commands: Commands) -> bool:
    """True when the environment can be added to. One that somebody else made is respected, not thrown away."""
    if not place.has_python:
        return False
    try:
        version = _version(place, commands)
    except CommandFailed:
        commands.output.clear()
        return False
    new_enough = tuple(int(part) for part in version.split(".")) >= (3, 11)
    return new_enough and stamp.read(place.venv).python in ("", version)


def _version(place: Place, commands: Commands) -> str:
    return commands.run(place.python, "-I", "-c", _SAY_VERSION).strip()


def _clear(venv: Path) -> None:
    if venv.is_symlink() or venv.is_file():
        venv.unlink()
    elif venv.exists():
        shutil.rmtree(venv)


def _uv(place: Place, commands: Commands, base: str) -> str | None:
    """The uv on PATH, the one fetched earlier, or one fetched now. None where it cannot be had."""
    found = shutil.which("uv", path=commands.environ.get("PATH"))
    if found:
        return found
    lock = place.checkout / UV_LOCK
    if not lock.is_file():
        return None
    kept = place.tools / f"uv-{stamp.checksum(lock)[:12]}"
    program = kept / "bin" / ("uv.exe" if sys.platform == "win32" else "uv")
    if not program.is_file():
        draft = place.tools / "uv-draft"
        for older in (kept, draft):
            shutil.rmtree(older, ignore_errors=True)
        try:
            # A folder of its own: Debian's pip refuses to touch the system, and the system is not ours to touch.
            commands.run(base, "-P", "-m", "pip", "install", "--no-deps", "--require-hashes", "--target", draft, "-r", lock)
        except CommandFailed:
            return None
        draft.rename(kept)
    return str(program) if program.is_file() else None


def _with_uv(place: Place, lock: str, commands: Commands, base: str, uv: str) -> bool:
    """False when uv cannot do it: it reads nothing of pip's settings, so pip may still know a way."""
    try:
        if not place.has_python:
            commands.run(uv, "venv", "--no-python-downloads", "--python", base, place.venv)
        commands.run(
            *(uv, "pip", "install", "--no-python-downloads", "--python", place.python),
            *("--require-hashes", "-r", place.checkout / lock),
        )
    except CommandFailed:
        return False
    return True


def _with_pip(place: Place, lock: str, commands: Commands, base: str) -> None:
    if not _has_pip(place, commands):
        _make_venv(place, commands, base)
    commands.run(place.python, "-P", "-m", "pip", "install", "--require-hashes", "-r", place.checkout / lock)


def _has_pip(place: Place, commands: Commands) -> bool:
    if not place.has_python:
        return False
    said = commands.run(place.python, "-I", "-c", "import importlib.util as i; print(i.find_spec('pip') is not None)")
    return said.strip() == "True"


def _make_venv(place: Place, commands: Commands, base: str) -> None:
    _clear(place.venv)
    try:
        commands.run(base, "-P", "-m", "venv", place.venv)
    except CommandFailed:
        if not system_packages.may_install() or not system_packages.install(commands, venv_package()):
            raise
        _clear(place.venv)
        commands.run(base, "-P", "-m", "venv", place.venv)

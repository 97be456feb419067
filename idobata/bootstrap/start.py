"""The way in: from any Python of 3.11 or newer to the one in `.venv`, with everything there."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import NoReturn

from idobata.bootstrap import chromium, installing, sentences, stamp, surroundings, system_packages, turn
from idobata.bootstrap.commands import CommandFailed, Commands
from idobata.bootstrap.place import Place
from idobata.bootstrap.sentences import Sentence, Trouble
from idobata.kernel import layout

# A mark for the second Python, so that a house that does not open is entered once, not for ever.
_ENTERED = "idobata_entered"


def prepare(arguments: Sequence[str]) -> None:
    """Return inside the clone's own environment, or when there is no clone; otherwise make it and start again in it.

    `test` never returns: it becomes pytest. What goes wrong is said in one sentence, and the process ends with 1.
    """
    try:
        _prepare(arguments)
    except Trouble as trouble:
        _give_up(trouble.sentence)
    except OSError as error:
        _give_up(sentences.explain_error(error, layout.checkout_folder() or layout.PACKAGE))
    except KeyboardInterrupt:
        sentences.STOPPED.say()
        sys.exit(130)


def _prepare(arguments: Sequence[str]) -> None:
    testing = arguments[:1] == ["test"]
    checkout = layout.checkout_folder()
    if checkout is None:
        if testing:
            raise Trouble(sentences.TESTS_NEED_A_CLONE)
        return
    place = Place(checkout)
    renewed = ensure(place, stamp.TEST_LOCK if testing else stamp.RUN_LOCK)
    if testing:
        bring_browser(place)
        os.chdir(checkout)
        _enter(place, "-m", "pytest", *arguments[1:])
    if renewed or not place.is_here:
        if _ENTERED in sys._xoptions and not place.is_here:
            raise Trouble(sentences.LOST)
        _enter(place, "-X", _ENTERED, "-m", "idobata", *arguments)


def ensure(place: Place, lock: str) -> bool:
    """Bring the environment to `lock`; False when it was there already. Raises Trouble or OSError."""
    if _is_ready(place, lock):
        return False
    _refuse_unwritable(place)
    place.tools.mkdir(exist_ok=True)
    with turn.taken(place.tools / "turn", sentences.WAITING.say) as held:
        if not _is_ready(place, lock):
            _install(place, lock, held)
    return True


def bring_browser(place: Place) -> None:
    """Install Chromium where none is found and we may. Without one CI stops here; elsewhere the tests say what they miss."""
    if chromium.find():
        return
    if system_packages.may_install():
        sentences.BROWSER.say()
        place.tools.mkdir(exist_ok=True)
        if system_packages.install(_commands(place), "chromium") and chromium.find():
            return
    if nothing_may_be_missing():
        raise Trouble(sentences.BROWSER_MISSING)
    sentences.BROWSER_MISSING.say()


def nothing_may_be_missing(environ: Mapping[str, str] = os.environ) -> bool:
    """True where every test must run (CI=true)."""
    return environ.get("CI", "").lower() in ("true", "1", "yes")


def _is_ready(place: Place, lock: str) -> bool:
    kept = stamp.read(place.venv)
    # Seen from inside: when the system's Python moved on, the environment belongs to the Python before.
    same_python = not place.is_here or kept.python == f"{sys.version_info[0]}.{sys.version_info[1]}"
    return place.has_python and same_python and kept.satisfies(place.checkout, lock)


def _refuse_unwritable(place: Place) -> None:
    for folder in (place.checkout, place.venv, place.tools):
        if folder.exists() and not os.access(folder, os.W_OK):
            raise Trouble(sentences.not_writable(folder))


def _install(place: Place, lock: str, held: int) -> None:
    (sentences.RENEWING if place.venv.exists() else sentences.FIRST_TIME).say()
    began = time.monotonic()
    place.log.unlink(missing_ok=True)
    commands = _commands(place, held)
    try:
        installing.install(place, lock, commands, installing.base_python())
    except CommandFailed as failed:
        said = "\n".join(commands.output)
        raise Trouble(sentences.explain(said, place.log, place.checkout, installing.venv_package())) from failed
    seconds = round(time.monotonic() - began)
    Sentence(f"準備ができました（{seconds}秒）。", f"Ready after {seconds} s.").say()


def _commands(place: Place, *held: int) -> Commands:
    return Commands(place.checkout, surroundings.for_installers(os.environ, place.tools / "uv-cache"), place.log, held)


def _enter(place: Place, *arguments: str) -> NoReturn:
    """Become the environment's Python. `-P`: only the clone and the installed packages are looked through for modules."""
    command = [str(place.python), "-P", *arguments]
    environ = surroundings.for_the_house(os.environ, place.checkout, place.venv)
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform == "win32":
        sys.exit(subprocess.call(command, env=environ))  # there execv would leave the terminal behind
    try:
        os.execve(command[0], command, environ)
    except OSError as error:
        raise Trouble(sentences.LOST) from error


def _give_up(sentence: Sentence) -> NoReturn:
    sentence.say()
    sys.exit(1)

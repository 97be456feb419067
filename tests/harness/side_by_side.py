"""A run of everything is shared out among the cores, file by file, the longest first; a run of a few files stays in one process."""

from collections import defaultdict

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

# Seconds, roughly: only their order matters. What is far from them says so itself with `@pytest.mark.takes(seconds)`.
_WITH_A_BROWSER = 0.8
_PLAIN = 0.1


def pytest_configure(config: pytest.Config) -> None:
    """Files come in our order, not in that of how many tests they have."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """As many workers as there are cores for a run of everything. `-n 0` keeps it in one process, `-n 2` shares out any run."""
    if hasattr(config, "workerinput"):
        return  # a worker does not share out again what it was given
    option = config.option
    said = getattr(option, "numprocesses", 0) is not None or option.tx or option.dist != "no"
    watched = option.capture == "no" or option.usepdb or option.trace
    if not said and not watched and is_whole(config):
        option.numprocesses = "auto"


def is_whole(config: pytest.Config) -> bool:
    """True when no file and no folder was named, or all of the tests were."""
    if config.args_source != pytest.Config.ArgsSource.ARGS:
        return True
    return {str(config.invocation_params.dir / arg) for arg in config.args} == {str(config.rootpath / "tests")}


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """Whole files, so that a town served to a module is served once. Another way of sharing out can be asked for with `--dist`."""
    return LoadFileScheduling(config, log) if config.option.dist == "load" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker the longest files first: a long one begun last would leave the other cores idle. One process keeps the usual order."""
    if hasattr(config, "workerinput"):
        seconds = seconds_of_files(items)
        items.sort(key=lambda item: -seconds[_file(item)])


def seconds_of_files(items: list[pytest.Item]) -> dict[str, float]:
    """How long each file will take, roughly."""
    seconds: dict[str, float] = defaultdict(float)
    for item in items:
        marker = item.get_closest_marker("takes")
        seconds[_file(item)] += marker.args[0] if marker else _WITH_A_BROWSER if item.get_closest_marker("browser") else _PLAIN
    return seconds


def _file(item: pytest.Item) -> str:
    return item.nodeid.split("::", 1)[0]

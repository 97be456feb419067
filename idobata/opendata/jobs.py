"""Keeps the files of the data sets true, however big the town is: made anew when something public changed, and every day."""

from collections.abc import Callable
from datetime import timedelta

from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.opendata.data_files import FileFacts, data_file, facts_of, write_data_file
from idobata.opendata.data_sets import DATA_SETS, DataSet
from idobata.opendata.table_queries import lines_of
from idobata.outside.worker import Chore
from idobata.store.file_lock import locked

REFRESHED = timedelta(minutes=5)
# A file that takes a minute to write is not written every five minutes.
REST = 20


def chores(settings: Settings, generation: Callable[[], int]) -> list[Chore]:
    """The data sets, looked at every minute."""
    return [Chore("write open data", timedelta(minutes=1), lambda: refresh(settings, generation()), slow=True)]


def refresh(settings: Settings, generation: int) -> int:
    """Write the files that no longer show the town as it is; returns how many."""
    written = 0
    for one in DATA_SETS:
        facts = facts_of(data_file(settings.machine.data, one.stem))
        if facts is None or (_is_old(facts, settings, generation) and _is_rested(facts)):
            write(one, settings, generation)
            written += 1
    return written


def write(found: DataSet, settings: Settings, generation: int) -> FileFacts:
    """Write the file of a data set, one process at a time."""
    file = data_file(settings.machine.data, found.stem)
    file.parent.mkdir(parents=True, exist_ok=True)
    with locked(file.with_suffix(".lock")):
        return write_data_file(file, lines_of(found, settings), generation=generation, day=_today(settings))


def made(found: DataSet, settings: Settings) -> FileFacts:
    """What is known of the file of a data set; it is written when nobody has asked for it before."""
    file = data_file(settings.machine.data, found.stem)
    known = facts_of(file)
    if known is not None:
        return known
    file.parent.mkdir(parents=True, exist_ok=True)
    with locked(file.with_suffix(".lock")):
        # Whoever waited for the lock finds it written.
        return facts_of(file) or write_data_file(file, lines_of(found, settings), generation=-1, day=_today(settings))


def _is_old(facts: FileFacts, settings: Settings, generation: int) -> bool:
    return facts.generation != generation or facts.day != _today(settings)


def _is_rested(facts: FileFacts) -> bool:
    return clock.now() - facts.looked_at >= max(REFRESHED, REST * timedelta(seconds=facts.seconds))


def _today(settings: Settings) -> str:
    return clock.today(settings.city.zone).isoformat()

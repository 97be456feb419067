"""A data set as the lines of its file, one after the other."""

from collections.abc import Iterator

from idobata.kernel.addresses import Addresses
from idobata.kernel.csv_file import MARK, csv_line
from idobata.kernel.settings import Settings
from idobata.opendata.data_sets import GATHERINGS, DataSet
from idobata.opendata.event_cells import cells_of
from idobata.opendata.export_queries import Window, event_records, place_rows
from idobata.opendata.place_cells import place_cells
from idobata.places.queries import values_of


def lines_of(found: DataSet, settings: Settings, window: Window | None = None) -> Iterator[bytes]:
    """The file of a data set: the mark and the header, then a line for each row. Without a window the usual one."""
    yield MARK + csv_line([column.header for column in found.profile.columns])
    if found.kind == GATHERINGS:
        for record in event_records(settings, window or Window.usual(settings)):
            yield csv_line(cells_of(record, found.profile))
        return
    addresses = Addresses(settings.machine.base_url)
    for place in place_rows(settings):
        yield csv_line(place_cells(place.public_id, addresses.place(place.public_id), values_of(place), found.profile, settings))

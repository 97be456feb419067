"""The dates of a list for its table, in a fixed number of queries."""

from idobata.feeds.document import Document
from idobata.feeds.leaving_out import each
from idobata.feeds.table_file import TableRow, to_table
from idobata.feeds.wanted import Wanted
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.list_queries import find_dates
from idobata.gatherings.models import Occurrence

TABLE_TYPE = "text/csv; charset=utf-8; header=present"


def table_document(wanted: Wanted) -> Document:
    """The list as its page shows it, as a table."""
    reader = wanted.reader
    cards = Cards(reader.settings, reader.language, reader.translate)
    found = find_dates(wanted.filters, reader.settings, size=wanted.limit, only_confirmed=True)

    def row_of(row: Occurrence) -> TableRow:
        gathering = cards.compose(row.gathering, next_one=None, upcoming=(), past_count=0)
        return TableRow(cards.occurrence(row), gathering, reader.addresses.occurrence(gathering.public_id, row.day))

    rows = each(found.rows, row_of, lambda row: row.gathering.public_id)
    moments = [row.changed_at for row in found.rows]
    moments += [thing.updated_at for row in found.rows for thing in (row.gathering, row.gathering.place, row.gathering.group) if thing]
    body = to_table(rows, reader.settings.opendata.licence, reader.language, reader.translate)
    return Document(body=body, changed_at=max(moments, default=None), turns_at=found.turns_at)

"""The formats of the twins every list has, and what each is made of. A new format is a module that writes it and a line here."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from idobata.feeds.calendar_queries import CalendarList, CalendarMaker
from idobata.feeds.document import Document
from idobata.feeds.entry import EntryList, FeedHead
from idobata.feeds.entry_formats import ENTRY_FORMATS, EntryFormat
from idobata.feeds.entry_queries import EntryMaker
from idobata.feeds.icalendar_file import CalendarHead, to_ical
from idobata.feeds.table_queries import TABLE_TYPE, table_document
from idobata.feeds.wanted import Reader, Wanted

CALENDAR_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """One format: `suffix` ends the address, `label` is what people call it, `make` gives the document. `open_to_pages`: scripts on other sites' pages may read it."""

    suffix: str
    label: str
    content_type: str
    make: Callable[[Wanted], Document]
    open_to_pages: bool = False


def entries_document(found: EntryList, head: FeedHead, form: EntryFormat) -> Document:
    """Entries written down in one format."""
    return Document(body=form.write(head, found.entries), changed_at=found.changed_at, turns_at=found.turns_at)


def calendar_document(found: CalendarList, head: FeedHead, reader: Reader) -> Document:
    """Series as a calendar file."""
    calendar = CalendarHead(
        name=head.title,
        description=head.description,
        page_url=head.page_url,
        self_url=head.self_url,
        host=reader.host,
        zone=reader.settings.city.zone,
        language=reader.language,
        licence_url=reader.settings.opendata.licence_url,
    )
    return Document(body=to_ical(calendar, found.series, reader.translate), changed_at=found.changed_at, turns_at=found.turns_at)


def _entries(form: EntryFormat, wanted: Wanted) -> Document:
    return entries_document(EntryMaker(wanted.reader).coming(wanted.filters, wanted.limit), wanted.head, form)


def _calendar(wanted: Wanted) -> Document:
    return calendar_document(CalendarMaker(wanted.reader).calendar(wanted.filters, wanted.limit), wanted.head, wanted.reader)


TWINS = (
    *(
        Twin(
            suffix=form.suffix,
            label=form.label,
            content_type=form.content_type,
            make=partial(_entries, form),
            open_to_pages=form.open_to_pages,
        )
        for form in ENTRY_FORMATS
    ),
    Twin(suffix="ics", label="iCalendar", content_type=CALENDAR_TYPE, make=_calendar, open_to_pages=True),
    Twin(suffix="csv", label="CSV", content_type=TABLE_TYPE, make=table_document, open_to_pages=True),
)

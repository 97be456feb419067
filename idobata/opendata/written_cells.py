"""How a value stands in a cell, and how it is read back: one record on one line, plain letters, numbers without units, western dates."""

from datetime import date, datetime, time

from idobata.kernel.csv_file import typed_cell
from idobata.kernel.plain_letters import plain_letters

CALLED_OFF = "【中止】"
_WIDE, _TWO = "\u3000", "  "

Value = str | int | float | bool | date | time | datetime | tuple[str, ...] | None


def write_cell(value: Value, form: str) -> str:
    """The cell for a value in one of `profile_files.FORMATS`. What is not known is empty, whatever the form."""
    if form in ("flag", "yes_no") and isinstance(value, bool):
        return ("1" if value else "") if form == "flag" else ("有" if value else "無")
    if value is None or value == ():
        return ""
    if isinstance(value, tuple):
        return plain_letters(";".join(on_one_line(one).replace(";", "；") for one in value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds") if form == "moment" else f"{value:%Y-%m-%d}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float):
        return f"{value:.7f}".rstrip("0").rstrip(".")
    text = str(value)
    # A line keeps the spaces it has; a text needs them for its breaks.
    return plain_letters(on_one_line(text) if form in ("text", "rest") else text)


def read_text(cell: str, form: str) -> str:
    """The text that `write_cell` made the cell of."""
    typed = typed_cell(cell)
    return lines_again(typed) if form in ("text", "rest") else typed


def on_one_line(text: str) -> str:
    """A text on one line: its breaks become ideographic spaces, and those it has already become two plain ones."""
    return text.replace(_WIDE, _TWO).replace("\n", _WIDE)


def lines_again(cell: str) -> str:
    """The text that `on_one_line` made the cell of."""
    return cell.replace(_WIDE, "\n").replace(_TWO, _WIDE)

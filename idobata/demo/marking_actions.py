"""The welcome marks of the demo town, given through the same actions that staff use, as time went by."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from idobata.gatherings.models import Gathering
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.settings import Settings
from idobata.welcome.mark import Consent, How
from idobata.welcome.mark_actions import Assessment, ask_consent, note_mark, record_consent
from idobata.welcome.note_actions import write_note

MARKS = Path(__file__).parent / "town" / "marks.toml"
STATES = ("marked", "noted", "asked", "recheck")


@dataclass(frozen=True, slots=True, kw_only=True)
class TownMark:
    """What staff of the demo town found of one gathering, so many days ago."""

    gathering: str
    state: str
    how: How
    criteria: tuple[str, ...]
    reason: str = ""
    note: str = ""
    days_ago: int


def read_marks(path: Path = MARKS) -> tuple[TownMark, ...]:
    """The marks in the order of the file. Raises ValueError for a state or a way that there is not."""
    found = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["marks"]:
        if entry["state"] not in STATES:
            raise ValueError(f"{entry['gathering']}: {entry['state']!r} is not one of {', '.join(STATES)}")
        found.append(TownMark(**(entry | {"how": How(entry["how"]), "criteria": tuple(entry["criteria"])})))
    return tuple(found)


def give_marks(social: Actor, rows: Mapping[str, Gathering], now: datetime, settings: Settings) -> None:
    """Assess, ask and mark. `rows` are the gatherings by the slugs of the demo town."""
    for one in read_marks():
        row = rows[one.gathering]
        with clock.hold(now - timedelta(days=one.days_ago)):
            found = Assessment(criteria=one.criteria, how=one.how, reason=one.reason, department=settings.contact.department)
            note_mark(social, row, found, settings)
            if one.note:
                write_note(social, row, one.note, None, settings, read_again=True)
            if one.state == "asked":
                ask_consent(social, row, settings)
            elif one.state != "noted":
                record_consent(social, row, Consent.PHONE, settings)

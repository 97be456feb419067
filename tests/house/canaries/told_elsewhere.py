"""What the city told elsewhere: a text in each state that shows different things, two lines of the ledger, and a stop."""

from dataclasses import replace
from datetime import timedelta

from idobata.gatherings.models import Gathering
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.reposts.models import OutgoingStop, Repost, RepostItem, Told
from idobata.reposts.snapshot import freeze
from idobata.reposts.states import RepostState
from idobata.reposts.truth_queries import next_day, truths_of
from idobata.store.database import db
from idobata.store.transaction import transaction


def reposts(cast: dict[str, Actor], gatherings: dict[str, Gathering]) -> dict[str, list[str]]:
    """One that was returned and one that went out and is not true any more; returns the ids of each and of the line to put right."""
    now, editor, gathering = clock.now(), cast["editor"].person_id, gatherings["published"]
    day = next_day(gathering)
    assert day is not None
    found: list[Repost] = []
    with transaction():
        truths = truths_of([(gathering, day)])
        for state in (RepostState.RETURNED, RepostState.SENT, RepostState.PROPOSED):
            row = Repost(
                channel="x",
                text="将棋へどうぞ",
                state=state.value,
                made_at=now,
                changed_at=now,
                said="直して",
                frozen=freeze(truths),
                seal="0",
            )
            row.proposed_by_id, row.proposed_at, row.decided_by_id, row.decided_at = editor, now, cast["approver"].person_id, now
            db.session.add(row)
            db.session.flush()
            db.session.add(RepostItem(repost_id=row.id, gathering_id=gathering.id, day=day))
            found.append(row)
        lines = [
            Told(
                at=now,
                by_id=editor,
                channel=channel,
                kind="posted",
                repost_id=found[1].id,
                gathering_id=gathering.id,
                truth=replace(truths[0], where="elsewhere").plain(),
                until=now + timedelta(days=20),
                seal="0",
                link="https://x.example/1",
                words="わけ",
            )
            for channel in ("x", "facebook")
        ]
        db.session.add_all(lines)
        db.session.add(OutgoingStop(at=now, by_id=editor, words="大雨", ended_by_id=None))
        db.session.flush()
        return {"repost": [one.public_id for one in found], "told": [one.public_id for one in lines]}

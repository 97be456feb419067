"""What becomes of a leaving person's gatherings: drafts go, published ones go or stay without her, a group's stay with the group."""

from sqlalchemy import String, cast, delete, literal, or_, select, update

from idobata.gatherings.first_step_actions import hide_first_step
from idobata.gatherings.freshness import Method
from idobata.gatherings.freshness_models import Assurance
from idobata.gatherings.home_models import PrivateHome
from idobata.gatherings.models import Gathering, GatheringFact, Occurrence
from idobata.gatherings.news_models import GatheringNews
from idobata.gatherings.place_actions import drop_unused_places
from idobata.gatherings.posting_actions import index, set_publication
from idobata.gatherings.proxy_models import ProxyPost, SpokenCode
from idobata.gatherings.significance import Picture
from idobata.gatherings.states import Publication
from idobata.gatherings.trace_models import Pledge, PostLink, PostTrace
from idobata.gatherings.version_models import GatheringVersion
from idobata.moderation.models import Appeal, Report, ReportCase, Sweep
from idobata.places.models import Place
from idobata.privacy.leaving import GONE, SOMEBODY, Fate, Leaving, without
from idobata.store import search_index
from idobata.store.database import db
from idobata.welcome.models import StaffNote, WelcomeMark

# Words that a host wrote freely.
FREE_WORDS = (
    "title",
    "summary",
    "body",
    "area_words",
    "fee_words",
    "signup_words",
    "audience",
    "bring",
    "rain",
    "parking",
    "language",
)
_CONTACT = ("contact_name", "contact_phone", "contact_email", "contact_url")


def shred_gatherings(leaving: Leaving) -> None:
    """Let go of everything she posted. What was never public is deleted with its dates and words."""
    for row in _rows(leaving.for_groups):
        _leave_to_the_group(row, leaving)
    alone = _rows(leaving.alone)
    places = {row.place_id for row in alone}
    for row in alone:
        if row.published_at is None:
            search_index.drop(row.id)
            db.session.execute(delete(Gathering).where(Gathering.id == row.id))
        elif leaving.fate is Fate.KEEP and row.publication == Publication.PUBLISHED:
            _keep_without_her(row, leaving)
        else:
            empty(row)
    db.session.flush()
    drop_unused_places(Place.id.in_(places))


def shred_traces(leaving: Leaving) -> None:
    """What was kept about her posts for those who look for floods."""
    for model in (Pledge, PostTrace, PostLink):
        db.session.execute(delete(model).where(model.gathering_id.in_((*leaving.alone, *leaving.for_groups))))


def shred_versions(leaving: Leaving) -> None:
    """Earlier words of her own gatherings, and what was told of their changes; in a group's, that it was she who wrote them."""
    db.session.execute(delete(GatheringNews).where(GatheringNews.gathering_id.in_(leaving.alone)))
    db.session.execute(delete(GatheringVersion).where(GatheringVersion.gathering_id.in_(leaving.alone)))
    db.session.execute(
        update(GatheringVersion).where(GatheringVersion.made_by_id == leaving.person_id).values(made_by_id=None, made_by_label="")
    )
    for one in db.session.scalars(select(GatheringVersion).where(GatheringVersion.gathering_id.in_(leaving.for_groups))):
        one.values = _without_her_contact(one.values, leaving)


def shred_standing(leaving: Leaving) -> None:
    """That it was she who made sure of a gathering, where her home is, how she could be reached, her code on paper."""
    hers = or_(
        Assurance.person_id == leaving.person_id, Assurance.gathering_id.in_(leaving.alone) & (Assurance.method == Method.HOST_TAP.value)
    )
    db.session.execute(update(Assurance).where(hers).values(person_id=None, who_label="", note=""))
    db.session.execute(update(Assurance).where(Assurance.gathering_id.in_(leaving.alone)).values(note=""))
    every = (*leaving.alone, *leaving.for_groups)
    db.session.execute(delete(PrivateHome).where(PrivateHome.gathering_id.in_(every)))
    db.session.execute(delete(SpokenCode).where(SpokenCode.gathering_id.in_(leaving.alone)))
    came_from_her = or_(ProxyPost.gathering_id.in_(leaving.alone), ProxyPost.host_email == leaving.email)
    db.session.execute(update(ProxyPost).where(came_from_her).values(host_phone="", host_address="", host_email=""))
    db.session.execute(update(ProxyPost).where(ProxyPost.typed_by == leaving.person_id).values(typed_by=None))


def shred_moderation(leaving: Leaving) -> None:
    """What was reported of her own gatherings, what she asked the city to look at again, and what she reported herself with her address."""
    db.session.execute(delete(ReportCase).where(ReportCase.gathering_id.in_(leaving.alone)))
    db.session.execute(delete(Appeal).where(Appeal.gathering_id.in_((*leaving.alone, *leaving.for_groups))))
    forget_reports(leaving.email)
    db.session.execute(update(Sweep).where(Sweep.person_id == leaving.person_id).values(person_id=None))


def forget_reports(email: str) -> None:
    """Of what was reported with this address only what it was about and when stays, for the case: no word, no address, no network."""
    gone = literal("gone ") + cast(Report.id, String)
    db.session.execute(update(Report).where(Report.email == email).values(email="", words="", source="", day_key=gone))


def shred_welcome(leaving: Leaving) -> None:
    """The mark and the notes of her own gatherings: she agreed to it, so it goes with her. Of a member of staff, her name."""
    for row in _rows(leaving.alone):
        if row.first_step:
            hide_first_step(row)
    for model in (WelcomeMark, StaffNote):
        db.session.execute(delete(model).where(model.gathering_id.in_(leaving.alone)))
        db.session.execute(update(model).where(model.by_id == leaving.person_id).values(by_id=None, by_label=""))
    for mark in db.session.scalars(select(WelcomeMark).where(WelcomeMark.gathering_id.in_(leaving.for_groups))):
        mark.consent_by = ""
        mark.picture = _without_her_contact(mark.picture, leaving)


def empty(row: Gathering) -> None:
    """Take every word out of a gathering that was public. Its address stays, so that feeds and phones learn that it is gone."""
    for name in FREE_WORDS:
        setattr(row, name, "")
    row.title, row.host_name, row.online_url = GONE, SOMEBODY, ""
    if row.place is not None and row.place.checked_at is None:
        # It was only typed, perhaps by her, and perhaps it is her home.
        row.place = None
    row.facts, row.first_visit, row.told_changes = {}, {}, None
    _forget_poster(row)
    _forget_contact(row)
    db.session.execute(delete(GatheringFact).where(GatheringFact.gathering_id == row.id))
    db.session.execute(update(Occurrence).where(Occurrence.gathering_id == row.id).values(note=""))
    search_index.drop(row.id)
    if row.publication != Publication.WITHDRAWN:
        set_publication(row, Publication.WITHDRAWN)


def _rows(ids: tuple[int, ...]) -> list[Gathering]:
    return list(db.session.scalars(select(Gathering).where(Gathering.id.in_(ids))))


def _keep_without_her(row: Gathering, leaving: Leaving) -> None:
    needles = (leaving.email, leaving.name, row.host_name, *(str(getattr(row, name)) for name in _CONTACT))
    for name in FREE_WORDS:
        setattr(row, name, without(str(getattr(row, name)), needles))
    row.told_changes = None
    row.first_visit = {name: without(words, needles) for name, words in row.first_visit.items()}
    for date in db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == row.id, Occurrence.note != "")):
        date.note = without(date.note, needles)
    row.title = row.title.strip() or GONE
    row.host_name = SOMEBODY
    _forget_poster(row)
    _forget_contact(row)
    row.updated_at = leaving.at
    # Nobody answers for it any more: an editor looks what shall become of it.
    row.host_changed_at = leaving.at
    db.session.flush()
    index(row, leaving.settings)


def _leave_to_the_group(row: Gathering, leaving: Leaving) -> None:
    if row.poster_id in (None, leaving.person_id):
        # Nobody is left in the group who could stand for it.
        _forget_poster(row)
    row.return_words = ""
    hers = _hers(leaving)
    for name in _CONTACT:
        # What is shown to the town is the group's; what is not, or says her name or address, was hers.
        if not getattr(row, f"{name}_public", False) or getattr(row, name) in hers:
            setattr(row, name, "")


def _hers(leaving: Leaving) -> set[str]:
    return {leaving.email, leaving.name} - {""}


def _without_her_contact(picture: Picture, leaving: Leaving) -> Picture:
    """What readers could see, or shall see, of a group's gathering, without her name and address as its contact."""
    return {**picture, "contact": {kind: words for kind, words in picture["contact"].items() if words not in _hers(leaving)}}


def _forget_poster(row: Gathering) -> None:
    row.poster_id, row.poster_email, row.return_words = None, "", ""


def _forget_contact(row: Gathering) -> None:
    for name in _CONTACT:
        setattr(row, name, "")
    row.contact_phone_public = row.contact_email_public = row.contact_url_public = False

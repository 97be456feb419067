"""Rows that lie behind the pages: links, letters, counts, locks and keys. One of each, at least."""

from datetime import timedelta

from sqlalchemy import select, update

from idobata.accounts.actions import make_link
from idobata.accounts.address_actions import NEW_ADDRESS
from idobata.accounts.models import SessionRow
from idobata.accounts.proof_models import CodeApp, Passkey, Password, RecoveryCode
from idobata.gatherings.freshness_models import Assurance, Freshness
from idobata.gatherings.freshness_queries import STILL
from idobata.gatherings.home_models import PrivateHome
from idobata.gatherings.homes import Telling
from idobata.gatherings.models import Gathering
from idobata.gatherings.proxy_models import ProxyPost, SpokenCode
from idobata.gatherings.trace_models import Pledge, PostLink, PostTrace
from idobata.groups.actions import set_categories
from idobata.groups.check_actions import check_group
from idobata.groups.member_actions import invite
from idobata.groups.queries import group_by_slug
from idobata.groups.roles import EDITOR
from idobata.groups.succession import Stage
from idobata.groups.succession_actions import STILL as GROUP_STILL
from idobata.groups.succession_actions import set_stage
from idobata.groups.welcome_actions import WELCOME
from idobata.hub.models import HubSubscription, HubTopic
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.ids import token_hash
from idobata.kernel.settings import Settings
from idobata.moderation.appeal_actions import appeal
from idobata.moderation.holding_actions import hide, refuse_many
from idobata.moderation.models import Appeal, ReportCase
from idobata.moderation.report_actions import report, take_up
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from idobata.store.outbox import DEAD, OutboxRow, tell
from idobata.store.rate_limits import allowed
from idobata.store.transaction import transaction
from idobata.welcome.mark import Consent, How
from idobata.welcome.mark_actions import Assessment, ask_consent, note_mark, record_consent
from idobata.welcome.models import StaffNote
from idobata.welcome.queries import ANSWER


def groups(cast: dict[str, Actor], slugs: list[str], settings: Settings) -> dict[str, list[str]]:
    """Invitations, checks, and a group whose lead is being asked; returns the secrets of open links by where they lead."""
    ours, theirs = (group_by_slug(slug) for slug in slugs)
    assert ours is not None
    assert theirs is not None
    today = clock.today(settings.city.zone)
    with transaction():
        for group in (ours, theirs):
            set_categories(group, ["eat"])
            group.kana, group.contact_hint = "かい", "公民館の窓口へ"
            check_group(cast["editor"], group, (settings.group_checks[0].slug,), today, "電話で聞いた", settings)
        set_stage(theirs, Stage.LEADS)
        hour = timedelta(hours=1)
        return {
            "/groups/join/": [
                invite(cast["lead"], ours, EDITOR, "invited@example.com", settings),
                invite(cast["other_lead"], theirs, EDITOR, "", settings),
            ],
            "/groups/still/": [make_link(GROUP_STILL, cast["other_lead"].email or "", hour, theirs.public_id)],
            "/groups/welcome/": [make_link(WELCOME, "invited@example.com", hour)],
        }


def links(cast: dict[str, Actor], gatherings: dict[str, Gathering]) -> dict[str, list[str]]:
    """Mailed links of every kind; returns their secrets by where they lead."""
    hour, unproved = timedelta(hours=1), gatherings["unproved"].public_id
    with transaction():
        return {
            "/sign-in/": [make_link("sign_in", cast["poster"].email or "", hour)],
            "/my/address/": [make_link(NEW_ADDRESS, "new@example.com", hour, None)],
            "/post/confirm/": [
                make_link("confirm_post", "stranger@example.com", hour, unproved),
                make_link("confirm_post", "stranger@example.com", -hour, unproved),
            ],
            "/still/": [make_link(STILL, cast["poster"].email or "", hour)],
        }


def letters(cast: dict[str, Actor]) -> None:
    """A letter that waits, one that could not be sent, one in the tray, and a feed that is sent to her."""
    with transaction():
        tell("mail", {"to": cast["poster"].email, "subject": "件名", "text": "本文"}, dedupe_key="a key")
        db.session.flush()
        row = db.session.scalars(select(OutboxRow).where(OutboxRow.dedupe_key == "a key")).one()
        row.outcome, row.done_at, row.last_error = DEAD, clock.now(), "SMTPError"
        db.session.add(TrayMail(at=clock.now(), recipient=cast["poster"].email, subject="件名", text="本文"))
        topic = HubTopic(
            address="https://x.example/gatherings.rss", digest="0", generation=0, looked_at=clock.now(), look_again_at=clock.now()
        )
        db.session.add(topic)
        db.session.flush()
        told = f"https://receiver.example/?for={cast['poster'].email}"
        soon = clock.now() + timedelta(days=5)
        db.session.add(
            HubSubscription(
                topic_id=topic.id,
                asked=topic.address,
                callback=told,
                callback_key="k",
                secret="s",
                made_at=clock.now(),
                lease_until=soon,
                sent_digest="0",
            )
        )
    allowed("sign-in", "203.0.113.7", 5)


def locks(cast: dict[str, Actor]) -> None:
    """What proves a person, for a resident and an administrator."""
    now = clock.now()
    with transaction():
        for number, role in enumerate(("poster", "admin")):
            person_id = cast[role].person_id
            db.session.add(Password(person_id=person_id, hash=f"$argon2id${number}", changed_at=now))
            db.session.add(CodeApp(person_id=person_id, sealed=f"sealed{number}", last_step=1, added_at=now))
            db.session.add(
                Passkey(person_id=person_id, name="電話", credential_id=f"id{number}", public_key="key", sign_count=1, added_at=now)
            )
            db.session.add(RecoveryCode(person_id=person_id, code_hash=token_hash(f"code{number}")))


def devices() -> None:
    """Where each session was begun."""
    with transaction(public=False):
        for row in db.session.scalars(select(SessionRow)):
            row.device = "電話"


def traces(gatherings: dict[str, Gathering]) -> None:
    """What a post leaves behind for those who look for floods."""
    now = clock.now()
    with transaction():
        for name, row in gatherings.items():
            db.session.add(Pledge(gathering_id=row.id, given_at=now))
            db.session.add(PostTrace(gathering_id=row.id, network=f"network {name}", at=now))
            db.session.add(PostLink(gathering_id=row.id, link="spam.example", at=now))


def standing(cast: dict[str, Actor], gatherings: dict[str, Gathering]) -> None:
    """Who made sure of what, what was asked, homes, and what came on paper."""
    now, typed_by = clock.now(), cast["editor"]
    with transaction():
        for name, row in gatherings.items():
            db.session.add(
                Assurance(
                    gathering_id=row.id,
                    at=now,
                    person_id=typed_by.person_id,
                    who_label=typed_by.label,
                    method="phone",
                    outcome="still",
                    note="電話で",
                )
            )
            db.session.merge(Freshness(gathering_id=row.id, asked_at=now, mails=1, mailed_at=now))
            db.session.merge(PrivateHome(gathering_id=row.id, told_to=Telling.ASKED.value, exact_place="北町1丁目2番3号 2階"))
            db.session.merge(
                ProxyPost(
                    gathering_id=row.id,
                    source="paper",
                    host_phone="000",
                    host_address="北町4丁目",
                    host_email=f"{name}@paper.example",
                    typed_at=now,
                    typed_by=typed_by.person_id,
                )
            )
            db.session.merge(SpokenCode(gathering_id=row.id, code_hash=token_hash(name), made_at=now))
        # Nobody has made sure of this one for long: somebody has to call.
        old, long_ago = gatherings["other"], now - timedelta(days=400)
        old.checked_at = old.published_at = old.created_at = long_ago
        db.session.flush()
        db.session.execute(update(Assurance).where(Assurance.gathering_id == old.id).values(at=long_ago))
        asked = {"asked_at": long_ago, "mailed_at": long_ago, "mails": 3, "unconfirmed_at": now}
        db.session.execute(update(Freshness).where(Freshness.gathering_id == old.id).values(**asked))


def welcome(cast: dict[str, Actor], gatherings: dict[str, Gathering], settings: Settings) -> dict[str, list[str]]:
    """Marks in each state, and what staff noted about every gathering; returns the secret of a host's link."""
    staff, today = cast["welfare"], clock.today(settings.city.zone)
    found = Assessment(criteria=(settings.criteria[0].code,), how=How.VISIT, reason="しずか", department="地域の係")
    with transaction():
        for name in ("published", "plain", "home", "ours"):
            note_mark(staff, gatherings[name], found, settings)
        record_consent(staff, gatherings["published"], Consent.PHONE, settings)
        ask_consent(staff, gatherings["plain"], settings)
        for row in gatherings.values():
            db.session.add(
                StaffNote(
                    gathering_id=row.id,
                    words="入口がわかりにくい",
                    by_id=staff.person_id,
                    by_label=staff.label,
                    at=clock.now(),
                    ends_on=today + timedelta(days=90),
                )
            )
        return {"/first-step/answer/": [make_link(ANSWER, cast["poster"].email or "", timedelta(days=1), gatherings["plain"].public_id)]}


def moderation(cast: dict[str, Actor], gatherings: dict[str, Gathering], settings: Settings) -> dict[str, list[str]]:
    """Reports, appeals, what is held back, and a wave that was cleared; returns the ids of each."""
    editor, code = cast["editor"], next(rule.code for rule in settings.rules)
    with transaction():
        for name in ("published", "ours"):
            report(gatherings[name], "wrong", "時間がちがいます", f"reader-{name}@example.com", "203.0.113.9", settings)
        for name in ("returned", "taken_down"):
            appeal(cast["poster"], gatherings[name], "もういちど見てください")
        hide(editor, gatherings["hidden"], code, "止めたわけ", settings)
        sweep = refuse_many(editor, {gatherings["swept"].id}, code, settings)
        db.session.flush()
        cases = list(db.session.scalars(select(ReportCase.public_id).order_by(ReportCase.id)))
        take_up(editor, db.session.scalars(select(ReportCase).order_by(ReportCase.id)).first())
        appeals = list(db.session.scalars(select(Appeal.public_id).order_by(Appeal.id)))
        db.session.execute(update(Appeal).values(answer="わかりました"))
        return {"case": cases, "appeal": appeals, "sweep": [sweep.public_id]}

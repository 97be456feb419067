"""Second factors: added, used, taken away. Every use of a code uses it up, also when two arrive at the same moment."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from idobata.accounts.address_actions import person_of
from idobata.accounts.letters import recovery_used_letter, second_changed_letter, second_reset_letter
from idobata.accounts.models import Person, SessionRow
from idobata.accounts.one_time_codes import matching_step
from idobata.accounts.passkeys import KnownKey
from idobata.accounts.proof_models import CodeApp, Passkey, RecoveryCode
from idobata.accounts.recovery_codes import new_codes, read_recovery_code, recovery_hash
from idobata.accounts.second_queries import second_of
from idobata.accounts.session_actions import end_sessions
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import NotFound, WrongState
from idobata.kernel.sealing import seal, unseal
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.letters import post_letter

SEAL = "code app"
CHALLENGE_LASTS = timedelta(minutes=5)
MOST_PASSKEYS = 20
TOO_MANY_PASSKEYS = N_("パスキーは20個までです。使っていないものを外してから、もういちど試してください。")
KNOWN_PASSKEY = N_("このパスキーは、もう登録されています。")
LAST_FACTOR = N_("市の仕事には、もうひとつの確認がいります。ほかの方法を足してから、これを外してください。")


def add_code_app(actor: Actor, secret: str, step: int, settings: Settings) -> None:
    """Take an app whose first code (of `step`) was right, in place of an older one."""
    person = person_of(actor)
    db.session.execute(delete(CodeApp).where(CodeApp.person_id == person.id))
    sealed = seal(settings.machine.secret_key, SEAL, secret)
    db.session.add(CodeApp(person_id=person.id, sealed=sealed, last_step=step, added_at=clock.now()))
    _changed(actor, person, "second.added", settings, way="app")


def add_passkey(actor: Actor, key: KnownKey, name: str, settings: Settings) -> None:
    """Take a passkey. WrongState when it is known already, or when there are too many."""
    person = person_of(actor)
    if len(second_of(person.id).passkeys) >= MOST_PASSKEYS:
        raise WrongState(TOO_MANY_PASSKEYS)
    if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == key.credential_id)) is not None:
        raise WrongState(KNOWN_PASSKEY)
    row = Passkey(
        person_id=person.id,
        name=name,
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
        added_at=clock.now(),
    )
    db.session.add(row)
    _changed(actor, person, "second.added", settings, way="passkey")


def pass_by_code(actor: Actor, typed: str, settings: Settings) -> bool:
    """True for the right code of the app, or for a recovery code; either is used up."""
    person = person_of(actor)
    return _use_app(person, typed, settings) or _use_recovery(actor, person, typed, settings)


def pass_by_passkey(actor: Actor, key: KnownKey) -> bool:
    """Note the use of a passkey that has proved itself. False when it is not (any more) one of hers."""
    row = db.session.scalar(
        select(Passkey).where(Passkey.person_id == actor.person_id, Passkey.credential_id == key.credential_id).with_for_update()
    )
    if row is None:
        return False
    row.sign_count, row.used_at = key.sign_count, clock.now()
    return True


def make_recovery_codes(actor: Actor, settings: Settings) -> list[str]:
    """Ten new recovery codes in place of the old ones. They are told once: only their hashes are kept."""
    person, codes = person_of(actor), new_codes()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    db.session.add_all(
        RecoveryCode(person_id=person.id, code_hash=recovery_hash(settings.machine.secret_key, person.id, code)) for code in codes
    )
    record(actor, "second.codes", "person", person.public_id)
    return codes


def remove_code_app(actor: Actor, settings: Settings, *, session_id: int) -> None:
    """Take the app away. WrongState when it is all that a member of staff has."""
    person = person_of(actor)
    _not_the_last(person)
    db.session.execute(delete(CodeApp).where(CodeApp.person_id == person.id))
    end_sessions(person.id, keep=session_id)
    _changed(actor, person, "second.removed", settings, way="app")


def remove_passkey(actor: Actor, public_id: str, settings: Settings, *, session_id: int) -> None:
    """Take a passkey away. NotFound when it is not hers, WrongState when it is all that a member of staff has."""
    person = person_of(actor)
    row = db.session.scalar(select(Passkey).where(Passkey.person_id == person.id, Passkey.public_id == public_id))
    if row is None:
        raise NotFound
    _not_the_last(person)
    db.session.delete(row)
    end_sessions(person.id, keep=session_id)
    _changed(actor, person, "second.removed", settings, way="passkey")


def reset_second(actor: Actor, person: Person, settings: Settings) -> None:
    """Take away everything of a colleague who has lost it; she sets it up anew at her next sign-in. Her sessions end, and she is told."""
    forget_second(person.id)
    end_sessions(person.id)
    record(actor, "second.reset", "person", person.public_id)
    post_letter(person.email, second_reset_letter(settings.city.site_name, settings.contact.phone, settings.contact.email))


def forget_second(person_id: int) -> None:
    """Delete app, passkeys and recovery codes of a person."""
    for kind in (CodeApp, Passkey, RecoveryCode):
        db.session.execute(delete(kind).where(kind.person_id == person_id))


def keep_challenge(session_id: int, purpose: str, challenge: str) -> None:
    """Keep what the browser of this session was asked; a new question takes the place of an older one."""
    until = (clock.now() + CHALLENGE_LASTS).isoformat()
    data: dict[str, Any] = {"challenge": challenge, "purpose": purpose, "until": until}
    db.session.execute(update(SessionRow).where(SessionRow.id == session_id).values(data=data))


def take_challenge(session_id: int, purpose: str) -> str | None:
    """What was asked; it can be answered once. None when nothing was asked for this purpose, or too long ago."""
    row = db.session.get(SessionRow, session_id, populate_existing=True, with_for_update=True)
    kept = dict(row.data) if row is not None else {}
    if row is None or kept.get("purpose") != purpose:
        return None
    row.data = {}
    return str(kept["challenge"]) if clock.now() < datetime.fromisoformat(str(kept["until"])) else None


def _use_app(person: Person, typed: str, settings: Settings) -> bool:
    row = db.session.get(CodeApp, person.id, populate_existing=True)
    secret = unseal(settings.machine.secret_key, SEAL, row.sealed) if row is not None else None
    step = matching_step(secret, typed, clock.now(), row.last_step) if row is not None and secret is not None else None
    if step is None:
        return False
    # The one who writes the step first has used the code.
    used = update(CodeApp).where(CodeApp.person_id == person.id, CodeApp.last_step < step).values(last_step=step)
    return bool(db.session.execute(used).rowcount)  # type: ignore[attr-defined]


def _use_recovery(actor: Actor, person: Person, typed: str, settings: Settings) -> bool:
    code = read_recovery_code(typed)
    if code is None:
        return False
    hashed = recovery_hash(settings.machine.secret_key, person.id, code)
    where = (RecoveryCode.person_id == person.id, RecoveryCode.code_hash == hashed, RecoveryCode.used_at.is_(None))
    if not db.session.execute(update(RecoveryCode).where(*where).values(used_at=clock.now())).rowcount:  # type: ignore[attr-defined]
        return False
    record(actor, "second.recovered", "person", person.public_id)
    left = second_of(person.id).codes_left
    post_letter(person.email, recovery_used_letter(settings.city.site_name, left, settings.contact.phone, settings.contact.email))
    return True


def _not_the_last(person: Person) -> None:
    if person.roles and second_of(person.id).count <= 1:
        raise WrongState(LAST_FACTOR)


def _changed(actor: Actor, person: Person, act: str, settings: Settings, *, way: str) -> None:
    db.session.flush()
    record(actor, act, "person", person.public_id, way=way)
    post_letter(person.email, second_changed_letter(settings.city.site_name, settings.contact.phone, settings.contact.email))

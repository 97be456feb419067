"""Guards of a form that anybody may send, without a puzzle for anybody: a field no person sees, and a time no person is faster than."""

from flask import request
from itsdangerous import BadSignature, TimestampSigner

from idobata.kernel.words import N_
from idobata.web.rooms import city_settings

# A person never sees this field; a program that fills in everything does.
TRAP = "leave_me_empty"
OPENED = "opened"
# Nobody reads a form, writes in it and presses its button in less. A page from the page cache is older anyway.
SHORTEST_SECONDS = 3

PRESS_AGAIN = N_("ページを開いてから時間がたったので、まだ送られていません。書いたことは残っています。もういちどボタンを押してください。")
TOO_FAST = N_(
    "送るのがとても早かったので、念のため止めました。書いたことは残っています。ひと息ついてから、もういちどボタンを押してください。"
)
TOO_MANY = N_("短いあいだに、たくさん受けとりました。1時間ほどおいてから、もういちど押してください。書いたことは残っています。")
TRAPPED = N_("うまく受けとれませんでした。書いたことは残っています。もういちどボタンを押してください。")


def opened_stamp() -> str:
    """When the form was first opened, signed: the stamp that came with what was sent, else a new one.

    A form that is given back with a sentence keeps its first stamp, so that whoever mends one word may press at once.
    """
    sent = request.form.get(OPENED, "")
    return sent if _age(sent) is not None else _signer().sign(OPENED).decode("ascii")


def was_trapped() -> bool:
    """True when the field that nobody sees was filled in."""
    return bool(request.form.get(TRAP))


def came_too_fast() -> bool:
    """True when the form was sent faster than a person can, or without its stamp."""
    age = _age(request.form.get(OPENED, ""))
    return SHORTEST_SECONDS > 0 and (age is None or age < SHORTEST_SECONDS)


def _age(stamp: str) -> int | None:
    """Seconds since the stamp was made; None when it is none of ours. The clock of the machine: that of the site may be held still."""
    signer = _signer()
    try:
        value, made = signer.unsign(stamp.encode("ascii", "replace"), return_timestamp=True)
    except BadSignature:
        return None
    return signer.get_timestamp() - int(made.timestamp()) if value == OPENED.encode() else None


def _signer() -> TimestampSigner:
    return TimestampSigner(city_settings().machine.secret_key, salt="form opened")

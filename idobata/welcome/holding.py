"""What of a gathering a mark holds for: everything somebody who comes for the first time relies on."""

from typing import Any

from idobata.gatherings.significance import Picture, significant

FACTS, SIGNUP = "facts", "signup"


def changed_parts(assessed: Picture, now: Picture) -> tuple[str, ...]:
    """What is no longer as it was assessed. A new yes takes nothing away; a yes that is gone does."""
    parts: list[str] = [part.value for part in significant(assessed, now)]
    if any(is_yes and not now["facts"].get(slug) for slug, is_yes in assessed["facts"].items()):
        parts.append(FACTS)
    if _signup(assessed) != _signup(now):
        parts.append(SIGNUP)
    return tuple(parts)


def _signup(picture: Picture) -> Any:
    return picture["signup_kind"]

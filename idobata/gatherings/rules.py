"""What a gathering must say before the town may see it. Every problem is found at once."""

from datetime import date

from idobata.gatherings.crowds import CROWDS
from idobata.gatherings.states import FeeKind, SignupKind, VenueKind
from idobata.gatherings.values import GatheringValues
from idobata.kernel.errors import Problem
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_

# Characters after cleaning. The columns of the models are at least as wide.
LIMITS: dict[str, int] = {
    "title": 60,
    "summary": 200,
    "body": 5000,
    "host_name": 60,
    "place_name": 80,
    "place_address": 150,
    "area_words": 80,
    "exact_place": 150,
    "online_url": 2000,
    "fee_words": 150,
    "signup_words": 800,
    "audience": 150,
    "bring": 200,
    "rain": 150,
    "parking": 200,
    "language": 80,
    "contact_name": 60,
    "contact_phone": 40,
    "contact_email": 254,
    "contact_url": 2000,
    "note": 200,
}


def problems(values: GatheringValues, settings: Settings, today: date) -> list[Problem]:
    """Everything that must be mended, in the order of the form."""
    return [
        *values.schedule.problems(today),
        *_where(values, settings),
        *_what(values, settings),
    ]


def _where(values: GatheringValues, settings: Settings) -> list[Problem]:
    found: list[Problem] = []
    if values.venue_kind is VenueKind.PLACE and not (values.place.name or values.place.public_id):
        found.append(Problem("place_name", N_("どこで集まりますか？場所の名前を書いてください。")))
    if values.venue_kind is VenueKind.PRIVATE and not values.area_words:
        found.append(Problem("area_words", N_("だいたいの場所を書いてください（例：北町の商店街のちかく）。番地はいりません。")))
    if values.district and settings.district(values.district) is None:
        found.append(Problem("district", N_("地区を一覧からえらんでください。")))
    return found


def _what(values: GatheringValues, settings: Settings) -> list[Problem]:
    found: list[Problem] = []
    if not values.title:
        found.append(Problem("title", N_("集まりの名前を書いてください。")))
    if not values.summary:
        found.append(Problem("summary", N_("どんなことをするのか、ひとことで書いてください。")))
    if not values.host_name:
        found.append(Problem("host_name", N_("だれの集まりか、呼び名を書いてください（あだ名でもだいじょうぶです）。")))
    if values.category and settings.category(values.category) is None:
        found.append(Problem("category", N_("カテゴリを一覧からえらんでください。")))
    if values.fee_kind is FeeKind.PAID and values.fee_yen is None and not values.fee_words:
        found.append(Problem("fee_words", N_("いくらかかるか書いてください（例：材料費300円）。")))
    if values.signup_kind is SignupKind.REQUIRED and not (values.signup_words or _has_public_contact(values)):
        found.append(Problem("signup_words", N_("申し込みのしかたを書いてください（例：前の日までに電話で）。")))
    if unknown := [slug for slug in values.facts if settings.fact(slug) is None]:
        found.append(Problem("facts", N_("知らない気軽ポイントがあります：%(slugs)s"), {"slugs": ", ".join(sorted(unknown))}))
    if values.crowd and values.crowd not in CROWDS:
        found.append(Problem("crowd", N_("人数を一覧からえらんでください。")))
    for flag, part in (
        ("contact_phone_public", "contact_phone"),
        ("contact_email_public", "contact_email"),
        ("contact_url_public", "contact_url"),
    ):
        if getattr(values, flag) and not getattr(values, part):
            found.append(Problem(part, N_("「公開する」をえらんだときは、中身も書いてください。")))
    return found


def _has_public_contact(values: GatheringValues) -> bool:
    return values.contact_phone_public or values.contact_email_public or values.contact_url_public

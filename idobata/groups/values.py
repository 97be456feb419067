"""What somebody says of a group, and the rules for it. Every problem is found at once."""

from dataclasses import dataclass

from idobata.groups.naming import name_problem
from idobata.kernel.errors import Problem
from idobata.kernel.settings import Settings
from idobata.kernel.text import clean_url
from idobata.kernel.words import N_

# Characters after cleaning. The columns of the models are at least as wide.
LIMITS: dict[str, int] = {
    "name": 60,
    "kana": 80,
    "romaji": 40,
    "words": 2000,
    "contact_hint": 150,
    "link": 500,
    "member_name": 40,
    "note": 200,
}
MOST_LINKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupValues:
    """A group in its own words. Text is cleaned already; `links` are addresses as typed, `categories` slugs."""

    name: str
    words: str
    kana: str = ""
    district: str = ""
    categories: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    contact_hint: str = ""


def problems(values: GroupValues, settings: Settings, *, by_city: bool) -> list[Problem]:
    """Everything that must be mended, in the order of the form. `by_city` when the city's staff write."""
    found: list[Problem] = []
    if not values.name:
        found.append(Problem("name", N_("団体の名前を書いてください。")))
    elif problem := name_problem(values.name, settings, by_city=by_city):
        found.append(problem)
    if not values.words:
        found.append(Problem("words", N_("どんな団体か、ひとことふたこと書いてください。")))
    if values.district and settings.district(values.district) is None:
        found.append(Problem("district", N_("地区を一覧からえらんでください。")))
    if any(settings.category(slug) is None for slug in values.categories):
        found.append(Problem("categories", N_("カテゴリを一覧からえらんでください。")))
    if len(values.links) > MOST_LINKS:
        found.append(Problem("links", N_("アドレスは%(most)s個までにしてください。"), {"most": MOST_LINKS}))
    if wrong := [link for link in values.links if clean_link(link) is None]:
        found.append(
            Problem(
                "links", N_("アドレスは https:// から、1行にひとつ書いてください（読めなかったもの：%(link)s）。"), {"link": wrong[0][:60]}
            )
        )
    return found


def clean_link(typed: str) -> str | None:
    """An http or https address, safe to show as a link; None for anything else."""
    try:
        address = clean_url(typed)
    except ValueError:
        return None
    return address if len(address) <= LIMITS["link"] else None

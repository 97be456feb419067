"""The public addresses, for letters, feeds and printed codes, where no request is at hand.

They are promises to outsiders; a test compares them with the routes.
"""

from dataclasses import dataclass
from datetime import date

from idobata.kernel.words import SOURCE


def in_language(address: str, language: str) -> str:
    """The same page in another language. `address` has no fragment."""
    return address if language == SOURCE else f"{address}{'&' if '?' in address else '?'}lang={language}"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Makes absolute addresses from the site's base URL (no slash at its end)."""

    base_url: str

    def home(self) -> str:
        """The first page."""
        return f"{self.base_url}/"

    def gathering(self, public_id: str) -> str:
        """The page of a gathering."""
        return f"{self.base_url}/gatherings/{public_id}"

    def occurrence(self, public_id: str, day: date) -> str:
        """The page of one of its dates."""
        return f"{self.base_url}/gatherings/{public_id}/{day.isoformat()}"

    def calendar_file(self, public_id: str) -> str:
        """The calendar file of a gathering."""
        return f"{self.base_url}/gatherings/{public_id}.ics"

    def feed_schema(self) -> str:
        """Where the form of our JSON feeds is described."""
        return f"{self.base_url}/feeds/json-feed.schema.json"

    def hub(self) -> str:
        """Where programs subscribe to feeds."""
        return f"{self.base_url}/hub"

    def gathering_data(self, public_id: str) -> str:
        """A gathering as data."""
        return f"{self.base_url}/gatherings/{public_id}.json"

    def group(self, slug: str) -> str:
        """The page of a group."""
        return f"{self.base_url}/groups/{slug}"

    def my_group(self, slug: str) -> str:
        """Where a member looks after a group."""
        return f"{self.base_url}/my/groups/{slug}"

    def join_group(self, token: str) -> str:
        """Where an invitation to a group leads."""
        return f"{self.base_url}/groups/join/{token}"

    def group_welcome(self, token: str) -> str:
        """Where somebody new proves her address to go on with a group."""
        return f"{self.base_url}/groups/welcome/{token}"

    def group_still(self, token: str) -> str:
        """Where a lead says that a group goes on."""
        return f"{self.base_url}/groups/still/{token}"

    def place(self, public_id: str) -> str:
        """The page of a place."""
        return f"{self.base_url}/places/{public_id}"

    def first_step(self) -> str:
        """The gatherings that carry the welcome mark."""
        return f"{self.base_url}/first-step"

    def sheet(self, fragment: str) -> str:
        """Where the code on a hand-over sheet leads. What follows the # stays on the reader's phone."""
        return f"{self.base_url}/s/#{fragment}"

    def answer_first_step(self, token: str) -> str:
        """Where a host says whether the welcome mark may stand on her gathering."""
        return f"{self.base_url}/first-step/answer/{token}"

    def confirm_post(self, token: str) -> str:
        """Where a poster confirms the mail address behind a post."""
        return f"{self.base_url}/post/confirm/{token}"

    def sign_in(self, token: str) -> str:
        """Where a mailed sign-in link leads."""
        return f"{self.base_url}/sign-in/{token}"

    def new_address(self, token: str) -> str:
        """Where the link leads that proves a new mail address."""
        return f"{self.base_url}/my/address/{token}"

    def manage(self, public_id: str) -> str:
        """Where a host changes a gathering and its dates."""
        return f"{self.base_url}/my/{public_id}"

    def claim(self) -> str:
        """Where a host makes a gathering her own with the code from its receipt."""
        return f"{self.base_url}/my/claim"

    def still(self, token: str) -> str:
        """Where a host answers whether her gatherings still run."""
        return f"{self.base_url}/still/{token}"

    def desk_item(self, public_id: str) -> str:
        """Where an editor reads and confirms a gathering."""
        return f"{self.base_url}/desk/{public_id}"

"""The data sets of the city: each form of `config/opendata/` is one, with its columns, their dictionary and its history."""

from dataclasses import dataclass
from typing import Any

from idobata.opendata.place_profiles import PLACE_PROFILES
from idobata.opendata.profile_files import Profile
from idobata.opendata.profiles import PROFILES

GATHERINGS, PLACES = "gatherings", "places"


@dataclass(frozen=True, slots=True)
class DataSet:
    """A form as a data set. `stem` stands in its address, `name` in commands."""

    kind: str
    profile: Profile[Any]

    @property
    def stem(self) -> str:
        """What it is called in addresses."""
        return self.profile.stem

    @property
    def name(self) -> str:
        """What it is called in commands."""
        return self.profile.name

    @property
    def label(self) -> str:
        """What it is called in Japanese."""
        return self.profile.label


DATA_SETS: tuple[DataSet, ...] = (
    *(DataSet(GATHERINGS, one) for one in PROFILES),
    *(DataSet(PLACES, one) for one in PLACE_PROFILES),
)


def data_set(stem: str) -> DataSet | None:
    """The data set at an address."""
    return next((one for one in DATA_SETS if one.stem == stem), None)

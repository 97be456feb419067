"""A gathering at somebody's home: whom its host tells where exactly it is."""

from enum import StrEnum

from idobata.kernel.words import N_


class Telling(StrEnum):
    """Who is told where exactly it is."""

    ASKED = "asked"
    SIGNED_UP = "signed_up"


# Behind the area, on the town's page.
TELLING_WORDS: dict[Telling, str] = {
    Telling.ASKED: N_("%(area)sです。くわしい場所は、主催の方にたずねてください。"),
    Telling.SIGNED_UP: N_("%(area)sです。くわしい場所は、申し込んだ人にお知らせします。"),
}

"""Posting for somebody who sent paper or called: where it came from."""

from enum import StrEnum

from idobata.kernel.words import N_


class Source(StrEnum):
    """How the host's words reached the city."""

    PAPER = "paper"
    PHONE = "phone"
    DESK = "desk"


SOURCE_WORDS: dict[Source, str] = {
    Source.PAPER: N_("紙で"),
    Source.PHONE: N_("電話で"),
    Source.DESK: N_("窓口で"),
}
HOST_LIMITS = {"host_phone": 40, "host_address": 150, "host_email": 254}

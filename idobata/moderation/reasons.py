"""Why somebody reports a gathering, and what becomes of it."""

from enum import StrEnum

from idobata.kernel.words import N_


class Reason(StrEnum):
    """What is wrong with it, as a reader sees it."""

    WRONG = "wrong"
    ENDED = "ended"
    SOLICITATION = "solicitation"
    UNSAFE = "unsafe"
    OTHER = "other"


class Outcome(StrEnum):
    """How a case ended. UNFOUNDED counts against those who report falsely again and again."""

    MENDED = "mended"
    TAKEN_DOWN = "taken_down"
    FINE = "fine"
    UNFOUNDED = "unfounded"


# What a host can mend herself: about these she is asked kindly.
ASKABLE = frozenset({Reason.WRONG, Reason.ENDED})

REASON_WORDS: dict[Reason, str] = {
    Reason.WRONG: N_("書いてあることがちがっている"),
    Reason.ENDED: N_("もう終わっている・やっていない"),
    Reason.SOLICITATION: N_("勧誘や販売があった"),
    Reason.UNSAFE: N_("あぶない・こわい思いをした"),
    Reason.OTHER: N_("そのほか"),
}

OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.MENDED: N_("直してもらいました"),
    Outcome.TAKEN_DOWN: N_("掲載を止めました"),
    Outcome.FINE: N_("たしかめて、このままにしました"),
    Outcome.UNFOUNDED: N_("書かれたようなことはありませんでした"),
}

# What the reporter reads. A mail, so Japanese only.
OUTCOME_REPLIES: dict[Outcome, str] = {
    Outcome.MENDED: "おかげで、ページの内容を直すことができました。",
    Outcome.TAKEN_DOWN: "内容をたしかめて、この集まりの掲載を止めました。",
    Outcome.FINE: "内容をたしかめました。このまま掲載をつづけます。",
    Outcome.UNFOUNDED: "内容をたしかめましたが、お知らせのようなことは見つかりませんでした。",
}

# So many closed cases without anything in them, and somebody's next reports are read after those of others.
UNFOUNDED_MOST = 3
WORDS_LIMIT = 1000


def is_muted(unfounded: int) -> bool:
    """True when somebody has reported so often without cause that the next report is read last."""
    return unfounded >= UNFOUNDED_MOST

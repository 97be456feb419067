"""The kinds of channels are the same in the settings and in the program."""

from idobata.kernel.settings_rules import CHANNELS, COUNTED_IN_PIECES
from idobata.reposts.channels import UNITS, ChannelKind, Unit


def test_settings_know_the_same_kinds() -> None:
    assert tuple(CHANNELS) != ()
    assert set(CHANNELS) == {str(kind) for kind in ChannelKind} == set(UNITS)


def test_what_is_counted_in_pieces_needs_their_width() -> None:
    assert set(COUNTED_IN_PIECES) == {kind for kind, unit in UNITS.items() if unit in (Unit.ROWS, Unit.SECONDS)}

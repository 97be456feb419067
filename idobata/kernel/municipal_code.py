"""全国地方公共団体コード: the six digits every Japanese municipality has, the last of them a check digit."""

import re

_WEIGHTS = (6, 5, 4, 3, 2)
_SIX_DIGITS = re.compile(r"[0-9]{6}")


def check_digit(five_digits: str) -> str:
    """The check digit that belongs behind `five_digits`. ValueError when these are not five ASCII digits."""
    if not re.fullmatch(r"[0-9]{5}", five_digits):
        raise ValueError("five digits are needed")
    total = sum(int(digit) * weight for digit, weight in zip(five_digits, _WEIGHTS, strict=True))
    return str((11 - total % 11) % 10)


def is_municipal_code(text: str) -> bool:
    """True when `text` is six ASCII digits and the last one checks the others. Says nothing about whether it is assigned."""
    return _SIX_DIGITS.fullmatch(text) is not None and check_digit(text[:5]) == text[5]

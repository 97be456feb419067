"""Browsers in plain words."""

import pytest

from idobata.accounts.devices import device_words

MOZILLA = "Mozilla/5.0 "


@pytest.mark.parametrize(
    "told, words",
    [
        (MOZILLA + "(Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox・Windows"),
        (MOZILLA + "(Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge・Windows"),
        (
            MOZILLA + "(Linux; Android 15; Pixel) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
            "Chrome・Android",
        ),
        (MOZILLA + "(iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1", "Safari・iPhone"),
        (MOZILLA + "(iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Mobile Safari/604.1 Line/15.0", "LINE・iPhone"),
        (MOZILLA + "(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18.0 Safari/605.1.15", "Safari・Mac"),
        ("curl/8.0 <script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_family_and_system_and_nothing_else(told: str, words: str) -> None:
    assert device_words(told) == words


def test_a_line_without_end_is_quick_and_says_nothing() -> None:
    assert device_words("x" * 1_000_000 + "Firefox/1") == ""

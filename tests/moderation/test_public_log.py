"""The public log as a rule: which deeds count, as what, in which month."""

from datetime import date

from idobata.moderation.public_log import ACT_WORDS, COUNTED, LogRow, months


def test_deeds_are_counted_by_month_act_and_rule_and_the_latest_month_comes_first() -> None:
    found = months(
        [
            (date(2026, 11, 30), "desk.returned", {"code": "commercial"}),
            (date(2026, 11, 1), "desk.returned", {"code": "commercial"}),
            (date(2026, 10, 31), "desk.withdrawn", {"code": "law"}),
            (date(2026, 11, 3), "moderation.refused_many", {"code": "commercial", "count": 1000, "ids": ["a"]}),
            (date(2026, 11, 4), "report.closed", {"outcome": "fine", "count": 2, "reasons": ["wrong"]}),
            (date(2026, 11, 5), "gathering.changed", {"fields": ["title"]}),
        ]
    )
    assert [month.first for month in found] == [date(2026, 11, 1), date(2026, 10, 1)]
    assert found[0].rows == (
        LogRow("returned", "commercial", 2),
        LogRow("refused", "commercial", 1000),
        LogRow("reports", "fine", 2),
    )
    assert found[1].rows == (LogRow("hidden", "law", 1),)


def test_every_counted_act_has_words() -> None:
    assert set(COUNTED.values()) == set(ACT_WORDS)

"""The demo town shows reports that wait, an appeal, a wave that was refused, and a public log of some months."""

from flask import Flask

from idobata.demo.seeding_actions import seed_town
from idobata.kernel.settings import Settings
from idobata.moderation.log_queries import public_log
from idobata.moderation.queries import open_appeals, open_cases
from idobata.moderation.wave_queries import newcomers_waiting, recent_sweeps
from idobata.store.deeds import verify
from tests.harness.inspecting_client import InspectingClient


def test_two_cases_an_appeal_a_wave_and_a_log_of_months(app: Flask, inside: None, settings: Settings, client: InspectingClient) -> None:
    seed_town(settings)
    assert [[(str(reason), count) for reason, count in one.reasons] for one in open_cases()] == [[("wrong", 2)], [("solicitation", 1)]]
    assert [one.appeal.code for one in open_appeals(None)] == ["commercial"]
    assert [sweep.count for sweep in recent_sweeps()] == [6]
    assert not any("万円" in post.title for post in newcomers_waiting())
    assert len(public_log(settings)) >= 3
    assert "説明会事務局" not in client.get("/gatherings?q=説明会").text
    assert verify().broken_id is None

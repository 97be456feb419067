"""The demo town shows a change that waits and one that everybody is told of."""

from flask import Flask

from idobata.demo.seeding_actions import seed_town
from idobata.desk.change_queries import waiting_changes
from idobata.kernel.settings import Settings
from tests.harness.inspecting_client import InspectingClient


def test_one_change_waits_and_one_is_told(app: Flask, inside: None, settings: Settings, client: InspectingClient) -> None:
    seed_town(settings)
    waiting = waiting_changes()
    (one,) = waiting.rows
    assert one.gathering.title == "手であいさつ、声なしの30分"
    assert "変更を確認しています" in client.get(f"/gatherings/{one.gathering.public_id}").text
    assert "時間が変わりました" in client.get("/gatherings?q=銭湯").text

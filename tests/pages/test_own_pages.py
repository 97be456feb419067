"""probe"""
from tests.harness.inspecting_client import InspectingClient

def test_home(client: InspectingClient, town) -> None:
    town.published()
    r = client.get("/")
    assert r.status_code == 200
    assert client.get("/gatherings").status_code == 200

def test_home2(client: InspectingClient, town) -> None:
    town.published()
    r = client.get("/")
    assert r.status_code == 200
def test_home3(client: InspectingClient, town) -> None:
    town.published()

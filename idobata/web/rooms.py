"""What views take from the app they run in: the city's settings."""

from flask import current_app

from idobata.kernel.addresses import Addresses
from idobata.kernel.settings import Settings

SETTINGS = "idobata_settings"
ASSETS = "idobata_assets"
WORKER = "idobata_worker"


def city_settings() -> Settings:
    """The settings of the running site."""
    settings: Settings = current_app.extensions[SETTINGS]
    return settings


def addresses() -> Addresses:
    """Absolute addresses of the running site, from its configured base URL and never from the request."""
    return Addresses(city_settings().machine.base_url)

"""The town for embeds: on SQLite, because pages do not know which database lies below them and the lists are tested on both."""

import pytest


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """SQLite alone."""
    return sqlite_database_url

"""What is set on the machine of whoever runs the tests must not reach the tests; and tests may press faster than people."""

import os
import re
from collections.abc import Iterator

import pytest

# The house's own settings, libpq's defaults, and proxies that would stand between a test and its own server.
_FOREIGN = re.compile(r"IDOBATA_\w+|PG(?!_BIN$)[A-Z]+|FLASK_\w+|(https?|all|ftp)_proxy", re.IGNORECASE)


def pytest_configure() -> None:
    """Forget them before anything of the house is imported."""
    for name in [name for name in os.environ if _FOREIGN.fullmatch(name)]:
        del os.environ[name]
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"


@pytest.fixture(autouse=True, scope="session")
def _tests_write_fast() -> Iterator[None]:
    """Let a form be sent the moment it was opened. Tests of that guard set its seconds again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("idobata.web.form_guards.SHORTEST_SECONDS", 0)
        yield

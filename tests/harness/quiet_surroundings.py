"""What is set on the machine of whoever runs the tests must not reach the tests."""

import os
import re

# The house's own settings, libpq's defaults, and proxies that would stand between a test and its own server.
_FOREIGN = re.compile(r"IDOBATA_\w+|PG(?!_BIN$)[A-Z]+|FLASK_\w+|(https?|all|ftp)_proxy", re.IGNORECASE)


def pytest_configure() -> None:
    """Forget them before anything of the house is imported."""
    for name in [name for name in os.environ if _FOREIGN.fullmatch(name)]:
        del os.environ[name]
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"

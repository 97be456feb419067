"""What every test of the house stands on. The parts are in tests/harness."""

import os

from hypothesis import HealthCheck, settings

from idobata.bootstrap.start import nothing_may_be_missing

pytest_plugins = [
    "tests.harness.quiet_surroundings",
    "tests.harness.missing",
    "tests.harness.side_by_side",
    "tests.harness.network",
    "tests.harness.scratch",
    "tests.harness.postgres",
    "tests.harness.databases",
    "tests.harness.browser",
    "tests.harness.made_once",
    "tests.harness.site",
    "tests.harness.served_site",
    "tests.harness.npm_peers",
]

# A busy machine is no failure, and CI repeats what a developer saw.
PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("house", **PATIENT)
settings.register_profile("ci", **PATIENT, derandomize=True, print_blob=True)
settings.load_profile("ci" if nothing_may_be_missing(os.environ) else "house")

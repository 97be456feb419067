"""When a tool cannot be had: CI fails, other machines skip and say at the end what was not run and why."""

from collections import Counter
from collections.abc import Generator, Iterable
from typing import NoReturn

import pytest

from idobata.bootstrap.start import nothing_may_be_missing


def cannot_be_had(reason: str) -> NoReturn:
    """Give up the test that asked for a tool. `reason` completes "not run, because …"."""
    if nothing_may_be_missing():
        pytest.fail(f"with CI=true nothing may be missing, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn every skip, whoever asked for it, into a failure where nothing may be skipped."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and nothing_may_be_missing():
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped ({reason_of(report)}), and with CI=true nothing may be"
    return report


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why a test was skipped, without pytest's own prefix."""
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return said.removeprefix("Skipped: ")


def not_run(reasons: Iterable[str]) -> list[str]:
    """The lines for the end of the run."""
    return [f"not run: {count} {'test' if count == 1 else 'tests'}, because {reason}" for reason, count in sorted(Counter(reasons).items())]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what this run has not shown."""
    lines = not_run(reason_of(report) for report in terminalreporter.stats.get("skipped", []))
    if lines:
        terminalreporter.section("not run", sep="=", yellow=True)
        for line in lines:
            terminalreporter.line(line)

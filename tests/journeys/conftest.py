"""Browsers for the people of a story, on one served town for each module."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.harness.served_site import ServedSite
from tests.journeys.visitors import Visitors


@pytest.fixture
def visitors(browser: Browser, served_site: ServedSite, browser_context_args: dict[str, Any]) -> Iterator[Visitors]:
    """The people of one story. When it ends, nothing may have gone wrong on any page they saw."""
    people = Visitors(browser, served_site, browser_context_args)
    yield people
    faults = people.leave()
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="module")
def staying(browser: Browser, served_site: ServedSite, browser_context_args: dict[str, Any]) -> Iterator[Visitors]:
    """People who stay for all the tests of a module. Nothing may have gone wrong on any page they saw."""
    people = Visitors(browser, served_site, browser_context_args)
    yield people
    faults = people.leave()
    assert not faults, "\n".join(faults)

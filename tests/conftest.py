"""Settings that every test shares.

The laws are tested with the same examples on every machine, so that a red run can be repeated by anybody.
To hunt for new counter-examples: `pytest --hypothesis-profile hunt`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect, sync_playwright

from tests.feed.brokers import version
from tests.skips import OnlyAllowedSkips
from tests.web.browsing import CHROMIUM, PATIENCE_MS

# A slow machine is no failure, so no deadline, neither for an example nor for drawing it.
SLOW = (HealthCheck.too_slow,)
settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=SLOW, database=None, print_blob=True
)
settings.register_profile("hunt", max_examples=2_000, deadline=None, suppress_health_check=SLOW, print_blob=True)
settings.load_profile("ci")


def pytest_report_header() -> str:
    """Say which broker the tests of the feed talk to."""
    return f"broker: {version()}"


def pytest_configure(config: pytest.Config) -> None:
    """Let no test be skipped for a reason that is not on the list."""
    config.pluginmanager.register(OnlyAllowedSkips(), "only-allowed-skips")


# What these reach is not counted as covered: each line has an example of its own elsewhere, and the tracer makes what
# runs for long (drawn streets, fuzz, kills, thousands of permits) three times as slow. They run by themselves: once
# there was a tracer in a process, Python 3.11 stays slow also where it is taken away.
UNCOUNTED = tuple(
    Path(__file__).parent / each
    for each in (
        *("laws", "mutation", "lab", "pains", "architecture", "docs", "footage", "golden"),
        *("config/test_any_text.py", "feed/test_contract.py", "app/agent/test_power_cuts.py"),
        *("app/speak/test_warnings_matrix.py", "app/live/test_in_trouble.py", "app/live/test_fault_matrix.py"),
    )
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs for long in these folders."""
    for item in items:
        if any(item.path.is_relative_to(each) for each in UNCOUNTED):
            item.add_marker(pytest.mark.uncounted)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window; one for all tests of a process, which can have no more."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: apt-get install chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()

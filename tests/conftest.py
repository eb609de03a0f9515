"""Settings that every test shares.

The laws are tested with the same examples on every machine, so that a red run can be repeated by anybody.
To hunt for new counter-examples: `pytest --hypothesis-profile hunt`.
"""

from hypothesis import settings

from tests.feed.brokers import version

# A slow machine is no failure, so no deadline.
settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile("hunt", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile("ci")


def pytest_report_header() -> str:
    """Say which broker the tests of the feed talk to."""
    return f"broker: {version()}"

"""Which tests may be skipped, and why. Any other skip fails the run: it would hide a missing install step."""

from __future__ import annotations

import re
from typing import Final

import pytest

ALLOWED: Final = tuple(
    re.compile(reason)
    for reason in (
        # needs what is never installed for the agent's own tests
        r"training is not installed here",
        r"the labelled pictures are not here",
        r"the footage is not here",
        r"the ultralytics tool is not installed",
        r"the openvino extra is not installed",
        r"the voice-natural extra is not installed",
        r"GStreamer's RTSP server: ",
        r"no /usr/bin/python3",
        r"needs aplay",
        r"systemd is not installed here",
        # needs another user, file system or network than this machine gives
        r"root may write every(thing|where)",
        r"a file system can be mounted by root alone",
        r"no IPv6 here",
        # a browser, a broker and checkers, which CI installs where packages of Debian and npm can be had
        r"there is no /usr/bin/chromium",
        r"promtool is not installed",
        r"the checkers of the pages' JavaScript are not installed",
        r"the embedded broker speaks no TLS",
        r"the embedded broker's memory ends with it",
        r"the embedded broker keeps no session of a worker",
    )
)


def is_allowed(reason: str) -> bool:
    """Whether a test may be skipped for this reason."""
    return any(allowed.search(reason) for allowed in ALLOWED)


class OnlyAllowedSkips:
    """Fails a run in which a test was skipped for a reason that is not on the list."""

    def __init__(self) -> None:
        self._others: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Look at one test's skip."""
        self._look_at(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Look at a whole file's skip."""
        self._look_at(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the run; a worker leaves that to the process that collects the reports."""
        if self._others and not hasattr(session.config, "workerinput") and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name them."""
        for other in self._others:
            terminalreporter.write_line(f"skipped, and not on the list in tests/skips.py: {other}", red=True)

    def _look_at(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        expected_failure = hasattr(report, "wasxfail")
        if report.skipped and not expected_failure and isinstance(report.longrepr, tuple):
            reason = str(report.longrepr[2])
            if not is_allowed(reason):
                self._others.append(f"{report.nodeid}: {reason}")

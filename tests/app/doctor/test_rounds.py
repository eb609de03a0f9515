"""The whole round: every thing once, on one page."""

from __future__ import annotations

from pathlib import Path

from edge_agent.app.doctor.findings import Condition
from edge_agent.app.doctor.rounds import examine
from tests.cli.streets import street
from tests.clocks import SimulatedClock
from tests.config.samples import SITE, write_site


def test_everything_is_looked_at_once(tmp_path: Path) -> None:
    """On a site that is in order, all is in order."""
    verdicts = {each.check: each.verdict for each in examine(street(tmp_path), SimulatedClock())}
    assert list(verdicts) == [
        *("configuration", "clock", "disk", "state", "model", "camera c1", "broker", "voice", "speaker files", "agent")
    ]
    assert set(verdicts.values()) == {Condition.OK}


def test_a_site_that_cannot_be_read_is_all_there_is_to_say(tmp_path: Path) -> None:
    """The first problem, and how many more."""
    text = SITE.replace("Asia/Shanghai", "Mars/Olympus").replace("box-01", "box 01")
    (finding,) = examine(write_site(tmp_path, site=text))
    assert finding.verdict is Condition.FAIL
    assert "site.yaml:2:8 agent" in finding.said
    assert "(and 1 more)" in finding.said
    assert finding.todo == "edge-agent check names every problem"


def test_what_is_missing_does_not_hide_the_rest(tmp_path: Path) -> None:
    """Neither model nor film: three findings, and the broker and the voice are still tried."""
    verdicts = {each.check: each.verdict for each in examine(write_site(tmp_path), SimulatedClock())}
    failed = {check for check, verdict in verdicts.items() if verdict is Condition.FAIL}
    assert failed == {"configuration", "model", "camera c1"}
    assert verdicts["broker"] is Condition.OK

"""`edge-agent stats`: who put it right, read from the state of an agent that has run or runs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.store import SqliteStore
from edge_agent.core.effects import PublishIncident
from edge_agent.core.feed.incidents import Happening, ReviewStatus
from edge_agent.core.incident.world import World
from tests.adapters.store.test_outcomes import story
from tests.cli.streets import done, typed
from tests.config.samples import write_site

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.core.feed.incidents import IncidentEvent


def remembered(folder: Path, *waiting_event: IncidentEvent) -> Path:
    """A site whose agent has told these events; returns the site file."""
    store = SqliteStore(folder / "state" / "agent.db")
    effects = tuple(PublishIncident(event) for event in waiting_event)
    store.commit(World(camera="c1", at=waiting_event[-1].at), (), effects)
    store.close()
    return write_site(folder)


def test_a_person_reads_a_table(tmp_path: Path) -> None:
    """One row for all, one a zone, a kind and an hour."""
    output = done("stats", remembered(tmp_path, *story().events))
    rows = [
        [cell.strip() for cell in line.strip("│").split("│")] for line in output.splitlines() if line.startswith("│")
    ]
    assert rows[0] == ["all", "1", "0", "0%", "100%", "0", "100%", "10s"]
    assert [row[0] for row in rows[1:3]] == ["z", "illegal_parking"]
    assert rows[3][0].endswith(":00")


def test_reviews_are_in_the_table_where_there_are_any(tmp_path: Path) -> None:
    """With the share of the rejected and its interval; without a review there is no such table."""
    first = story().events[-1]
    events = (
        replace(first, incident="i-1", review=ReviewStatus.CONFIRMED),
        replace(first, incident="i-2", type=Happening.CANCELLED, verb="reject", reason="not_there"),
        replace(first, incident="i-3", type=Happening.CANCELLED, review=ReviewStatus.UNANSWERED, reason="unreviewed"),
    )
    output = done("stats", remembered(tmp_path, *events), "--lang", "zh-CN")
    assert "审核属实" in output
    rows = [
        [cell.strip() for cell in line.strip("│").split("│")] for line in output.splitlines() if line.startswith("│")
    ]
    assert [row for row in rows if row[-1] == "50% (9–91)"] == [
        [name, "1", "1", "1", "50% (9–91)"] for name in ("all", "z", "illegal_parking")
    ]
    assert "judged" not in done("stats", remembered(tmp_path / "other", *story().events))


def test_a_machine_reads_one_object(tmp_path: Path) -> None:
    """With the same counts."""
    document = json.loads(done("stats", remembered(tmp_path, *story().events), "--json"))
    assert document["zone"]["z"]["corrected"] == document["all"]["all"]["corrected"] == 1


def test_only_what_opened_since_is_counted(tmp_path: Path) -> None:
    """By the system's clock."""
    an_hour_ago = SystemClock().now() - timedelta(hours=1)
    site = remembered(tmp_path, replace(story().events[-1], opened=an_hour_ago))
    assert "100%" in done("stats", site, "--since", "2h")
    assert done("stats", site, "--since", "30m") == "No incidents.\n"


def test_an_agent_at_work_is_not_disturbed(tmp_path: Path) -> None:
    """It holds its state; reading needs no leave."""
    site = remembered(tmp_path, *story().events)
    store = SqliteStore(tmp_path / "state" / "agent.db")
    assert "100%" in done("stats", site)
    store.close()


def test_another_state_can_be_read(tmp_path: Path) -> None:
    """As `run --state` writes it; one that is not there is said."""
    site = remembered(tmp_path, *story().events)
    (tmp_path / "state").rename(tmp_path / "elsewhere")
    assert "100%" in done("stats", site, "--state", tmp_path / "elsewhere")
    result = typed("stats", site)
    assert result.exit_code == 1
    assert "agent.db: found none, expected that edge-agent run has been started once" in result.output

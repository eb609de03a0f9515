"""The page on operations names every metric and every state there is, and its commands are real."""

from __future__ import annotations

import re
from typing import Final

import pytest

from edge_agent.adapters.metrics import SHAPES, Type
from edge_agent.app.agent.failings import FAILED, TOLD
from edge_agent.app.agent.full_disk import STATE
from edge_agent.app.agent.live_camera import STARTING
from edge_agent.app.agent.upkeep import LOST as DATABASE
from edge_agent.app.feed.notices import Notice
from edge_agent.app.health.instructions import STATE as INSTRUCTIONS
from edge_agent.app.health.timekeeper import STATE as CLOCK
from edge_agent.cli.commands import COMMANDS
from edge_agent.config.site.service import MonitoringSettings, StorageSettings
from edge_agent.core.stream.trouble import Trouble
from edge_agent.ports import DropCause
from tests.architecture import ROOT
from tests.docs.pages import text

PAGE: Final = text("docs/operations.md")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose first column is headed so."""
    table = PAGE.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_every_metric_is_on_the_page() -> None:
    """With its type, its labels and its meaning, and no other."""
    metrics = {row[0].strip("`"): tuple(row[1:]) for row in rows("metric")}
    states = {shape for shape in SHAPES.values() if shape.type is Type.STATE}
    assert metrics == {
        shape.shown: (
            "gauge" if shape in states else shape.type.value,
            ", ".join(f"`{label}`" for label in (*shape.labels, *(["state"] if shape in states else []))) or "–",
            shape.meaning,
        )
        for shape in SHAPES.values()
    }


def test_every_cause_of_a_drop_is_on_the_page() -> None:
    """And no other."""
    assert sorted(row[0].strip("`") for row in rows("cause")) == sorted(DropCause)


def test_every_state_of_a_camera_is_on_the_page() -> None:
    """Each asks something of somebody."""
    states_listed = [row[0].strip("`") for row in rows("state of a camera")]
    assert sorted(states_listed) == sorted(["ok", STARTING, *Trouble, STATE, FAILED])


def test_every_state_of_the_agent_is_on_the_page() -> None:
    """As the upkeep and the delivery tell them."""
    states_listed = {row[0].strip("`") for row in rows("state of the agent")}
    code = (ROOT / "edge_agent" / "app" / "agent" / "upkeep.py").read_text(encoding="utf-8")
    assert states_listed == {
        *("ok", TOLD, *Notice, CLOCK, DATABASE, INSTRUCTIONS),
        *re.findall(r'"(\w+_(?:refused|needed|failed)|overloaded)"', code),
    }


def test_the_numbers_are_those_of_the_code() -> None:
    """The port, and the settings by name."""
    assert f"127.0.0.1:{MonitoringSettings().port}/metrics" in PAGE
    for name in ("limit", "keep_free", "evidence_days"):
        assert hasattr(StorageSettings(), name)
        assert f"`{name}`" in PAGE


@pytest.mark.parametrize("command", sorted(set(re.findall(r"edge-agent (\w+)\b(?=[` /])", PAGE)) & {*COMMANDS}))
def test_the_commands_exist(command: str) -> None:
    """At least those that the page is about."""
    assert command in COMMANDS


def test_the_files_it_speaks_of_exist() -> None:
    """What is to be copied is there to be copied."""
    named = set(re.findall(r"deploy/[\w.-]+\w", PAGE))
    assert named == {f"deploy/{path.name}" for path in (ROOT / "deploy").iterdir()}

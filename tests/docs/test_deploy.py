"""The files for deployment fit the program: its commands, its port, its topics, its Python."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest
from packaging.specifiers import SpecifierSet

from edge_agent.adapters.systemd import Supervisor
from edge_agent.app.agent.live import SILENCE
from edge_agent.app.agent.pages import HEALTH
from edge_agent.cli.commands import loaded
from edge_agent.config.site.service import MonitoringSettings
from tests.architecture import ROOT
from tests.docs.pages import text

UNIT: Final = text("deploy/edge-agent.service")
CONTAINER: Final = text("deploy/Containerfile")


def setting(name: str) -> str:
    """The last value of a setting of the unit."""
    return re.findall(rf"^{name}=(.*)$", UNIT, re.MULTILINE)[-1]  # type: ignore[no-any-return]


def options(words: list[str]) -> set[str]:
    """The options among the words of a command line."""
    return {word for word in words if word.startswith("--")}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """Every setting is known to it and has a value that it understands."""
    unit = tmp_path / "edge-agent.service"
    unit.write_text(UNIT.replace("/opt/edge-agent/.venv/bin/edge-agent", sys.executable))
    command = ["systemd-analyze", "verify", "--man=no", str(unit)]
    verified = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (verified.returncode, verified.stderr) == (0, "")


def test_the_commands_that_are_started_exist() -> None:
    """With the options they are given."""
    known = {option for parameter in loaded("run").params for option in parameter.opts}
    unit = setting("ExecStart").split()
    assert unit[1] == "run"
    assert options(unit) <= known
    (container,) = re.findall(r"^CMD (.*)$", CONTAINER, re.MULTILINE)
    words = re.findall(r'"([^"]*)"', container)
    assert words[0] == "run"
    assert options(words) <= known
    assert unit[2:] == words[1:]


def test_a_stuck_agent_is_seen_before_it_is_killed() -> None:
    """The beat stops after the silence, and systemd waits at least as long again; a beat is a third of its patience."""
    seconds = int(setting("WatchdogSec"))
    assert seconds >= 2 * SILENCE.total_seconds()
    told = {"NOTIFY_SOCKET": "/run/systemd/notify", "WATCHDOG_USEC": str(seconds * 1_000_000)}
    assert Supervisor(told).patience is not None


def test_the_container_is_made_of_what_there_is() -> None:
    """Its Python is one that we run on, its files exist, its health is asked where the agent answers."""
    project = tomllib.loads(text("pyproject.toml"))["project"]
    images = re.findall(r"^FROM \S+/python:(\d+\.\d+)-slim", CONTAINER, re.MULTILINE)
    assert len(images) == 2
    assert all(SpecifierSet(project["requires-python"]).contains(image) for image in images)
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", CONTAINER, re.MULTILINE)
    assert all((ROOT / name).exists() for line in copied for name in line.split())
    assert f"127.0.0.1:{MonitoringSettings().port}{HEALTH}" in CONTAINER

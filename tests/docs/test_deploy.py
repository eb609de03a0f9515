"""The files for deployment fit the program: its commands, its port, its topics, its Python."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
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


def copied() -> list[str]:
    """What the container file takes from the clone."""
    lines = re.findall(r"^COPY (?!--from)(.*) \S+$", CONTAINER, re.MULTILINE)
    return [name for line in lines for name in line.split()]


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
    environment = {"NOTIFY_SOCKET": "/run/systemd/notify", "WATCHDOG_USEC": str(seconds * 1_000_000)}
    assert Supervisor(environment).patience is not None


def test_the_container_is_made_of_what_there_is() -> None:
    """Its Python is one that we run on, its files exist, its health is asked where the agent answers."""
    project = tomllib.loads(text("pyproject.toml"))["project"]
    (image,) = re.findall(r"^ARG PYTHON=\S+/python:(\d+\.\d+)-slim", CONTAINER, re.MULTILINE)
    assert SpecifierSet(project["requires-python"]).contains(image)
    assert re.findall(r"^FROM (\S+)", CONTAINER, re.MULTILINE) == ["${PYTHON}", "${PYTHON}"]
    assert f"/lib/python{image}/site-packages/" in CONTAINER
    assert all((ROOT / name).exists() for name in copied())
    assert f"127.0.0.1:{MonitoringSettings().port}{HEALTH}" in CONTAINER


def test_the_container_gets_what_it_copies_and_nothing_else() -> None:
    """A build context with the state, secrets or git in it would carry them along."""
    first, *rest = [line for line in text(".dockerignore").splitlines() if line and not line.startswith("#")]
    assert first == "*"
    assert sorted(line.removeprefix("!") for line in rest if line.startswith("!")) == sorted(copied())


def test_a_wheel_can_be_made_of_what_the_container_copies(tmp_path: Path) -> None:
    """With the sample site and its model in it, and without the tests."""
    source = tmp_path / "src"
    for name in copied():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    built = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False, timeout=300)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    assert {"edge_agent/shipped/site.yaml", "edge_agent/shipped/demo.yaml"} <= set(names)
    assert "edge_agent/shipped/sample_videos/demo.policy.yaml" in names
    assert "edge_agent/shipped/models/street.onnx" in names
    assert not [name for name in names if name.startswith(("tests/", "lab/"))]


def test_the_container_is_run_by_nobody_in_particular() -> None:
    """Not by root, without pip and what makes wheels, and it is asked how it is."""
    last = CONTAINER.rpartition("FROM ${PYTHON}")[2]
    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    assert "pip uninstall --yes pip" in last
    assert "uninstall --yes hatchling" in CONTAINER
    assert "HEALTHCHECK" in last

"""The command line on real footage, in this process, with its standard output as events."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from typer.testing import CliRunner

from edge_agent.cli.commands import app

Told = dict[str, Any]  # one event of an incident, as on the feed

SITE: Final = """\
version: 1
agent: box
adcode: "320402"
timezone: Asia/Shanghai
model: {model}
cameras:
  road: {{source: {clip}, zones: zones.yaml, looks_per_second: {rate}}}
"""


def output_of(*words: str | Path) -> str:
    """What a command prints, which must succeed."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.stdout


def events_in(output: str) -> tuple[Told, ...]:
    """The lines of ``replay --json``."""
    return tuple(json.loads(line) for line in output.splitlines())


def begun(stories: Iterable[Told]) -> tuple[Told, ...]:
    """The first event of every incident."""
    firsts: dict[str, Told] = {}
    for event in stories:
        firsts.setdefault(event["incident"], event)
    return tuple(firsts.values())

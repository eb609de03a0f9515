"""A site whose camera sees a car standing in the middle of every picture, and the commands a person types for it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from typer import Typer
from typer.testing import CliRunner, Result

from edge_agent.adapters.store import SqliteStore
from edge_agent.cli.commands import app
from edge_agent.core.incident.world import World
from edge_agent.ports import Backlog, Progress
from tests.adapters.video.test_video_file import film
from tests.config.samples import SITE, ZONES, write_site
from tests.tiny_models import save_constant

CAR: Final = np.array([[[16, 16, 48, 48, 0.9, 1]]], np.float32)  # of an input of 64x64
SECONDS: Final = 8
INFO: Final = re.compile(r"\d{4}-\d\d-\d\dT\S+ info: ")
IMPATIENT: Final = ZONES.replace("{illegal_parking: {}}", "{illegal_parking: {dwell: 5s}}")


def street(folder: Path, *, site: str = SITE, zones: str = IMPATIENT) -> Path:
    """Write everything a run needs into ``folder``; returns the site file."""
    folder.mkdir(parents=True, exist_ok=True)
    save_constant(folder / "street.onnx", CAR, metadata={"names": "{0: 'person', 1: 'car'}"})
    film(folder / "road.mp4", range(0, SECONDS * 1000, 40), options={"movflags": "faststart"})
    return write_site(folder, site=site, zones=zones)


def cut_short(whole: Path, *, tenths: int = 6) -> Path:
    """The first tenths of a file, beside it."""
    cut = whole.with_name(f"cut{whole.suffix}")
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * tenths // 10])
    return cut


def typed(*words: str | Path, command: Typer = app) -> Result:
    """What becomes of a command."""
    return CliRunner().invoke(command, [str(word) for word in words])


def done(*words: str | Path, command: Typer = app) -> str:
    """The standard output of a command that must succeed."""
    result = typed(*words, command=command)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words: str | Path, command: Typer = app) -> str:
    """The one sentence with which a command must be refused: no traceback, and a non-zero exit; its log aside."""
    result = typed(*words, command=command)
    assert isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code != 0, result.output
    (sentence,) = (line for line in result.stderr.splitlines() if not INFO.match(line))
    return sentence


def events_in_output(output: str) -> list[dict[str, Any]]:
    """The lines of ``replay --json``."""
    return [json.loads(line) for line in output.splitlines()]


@dataclass(frozen=True, slots=True)
class Stored:
    """What a box remembers of its camera and its messages."""

    world: World | None
    progress: Progress
    backlog: Backlog

    @property
    def held(self) -> tuple[World | None, Progress, int, int, int]:
        """All of it, but for which of the messages the broker has: a start sends what it has just taken once more."""
        backlog = self.backlog
        return self.world, self.progress, backlog.messages + backlog.taken, backlog.warnings, backlog.work_orders


def stored(folder: Path) -> Stored:
    """What lies in the state of the site in ``folder``."""
    store = SqliteStore(folder / "state" / "agent.db")
    try:
        return Stored(store.load("c1"), store.progress("c1"), store.backlog())
    finally:
        store.close()

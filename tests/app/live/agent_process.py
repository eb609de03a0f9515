"""The real agent in a process of its own, before a real RTSP camera and a network that breaks; read by its database."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from edge_agent.adapters.clock import SystemClock
from tests.tiny_models import save_constant

if TYPE_CHECKING:
    from types import TracebackType

CAR: Final = np.array([[[16, 24, 48, 40, 0.9, 1]]], np.float32)  # of an input of 64x64, letterboxed
POLL_S: Final = 0.1
PATIENCE_S: Final = 120.0  # a loaded machine is slow, and no failure
SITE: Final = """\
version: 1
agent: box-01
adcode: "320402"
timezone: Asia/Shanghai
model: street.onnx
state: state/
broker: embedded
speakers: {{files: {{driver: files, folder: warnings/}}}}
monitoring: {{port: 0}}
cameras:
  c1: {{source: '{url}', zones: c1.yaml}}
"""
ZONES: Final = """\
version: 1
camera: c1
zones:
  - id: kerb
    polygon: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
    kinds:
      illegal_parking: {dwell: 6s, interval: 6s, warnings: 2, final_grace: 5s}
"""


@dataclass(slots=True)
class Agent:
    """One site, and the process that watches it while there is one."""

    folder: Path
    url: str
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        """Write the site: a model that sees a car in the middle of whatever it is shown."""
        self.folder.mkdir(parents=True, exist_ok=True)
        save_constant(self.folder / "street.onnx", CAR, metadata={"names": "{0: 'person', 1: 'car'}"})
        (self.folder / "site.yaml").write_text(SITE.format(url=self.url))
        (self.folder / "c1.yaml").write_text(ZONES)

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave no process behind."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def also_watches(self, more: dict[str, str]) -> None:
        """More cameras, each with its address and a zone like the first one's."""
        site = self.folder / "site.yaml"
        for name, url in more.items():
            site.write_text(site.read_text() + f"  {name}: {{source: '{url}', zones: {name}.yaml}}\n")
            (self.folder / f"{name}.yaml").write_text(ZONES.replace("c1", name).replace("kerb", f"kerb-{name}"))

    def start(self) -> None:
        """Begin to watch."""
        with (self.folder / "agent.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "edge_agent", "run", str(self.folder / "site.yaml")], stdout=log, stderr=log
            )

    def end(self, how: signal.Signals) -> int:
        """Signal it, and say how it ended."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)

    def waits_for(self, what: Callable[[list[tuple[str, str]]], bool]) -> None:
        """Let it run until what it has told the centre is so."""
        assert self.process is not None
        for _ in range(round(PATIENCE_S / POLL_S)):
            if what(self.happenings):
                return
            assert self.process.poll() is None, (self.folder / "agent.log").read_text()
            SystemClock().sleep(POLL_S)
        raise AssertionError(self.happenings)

    @property
    def happenings(self) -> list[tuple[str, str]]:
        """What the centre was told: events of incidents with their id, and states of the camera."""
        return [text for message in self.messages() if (text := _happening(message)) is not None]

    @property
    def own_states(self) -> list[str]:
        """What the agent told of itself."""
        return [message["data"]["state"] for message in self.messages("agent.health")]

    def messages(self, kind: str = "") -> list[dict[str, Any]]:
        """Every message for the centre whose type begins so, in order."""
        database = self.folder / "state" / "agent.db"
        if not database.exists():
            return []
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'outbox'").fetchall():
                return []  # it is being made
            rows = connection.execute("SELECT payload FROM outbox ORDER BY position").fetchall()
        return [message for row in rows if (message := json.loads(row[0]))["type"].startswith(kind)]


def _happening(message: dict[str, Any]) -> tuple[str, str] | None:
    happened, data = str(message["type"]), message["data"]
    if happened == "camera.health":
        return "health", data["state"]
    if not happened.startswith("incident."):
        return None
    number = "" if data.get("n") is None else f" {data['n']}"
    return happened.removeprefix("incident.") + number, message["subject"]

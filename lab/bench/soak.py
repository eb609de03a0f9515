"""The soak: four cameras over RTSP through a network that breaks every twenty seconds, and what becomes of the agent.

    .venv/bin/python -m lab.bench.soak --minutes 30

The agent is the real process. Each camera shows a car for 70 s, then an empty street for 50 s, and so on; every twenty
seconds the next camera misbehaves for twelve (a seeded draw from all kinds). Prints a table; exits with 1 where memory
grew, something leaked, or an incident was lost, invented or doubled.
"""

from __future__ import annotations

import argparse
import json
import random  # noqa: TID251 - a seeded draw, in a bench
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.clock import SystemClock, counter_ns
from lab.bench import soak_street
from tests.cameras.fault_proxy import FaultProxy
from tests.cameras.faults import Corrupt, Cut, Delay, Drop, Fault, Pass, Refuse, Stall, Throttle
from tests.cameras.server import HOST, CameraServer

if TYPE_CHECKING:
    from collections.abc import Mapping

CAMERAS: Final = ("c1", "c2", "c3", "c4")
PERIOD_S: Final = 120.0
SHOWN: Final = (20.0, 90.0)  # of each period a car stands there
APART_S: Final = 30.0  # one camera's period begins so much after the one before
FAULT_EVERY_S: Final = 20.0
FAULT_LASTS_S: Final = 12.0
SAMPLE_S: Final = 10.0
TURN_S: Final = 0.25
SETTLED_S: Final = 300.0
WINDOW_S: Final = 60.0  # of samples, whose median is compared
MOST_GROWTH: Final = 0.05
MOST_LEAKED: Final = 2  # more threads or files than this are a leak; a connection being made has some
SEEN_LATE: Final = timedelta(seconds=5)
PATIENCE_S: Final = 30.0
NETWORK: Final[Mapping[str, Fault]] = {
    "cut": Cut(),
    "refused": Refuse(),
    "stalled": Stall(),
    "delayed": Delay(2.0),
    "throttled": Throttle(6_000),
    "dropped": Drop(7),
    "corrupted": Corrupt(7),
}
VIEWS: Final = ("frozen", "dark", "blinded", "turned", "small")
SITE: Final = """\
version: 1
agent: soak
adcode: "320402"
timezone: Asia/Shanghai
model: red.onnx
state: state/
broker: embedded
speakers: {{files: {{driver: files, folder: warnings/}}}}
monitoring: {{port: {port}}}
cameras:
{cameras}
"""
ZONE: Final = """\
version: 1
camera: {camera}
zones:
  - id: kerb-{camera}
    polygon: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
    kinds:
      illegal_parking: {{dwell: 10s, interval: 15s, final_grace: 15s, leave_grace: 10s, return_window: 1s}}
"""


@dataclass(slots=True)
class SoakCamera:
    """One camera: the network before it, what it shows, and when a car stood there."""

    name: str
    proxy: FaultProxy
    ports: Mapping[tuple[bool, str], int]
    offset_s: float
    fault: str = ""
    showing: tuple[bool, str] = (False, "")
    stands: list[tuple[datetime, datetime]] = field(default_factory=list)
    came: datetime | None = None

    def turn(self, second: float, fault: str, *, last: float) -> None:
        """Show and break what is due at this second; no car comes that would not leave before ``last``."""
        within = (second - self.offset_s) % PERIOD_S
        fits = second - within + SHOWN[1] < last
        car = second >= self.offset_s and SHOWN[0] <= within < SHOWN[1] and fits
        self._show(car, fault if fault in VIEWS else "")
        if fault != self.fault:
            self.fault = fault
            self.proxy.fault = NETWORK.get(fault, Pass())

    def _show(self, car: bool, view: str) -> None:  # noqa: FBT001 - one half of what is shown
        if (car, view) == self.showing:
            return
        now = SystemClock().now()
        if car and not self.showing[0]:
            self.came = now
        if self.came is not None and not car:
            self.stands.append((self.came, now))
            self.came = None
        self.showing = (car, view)
        self.proxy.target = (HOST, self.ports[self.showing])
        self.proxy.fault = Cut()
        self.proxy.fault = NETWORK.get(self.fault, Pass())


@dataclass(frozen=True, slots=True)
class Sample:
    """What the agent held at one second."""

    second: float
    rss_mb: float
    threads: int
    files: int


def sample(pid: int, second: float) -> Sample:
    """What the kernel says of the agent."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return Sample(second, int(status["VmRSS"].split()[0]) / 1024, int(status["Threads"]), files)


def soak(folder: Path, minutes: float, seed: int) -> tuple[list[Sample], list[SoakCamera], int, Counter[str]]:
    """Run it; returns the samples, the streets with their truth, the agent's exit status, and the faults made."""
    draw, made, samples = random.Random(seed), Counter[str](), list[Sample]()
    with ExitStack() as stack:
        streets = _streets(folder, stack)
        _write_site(folder, streets)
        agent = subprocess.Popen([sys.executable, "-m", "edge_agent", "run", str(folder / "site.yaml")])
        stack.callback(agent.kill)
        begun, last, kind, number = counter_ns(), minutes * 60, "", -1
        while (second := (counter_ns() - begun) / 1e9) < last and agent.poll() is None:
            if int(second / FAULT_EVERY_S) != number:
                number, kind = int(second / FAULT_EVERY_S), draw.choice((*NETWORK, *VIEWS))
                made[kind] += 1
            broken = second % FAULT_EVERY_S < FAULT_LASTS_S and last - second > PERIOD_S / 2
            for n, street in enumerate(streets):
                street.turn(second, kind if broken and number % len(streets) == n else "", last=last - PATIENCE_S)
            if second >= len(samples) * SAMPLE_S:
                samples.append(sample(agent.pid, second))
            SystemClock().sleep(TURN_S)
        agent.terminate()
        return samples, streets, agent.wait(PATIENCE_S), made


def _streets(folder: Path, stack: ExitStack) -> list[SoakCamera]:
    ports = {}
    for car in (False, True):
        for view in ("", *VIEWS):
            shown = folder / f"{'car' if car else 'empty'}-{view or 'well'}"
            size = (320, 180) if view == "small" else (640, 360)
            soak_street.show(shown, car=car, size=size, fault=view)
            ports[car, view] = stack.enter_context(CameraServer(shown)).port
    proxies = [stack.enter_context(FaultProxy((HOST, ports[False, ""]))) for _ in CAMERAS]
    return [SoakCamera(c, p, ports, n * APART_S) for n, (c, p) in enumerate(zip(CAMERAS, proxies, strict=True))]


def _write_site(folder: Path, streets: list[SoakCamera]) -> None:
    soak_street.detector(folder / "red.onnx")
    cameras = ""
    for street in streets:
        url = f"rtsp://{HOST}:{street.proxy.port}/{soak_street.CLIP}/play_count_0/"
        cameras += f"  {street.name}: {{source: '{url}', zones: {street.name}.yaml}}\n"
        (folder / f"{street.name}.yaml").write_text(ZONE.format(camera=street.name))
    (folder / "site.yaml").write_text(SITE.format(cameras=cameras, port=0))


def opened(database: Path) -> list[tuple[str, datetime]]:
    """The camera and the second of every incident that was opened."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        events = [json.loads(row[0]) for row in connection.execute("SELECT payload FROM outbox ORDER BY position")]
    return [
        (each["data"]["camera"], datetime.fromisoformat(each["time"]))
        for each in events
        if each["type"] == "incident.opened"
    ]


def judged(streets: list[SoakCamera], openings: list[tuple[str, datetime]]) -> dict[str, int]:
    """How many cars stood there, and how many incidents were found, lost, doubled and invented."""
    counts = Counter({"cars": 0, "found": 0, "lost": 0, "doubled": 0, "invented": 0})
    for street in streets:
        mine = [at for camera, at in openings if camera == street.name]
        hits = [sum(came <= at <= gone + SEEN_LATE for at in mine) for came, gone in street.stands]
        counts["cars"] += len(hits)
        counts["found"] += sum(hit == 1 for hit in hits)
        counts["lost"] += hits.count(0)
        counts["doubled"] += sum(hit > 1 for hit in hits)
        counts["invented"] += len(mine) - sum(hits)
    return dict(counts)


def table(samples: list[Sample], counts: dict[str, int], status: int) -> bool:
    """Print what was measured; whether it is within the limits."""
    last = samples[-1].second
    settled = min(SETTLED_S, last / 3)
    early = [each for each in samples if settled <= each.second < settled + WINDOW_S]
    late = [each for each in samples if each.second > last - WINDOW_S]
    before, after = (median(each.rss_mb for each in part) for part in (early, late))
    growth = after / before - 1
    threads = median(each.threads for each in late) - median(each.threads for each in early)
    files = median(each.files for each in late) - median(each.files for each in early)
    wrong = {name: counts[name] for name in ("lost", "doubled", "invented")}
    print("| what | measured | limit |\n| --- | --- | --- |")
    print(f"| memory at {settled / 60:.0f} min, at the end | {before:.0f} MB, {after:.0f} MB | |")
    print(f"| growth in between | {growth:+.1%} | {MOST_GROWTH:.0%} |")
    print(f"| most memory | {max(each.rss_mb for each in samples):.0f} MB | |")
    print(f"| threads, more at the end | {threads:+.0f} | {MOST_LEAKED} |")
    print(f"| open files, more at the end | {files:+.0f} | {MOST_LEAKED} |")
    print(f"| cars that stood there | {counts['cars']} | |")
    print(f"| incidents found once | {counts['found']} | {counts['cars']} |")
    print("".join(f"| incidents {name} | {count} | 0 |\n" for name, count in wrong.items()), end="")
    print(f"| exit status after SIGTERM | {status} | 0 |")
    return growth <= MOST_GROWTH and max(threads, files) <= MOST_LEAKED and not any((*wrong.values(), status))


def main() -> int:
    """Soak, print, and say with the status whether it is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the state and the samples, kept afterwards")
    given = parser.parse_args()
    with TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        samples, streets, status, made = soak(folder, given.minutes, given.seed)
        print("faults: " + ", ".join(f"{count} {kind}" for kind, count in sorted(made.items())))
        lines = [
            "second,rss_mb,threads,files",
            *(f"{s.second:.0f},{s.rss_mb:.1f},{s.threads},{s.files}" for s in samples),
        ]
        (folder / "samples.csv").write_text("\n".join(lines) + "\n")
        well = table(samples, judged(streets, opened(folder / "state" / "agent.db")), status)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())

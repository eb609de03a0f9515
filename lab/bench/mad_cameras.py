"""Good cameras beside cameras gone mad: for how long was a good one not looked at?

    .venv/bin/python -m lab.bench.mad_cameras --minutes 60 --also rtsp://127.0.0.1:23610/x

The agent is the real process, and so are the connections. The mad ones are made up from ``--seed``
(``tests/cameras/fuzz_camera.py``, ``unruly_camera.py``); ``--also`` adds any others. Prints a table; exits with 1 where
the agent ended, or a good camera had no look for longer than ten seconds. Each wait beyond three is printed with the
load of the machine and the share of it that the agent had, for a wait may be the machine's.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from urllib.request import urlopen

from edge_agent.adapters.clock import SystemClock, counter_ns
from lab.bench import soak_street
from lab.bench.soak import SITE, ZONE, sample
from tests.cameras.fuzz_camera import FuzzCamera
from tests.cameras.server import CameraServer
from tests.cameras.unruly_camera import UnrulyCamera
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Mapping

GOOD: Final = ("good1", "good2", "good3")
UNRULY: Final = 5
LONGEST_S: Final = 10.0
TOLD_S: Final = 3.0
TURN_S: Final = 0.25
STARTS_S: Final = 60.0
PATIENCE_S: Final = 60.0
LOOKS: Final = re.compile(rb'^edge_agent_looks_total\{camera="(\w+)"\} (\S+)$', re.MULTILINE)
FAILURES: Final = re.compile(rb"^edge_agent_failures_total\{(.*)\} (\S+)$", re.MULTILINE)


@dataclass(slots=True)
class Watched:
    """How a good camera fared: its count of looks, when that last grew, and the longest wait."""

    looks: float = 0.0
    since: float = 0.0
    longest: float = 0.0
    waits: list[float] = field(default_factory=list)

    def heard(self, looks: float, second: float) -> float:
        """Take the count of this second; the wait that this look ended, 0 where none did."""
        if looks == self.looks:
            self.longest = max(self.longest, second - self.since)
            return 0.0
        waited, self.looks, self.since = second - self.since, looks, second
        self.longest = max(self.longest, waited)
        return waited


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the run."""

    watched: Mapping[str, Watched]
    seconds: float
    most_mb: float
    last_mb: float
    most_load: float
    status: int | None  # of the agent before it was told to stop; None where it still ran
    end: int
    ways: Counter[str]
    failures: Mapping[str, float]

    @property
    def well(self) -> bool:
        """Nothing ended, nobody was blind."""
        blind = any(each.longest > LONGEST_S or not each.looks for each in self.watched.values())
        return not blind and self.status is None and self.end == 0


def run(folder: Path, minutes: float, seed: int, also: list[str]) -> Outcome:
    """Watch the good and the mad ones for so long."""
    with ExitStack() as stack:
        good, mad, unruly = _cameras(folder, seed, stack)
        port = free_port()
        _write_site(folder, good | mad | {f"also{n}": url for n, url in enumerate(also)}, port)
        command = [sys.executable, "-m", "edge_agent", "run", str(folder / "site.yaml")]
        log = stack.enter_context((folder / "agent.log").open("wb"))
        agent = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        stack.callback(agent.kill)
        watched, page, memory, load = {name: Watched() for name in GOOD}, b"", [0.0], [0.0]
        begun, before, second = counter_ns(), 0.0, 0.0
        while second < minutes * 60 and agent.poll() is None:
            SystemClock().sleep(TURN_S)
            second = (counter_ns() - begun) / 1e9
            with suppress(OSError, KeyError):
                page = urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S).read()
            with suppress(OSError, KeyError):
                memory.append(sample(agent.pid, second).rss_mb)
            load.append(os.getloadavg()[0])
            seen = {name.decode(): float(count) for name, count in LOOKS.findall(page)}
            for name, each in watched.items():
                if second < STARTS_S and not seen.get(name):
                    each.since = second
                    continue
                if (waited := each.heard(seen.get(name, 0.0), second)) > TOLD_S:
                    each.waits.append(waited)
                    print(f"{second:8.1f} s: {name} waited {waited:.1f} s; load {load[-1]:.1f}", flush=True)
            if second - before > 300:
                before = second
                print(
                    f"{second:8.1f} s: longest {_longest(watched)}, {memory[-1]:.0f} MB, load {load[-1]:.1f}",
                    flush=True,
                )
        status = agent.poll()
        agent.terminate()
        end = agent.wait(PATIENCE_S)
        ways = sum((each.ways for each in unruly), Counter())
        failures = {labels.decode(): float(number) for labels, number in FAILURES.findall(page)}
        return Outcome(watched, second, max(memory), memory[-1], max(load), status, end, ways, failures)


def _longest(watched: Mapping[str, Watched]) -> str:
    return ", ".join(f"{each.longest:.1f}" for each in watched.values()) + " s"


def _cameras(folder: Path, seed: int, stack: ExitStack) -> tuple[dict[str, str], dict[str, str], list[UnrulyCamera]]:
    soak_street.show(folder / "shown", car=False)
    server = stack.enter_context(CameraServer(folder / "shown"))
    good = dict.fromkeys(GOOD, server.url(soak_street.CLIP))
    unruly = [stack.enter_context(UnrulyCamera(seed + n)) for n in range(UNRULY)]
    fuzz = [stack.enter_context(FuzzCamera(seed, coding=coding)) for coding in ("H264", "H265")]
    urls = [each.url for each in unruly] + [each.url for each in fuzz]
    mad = {f"mad{n}": url for n, url in enumerate(urls)}
    return good, mad, unruly


def _write_site(folder: Path, cameras: Mapping[str, str], port: int) -> None:
    soak_street.detector(folder / "red.onnx")
    lines = ""
    for name, url in cameras.items():
        lines += f"  {name}: {{source: '{url}', zones: {name}.yaml}}\n"
        (folder / f"{name}.yaml").write_text(ZONE.format(camera=name))
    (folder / "site.yaml").write_text(SITE.format(cameras=lines, port=port))


def table(outcome: Outcome) -> None:
    """Print what was measured."""
    print("| what | measured | limit |\n| --- | --- | --- |")
    print(f"| minutes | {outcome.seconds / 60:.1f} | |")
    for name, each in outcome.watched.items():
        print(f"| {name}: looks, longest without one | {each.looks:.0f}, {each.longest:.1f} s | {LONGEST_S:.0f} s |")
    print(f"| memory at the end, at most | {outcome.last_mb:.0f} MB, {outcome.most_mb:.0f} MB | |")
    print(f"| load of the machine, at most | {outcome.most_load:.1f} | |")
    print(f"| ended by itself with, after SIGTERM with | {outcome.status}, {outcome.end} | None, 0 |")
    print("| ways of the unruly | " + ", ".join(f"{way} {n}" for way, n in sorted(outcome.ways.items())) + " | |")
    print("| contained errors | " + ", ".join(f"{part} {n:.0f}" for part, n in outcome.failures.items()) + " | |")


def main() -> int:
    """Run it, print, and say with the status whether it is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--also", action="append", default=[], help="the address of a further camera that is not good")
    parser.add_argument("--keep", type=Path, help="a folder for the state and the log, kept afterwards")
    given = parser.parse_args()
    with TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        outcome = run(folder, given.minutes, given.seed, given.also)
        table(outcome)
    return 0 if outcome.well else 1


if __name__ == "__main__":
    sys.exit(main())

"""The agent against its peers: the same file, the same weights, one pinned core, in turns.

    .venv/bin/python -m lab.bench.peers --peer-python .venv-ultra/bin/python --weights <folder with yolo11n.onnx, .pt>

Each program runs in a process of its own, pinned to one core, and says what it has used since its fifth look; that it
has to start and load is left out. Prints medians and the spread.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from edge_agent.app.bench.material import full_hd

SITE = Path("site.yaml")


@dataclass(frozen=True, slots=True)
class PeerRun:
    """What one run used: milliseconds of processor time a look, megabytes at most."""

    look_ms: float
    peak_mb: float
    found: int


def main() -> None:
    """Take turns, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer-python", required=True, help="Python with ultralytics, supervision and trackers")
    parser.add_argument("--weights", type=Path, required=True, help="folder with yolo11n.onnx (384×640) and yolo11n.pt")
    parser.add_argument("--video", type=Path, default=Path("sample_videos/campus_road.mp4"))
    parser.add_argument("--seconds", type=int, default=16, help="of video in each run")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--between", type=int, default=0, help="pictures between two that they refer to; recorders: 3")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        video = Path(folder) / "full_hd.mp4"
        full_hd(given.video, video, length=timedelta(seconds=given.seconds), between=given.between)
        commands = _commands(given.peer_python, given.weights, video)
        runs: dict[str, list[PeerRun]] = {name: [] for name in commands}
        for _ in range(given.turns):
            for name, command in commands.items():
                runs[name].append(_run(command))
    _tell(runs)


def _commands(python: str, weights: Path, video: Path) -> dict[str, list[str]]:
    onnx, torch = str(weights / "yolo11n.onnx"), str(weights / "yolo11n.pt")
    track, zone = ("-m", "lab.bench.ultralytics_track"), ("-m", "lab.bench.supervision_zone")
    return {
        "edge-agent": [sys.executable, "-m", "lab.bench.ours", str(video), onnx, str(SITE)],
        "ultralytics track, ONNX": [python, *track, str(video), onnx],
        "ultralytics track, PyTorch": [python, *track, str(video), torch],
        "supervision time in zone, ONNX": [python, *zone, str(video), onnx],
        "supervision time in zone, PyTorch": [python, *zone, str(video), torch],
    }


def _run(command: list[str]) -> PeerRun:
    done = subprocess.run(["taskset", "--cpu-list", "0", *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[2]} failed:\n{done.stderr[-2000:]}")
    result = json.loads(done.stdout.strip().splitlines()[-1])
    return PeerRun(1000 * result["cpu_s"] / result["looks"], result["peak_mb"], result["found"])


def _tell(runs: dict[str, list[PeerRun]]) -> None:
    ours = runs["edge-agent"]
    print("| program | ms a look | against ours (each turn) | memory, MB | ours against it | boxes |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, all_of_it in runs.items():
        ratios = sorted(run.look_ms / own.look_ms for run, own in zip(all_of_it, ours, strict=True))
        peak, own_peak = median(run.peak_mb for run in all_of_it), median(run.peak_mb for run in ours)
        print(
            f"| {name} | {median(run.look_ms for run in all_of_it):.1f} | {median(ratios):.2f}× "
            f"({ratios[0]:.2f}–{ratios[-1]:.2f}) | {peak:.0f} | {own_peak / peak:.2f} | {all_of_it[0].found} |"
        )


if __name__ == "__main__":
    main()

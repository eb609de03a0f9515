"""What evidence costs: a crowd of cameras watched with and without it, in turn, by the processor's time.

    .venv/bin/python -m lab.bench.evidence_cost 64 --rounds 3

Each round is two programs of its own, one with pictures, clips, copies and seals as ever, one that keeps none of them.
The ratio of two programs has the noise of two; so of the first it is also told which share of its time was spent on
evidence, each call timed by its thread. With ``--between 1`` a minute goes from warning to warning, as in the other
benches, and things come and go five times as often as with the usual five.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import thread_time  # noqa: TID251 - the time of a thread is no moment
from typing import Any, Final
from unittest.mock import patch

from edge_agent.adapters.evidence.snapshots import SnapshotFolder
from edge_agent.app.bench.crowd import Span, watch_crowd
from edge_agent.app.bench.material import ROUND
from edge_agent.app.evidence.clip_copies import ClipCopies
from edge_agent.app.evidence.clip_writer import ClipWriter
from edge_agent.app.evidence.sealing import Sealer
from edge_agent.config.site.loading import load_site
from edge_agent.ports import NO_PICTURES

WITHOUT = "without"
PARTS: Final = ((SnapshotFolder, "save"), (ClipWriter, "turn"), (ClipCopies, "turn"), (Sealer, "turn"))


@contextmanager
def timed() -> Iterator[list[float]]:
    """The processor seconds of every call of a part of evidence, for the length of the block."""
    spent: list[float] = []

    def counting(work: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*words: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
            before = thread_time()
            try:
                return work(*words, **named)
            finally:
                spent.append(thread_time() - before)

        return counted

    with ExitStack() as stack:
        for owner, name in PARTS:
            stack.enter_context(patch.object(owner, name, counting(getattr(owner, name))))
        yield spent


def watched(cameras: int, seconds: int, between: int, *, evidence: bool) -> float:
    """Processor seconds a camera-minute of the agent."""
    loaded = load_site(Path("site.yaml"))
    (camera,) = loaded.cameras
    video = Path("sample_videos/campus_road.mp4")
    span = Span(measured=timedelta(seconds=seconds), between=timedelta(minutes=between))
    spent: list[float] = []
    if evidence:
        with timed() as spent:
            crowd = watch_crowd(loaded, camera, video, cameras=cameras, span=span, round_=ROUND * between)
    else:
        with (
            patch.object(SnapshotFolder, "save", lambda *_: NO_PICTURES),
            patch.object(Sealer, "turn", lambda *_: None),
            patch.object(ClipCopies, "turn", lambda *_: None),
        ):
            crowd = watch_crowd(loaded, camera, video, cameras=cameras, span=span, round_=ROUND * between)
    all_s = sum(crowd.cores_used.values()) * crowd.seconds
    figures = {"evidence": evidence, "decisions": crowd.decisions, "cores": crowd.cores_used}
    figures |= {"evidence_s": round(sum(spent), 2), "all_s": round(all_s, 1), "share": round(sum(spent) / all_s, 4)}
    print(json.dumps(figures), file=sys.stderr)
    return sum(crowd.cores_used.values()) * 60 / cameras


def main() -> None:
    """Measure, and print each pair and the ratio in the middle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cameras", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=90)
    parser.add_argument("--between", type=int, default=5, help="minutes from warning to warning")
    parser.add_argument("--only", choices=("with", WITHOUT))
    given = parser.parse_args()
    if given.only is not None:
        print(watched(given.cameras, given.seconds, given.between, evidence=given.only != WITHOUT))
        return
    ratios = []
    for number in range(given.rounds):
        order = ("with", WITHOUT) if number % 2 == 0 else (WITHOUT, "with")
        cost = {each: _apart(given, each) for each in order}
        ratios.append(cost["with"] / cost[WITHOUT])
        print(f"with {cost['with']:.3f}, without {cost[WITHOUT]:.3f} s a camera-minute: {ratios[-1]:.3f}", flush=True)
    print(f"in the middle {median(ratios):.3f}")


def _apart(given: argparse.Namespace, which: str) -> float:
    command = [
        *(sys.executable, "-m", "lab.bench.evidence_cost", str(given.cameras), "--only", which),
        *("--seconds", str(given.seconds), "--between", str(given.between)),
    ]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


if __name__ == "__main__":
    main()

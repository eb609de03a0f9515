"""The same made-up days through zone timers of other projects, judged by the same scorer.

    <python with supervision, trackers, trio-retina, pydantic, ruamel.yaml, opening-hours-py> -m lab.bench.peer_days

Each peer as it comes, and with the settings that were best for it of those tried.
"""

from __future__ import annotations

import argparse
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Final

from lab.bench.days import DayResult, Job, all_streets, jobs, keep, row, table, tallied
from lab.bench.timers import Retina, Supervision, Timer

PEERS: Final[dict[str, Supervision | Retina]] = {
    "supervision": Supervision(),
    "supervision, patient": Supervision(buffer_s=45, activation=0.25, frames=1),
    "trio-retina": Retina(),
    "trio-retina, patient": Retina(max_missed=45, exit_grace_s=45),
}
MORE: Final[dict[str, Supervision | Retina]] = {
    "supervision, 20 s": Supervision(buffer_s=20, activation=0.25, frames=1),
    "supervision, 120 s": Supervision(buffer_s=120, activation=0.25, frames=1),
    "supervision, 45 s, 3 frames": Supervision(buffer_s=45, activation=0.25, frames=3),
    "trio-retina, 20 s": Retina(max_missed=20, exit_grace_s=20),
    "trio-retina, 120 s": Retina(max_missed=120, exit_grace_s=120),
    "trio-retina, 45 s, 1 hit": Retina(max_missed=45, exit_grace_s=45, min_hits=1),
}


def main() -> None:
    """Go through the days once for each peer, and print a table each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--streets", nargs="*", default=all_streets())
    parser.add_argument("--peers", nargs="*", default=tuple(PEERS))
    parser.add_argument("--results", type=Path, help="keep what became of each day in this folder, a file a peer")
    given = parser.parse_args()
    rows = []
    for name in given.peers:
        results = _results(name, jobs(given.days, given.seed, tuple(given.streets)), given.workers, given.results)
        rows.append(row(name, results))
        print("\n".join((f"\n{name}\n", *table(results))), flush=True)
    print("\n".join(rows))


def _results(name: str, work: tuple[Job, ...], workers: int, results: Path | None) -> list[DayResult]:
    lines = []
    with Pool(workers) as pool:
        for tally in pool.imap_unordered(partial(one, name), work):
            lines.append(tally)
            if results is not None:
                keep(results / f"{name.replace(' ', '_').replace(',', '')}.jsonl", tally)
    return lines


def one(name: str, job: Job) -> DayResult:
    """One day."""
    return tallied(job, Timer({**PEERS, **MORE}[name]))


if __name__ == "__main__":
    main()

"""Made-up camera-days against their truth: what the agent's rules make of 85 looks of 100.

    .venv/bin/python -m lab.bench.simulated_days --days 200 --workers 2 --results <file>

The days are shared out among the streets of ``lab/bench/streets``. Each is simulated, folded by the same ``step`` as a
live camera, and judged by the scorer of ``edge-agent score``; every warning is played at once, each second look agrees.
Prints the table of ``docs/simulation.md``; days that ``--results`` holds already are not gone through again.
"""

from __future__ import annotations

import argparse
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import TYPE_CHECKING

from edge_agent.app.replay.replay import Assumed, replay
from edge_agent.app.replay.score import messages_of
from lab.bench.days import DayResult, Job, all_streets, jobs, keep, stored_results, table, tallied

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.core.events import Event
    from edge_agent.core.score.replayed import IncidentMessage
    from edge_agent.core.site.site import Site


def ours(events: Iterable[Event], camera: str, site: Site) -> tuple[IncidentMessage, ...]:
    """What the agent tells of a day."""
    return messages_of(replay(events, camera, site, Assumed()))


def main() -> None:
    """Go through the days, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--streets", nargs="*", default=all_streets())
    parser.add_argument("--results", type=Path, help="keep what became of each day, one JSON line each")
    parser.add_argument(
        "--untimed", action="store_true", help="count only, in half the time: the last columns stay empty"
    )
    given = parser.parse_args()
    results: list[DayResult] = (
        stored_results(given.results) if given.results is not None and given.results.exists() else []
    )
    done = {(tally.street, tally.day) for tally in results}
    left = [job for job in jobs(given.days, given.seed, tuple(given.streets)) if (job.street, job.day) not in done]
    with Pool(given.workers) as pool:
        for tally in pool.imap_unordered(partial(one, timed=not given.untimed), left):
            results.append(tally)
            if given.results is not None:
                keep(given.results, tally)
    print("\n".join(table(results)))
    looks, cpu_s = sum(t.looks for t in results), sum(t.cpu_s for t in results)
    print(f"\n{looks:,} looks, folded (simulation of the events included) at {looks / cpu_s:,.0f} a second and core")


def one(job: Job, *, timed: bool) -> DayResult:
    """One day."""
    return tallied(job, ours, timed=timed)


if __name__ == "__main__":
    main()

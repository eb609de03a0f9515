"""Tuning: many settings tried on the same recordings, side by side in several processes. It cannot act.

How many processes there are changes nothing but the time it takes: every setting is folded on its own, and the results
are put together in the order of the grid.

Side by side: the same work for many things in several processes, with the results in the order of the things.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from edge_agent.adapters.detection_log import read_header
from edge_agent.app.replay.replay import assumed_of, logged
from edge_agent.app.replay.score import ScoredRecording, TruthPair, Watched, judged, messages_of
from edge_agent.app.replay.tune.parameter_sweep import recounted, swept
from edge_agent.config.truth_file import read_truth
from edge_agent.core.errors import BadInputError
from edge_agent.core.score.scoring import Score, by_matter, instant, score
from edge_agent.core.score.selection import Holdout, Split
from edge_agent.core.site.variation import Setting, Turned, sees_otherwise, varied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edge_agent.app.replay.replay import Speaking
    from edge_agent.core.score.matching import Outcome
    from edge_agent.core.score.truth import Truth
    from edge_agent.core.site.site import Site

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """How many processes can run at once here."""
    return len(os.sched_getaffinity(0))


def side_by_side(work: Callable[[T], R], things: Sequence[T], workers: int) -> Iterator[R]:
    """What ``work`` makes of each of ``things``; both must be able to travel to another process.

    An error of ``work`` comes out where its result would have.
    """
    workers = min(workers, len(things))
    if workers <= 1:
        yield from map(work, things)
        return
    # Spawned, not forked: a fork of a process that has threads may hang, and every system can spawn.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, things)


VOTED: Final = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A setting and what it was worth: on the days it may be tuned on, on those kept back, and on all of them."""

    setting: Setting
    tune: Score
    check: Score
    whole: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """Every setting in the order of the grid; ``by_days`` tells whether whole days were kept back, or half of one."""

    trials: tuple[Trial, ...]
    by_days: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One recording under some of the settings, for one process."""

    log: Path
    truth: Truth
    sites: tuple[Site, ...]
    speaking: Speaking | None
    recount: bool


def sites_of(site: Site, turned: Turned, settings: Sequence[Setting]) -> tuple[Site, ...]:
    """The site under each setting; raises BadInputError naming the first that cannot be."""
    return tuple(_site(site, turned, setting) for setting in settings)


def tried(
    pairs: Sequence[TruthPair],
    site: Site,
    turned: Turned,
    settings: Sequence[Setting],
    *,
    speaking: Speaking | None = None,
    workers: int = 1,
    done: Callable[[int, int], None] = lambda _done, _of: None,
) -> Tried:
    """Every setting tried on every recording; ``done`` hears how many parts of how many are done."""
    sites = sites_of(site, turned, settings)
    recount = any(name == VOTED for setting in settings for name, _ in setting)
    truths = tuple((pair.recorded, read_truth(pair.truth, site)) for pair in pairs)
    several = [
        _Job(log=log, truth=truth, sites=part, speaking=speaking, recount=recount)
        for log, truth in truths
        for part in _parts(sites, workers)
    ]
    parts = []
    for part in side_by_side(_judged, several, workers):
        parts.append(part)
        done(len(parts), len(several))
    each = len(parts) // len(pairs)
    recordings = [[one for part in parts[n * each : (n + 1) * each] for one in part] for n in range(len(pairs))]
    split = Split(spans=tuple(recording[0].observed or timedelta(0) for recording in recordings))
    trials = tuple(
        _trial(setting, turned, [recording[place] for recording in recordings], split)
        for place, setting in enumerate(settings)
    )
    return Tried(trials=trials, by_days=split.by_days)


def _site(site: Site, turned: Turned, setting: Setting) -> Site:
    try:
        return varied(site, turned, setting)
    except ValueError as error:
        raise BadInputError(f"--vary: values that do not fit: {error}") from error


def _parts(sites: tuple[Site, ...], workers: int) -> Iterator[tuple[Site, ...]]:
    """The sites in as many parts as there are processes: a log is read once for each part."""
    size = -(-len(sites) // workers)
    return (sites[first : first + size] for first in range(0, len(sites), size))


def _judged(job: _Job) -> tuple[ScoredRecording, ...]:
    header = read_header(job.log)
    assumed = assumed_of(job.log, job.speaking)
    events = Watched(logged(job.log, header.camera))
    effects = swept(events, header.camera, job.sites, recounted(assumed, job.log) if job.recount else assumed)
    outcomes_each = [messages_of(each) for each in effects]
    observed = events.since(header.started)
    return tuple(
        judged(job.truth, outcomes_of, site, header.started, observed)
        for outcomes_of, site in zip(outcomes_each, job.sites, strict=True)
    )


def _trial(setting: Setting, turned: Turned, recordings: Sequence[ScoredRecording], split: Split) -> Trial:
    sides: dict[Holdout, list[Outcome]] = {side: [] for side in Holdout}
    for number, recording in enumerate(recordings):
        for outcome in _concerned(recording, setting, turned):
            sides[split.side(number, instant(outcome))].append(outcome)
    tune, check = (score(sides[side], split.observed(side)) for side in Holdout)
    both = [*sides[Holdout.TUNE], *sides[Holdout.CHECK]]
    whole = score(both, split.observed(Holdout.TUNE) + split.observed(Holdout.CHECK))
    return Trial(setting=setting, tune=tune, check=check, whole=whole)


def _concerned(recording: ScoredRecording, setting: Setting, turned: Turned) -> Sequence[Outcome]:
    """What a setting has a hand in: its own kind in its own zone; everything, where it changes how cameras see."""
    if sees_otherwise(setting):
        return recording.outcomes
    return by_matter(recording.outcomes).get((turned.kind, turned.zone), ())

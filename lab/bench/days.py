"""Made-up camera-days to be judged by: which there are, what could be known of each, what somebody made of it.

What a program tells of a day is held against the truth by the scorer of ``edge-agent score``. Beside its error of the
first warning stand two others. One is against the earliest moment at which anybody could have known: a car that
comes to a halt behind a bus is found late by everybody. That moment follows from the day as a perfect detector would
see it, by the ladder's words alone: the clock starts at the first look in plain view and runs over gaps of up to
``bridge``. The other is against who sees no more than was detected, but knows of each box whose it is: all that is
later than that comes from mistaking one thing for another.
"""

from __future__ import annotations

import json
import resource
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from edge_agent.app.replay.score import judged
from edge_agent.config.fields.values import Reading
from edge_agent.config.policy.policy_file import read_policy
from edge_agent.core.events import Detection, Event, FrameSeen
from edge_agent.core.geometry import covered
from edge_agent.core.score.matching import Extra, Hit, Miss, Outcome
from edge_agent.core.score.replayed import IncidentMessage
from edge_agent.core.score.scoring import false_order
from edge_agent.core.score.truth import Expected, TrueIncident, Truth
from edge_agent.core.site.hours_and_permits import Always
from edge_agent.core.site.site import Site
from lab.bench.asked_before import judged_steps
from lab.simulation.day import Day, simulated
from lab.simulation.street import Sight, Street
from lab.simulation.street_file import read_street

if TYPE_CHECKING:
    from edge_agent.core.site.policy import Kind, Rule

STREETS = Path(__file__).parent / "streets"
WHOLLY = 0.9  # of a box that lies in a place: where boxes do not tremble
MOSTLY = 0.8  # and where they do
Program = Callable[[Iterable[Event], str, Site], Iterable[IncidentMessage]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One day of one street."""

    street: str
    seed: int
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayResult:
    """What a program made of one day.

    ``unseeable`` misses could not be told from what was to be seen. ``errors`` are seconds of the first warning after
    it was due by the truth, ``late`` after the earliest moment at which it could be known. ``knowing`` are those of who
    knows of each box whose it is, of the same stands; ``mistaken`` is how much later than that it came. ``faults`` says
    what each miss, extra and false order was; ``steps`` is of how many incidents it was known what was to be done.
    """

    street: str
    day: int
    hits: int
    misses: int
    unseeable: int
    extras: int
    false_orders: int
    returned: int
    errors: tuple[float, ...]
    late: tuple[float, ...]
    knowing: tuple[float, ...]
    mistaken: tuple[float, ...]
    looks: int
    cpu_s: float
    faults: tuple[str, ...] = ()
    steps: int = 0


def jobs(days: int, seed: int, names: tuple[str, ...]) -> tuple[Job, ...]:
    """So many days, shared out among the streets in turn."""
    return tuple(Job(street=names[n % len(names)], seed=seed, day=n // len(names)) for n in range(days))


def all_streets() -> tuple[str, ...]:
    """The names of the gallery."""
    return tuple(sorted(path.stem for path in STREETS.glob("*.yaml")))


def tallied(job: Job, program: Program, *, timed: bool = True) -> DayResult:
    """Simulate a day, let ``program`` tell of it, and judge what it told.

    Where it is not ``timed``, no first warning is held against what could be known: that takes as long again.
    """
    street = read_street(STREETS / f"{job.street}.yaml").street
    site = site_of(street)
    day = simulated(street, seed=job.seed, day=job.day)
    begun = used()
    outcome_list = tuple(program(day.events(), street.camera, site))
    cpu_s = used() - begun
    truth = Truth(clip=job.street, incidents=day.incidents)
    outcomes = judged(truth, outcome_list, at_all_hours(site), day.start, street.lasts).outcomes
    steps = judged_steps(day, outcomes, outcome_list, street.counting)
    missed = [o.expected.truth for o in outcomes if isinstance(o, Miss)]
    plain = simulated(replace(street, sight=Sight()), seed=job.seed, day=job.day) if timed or missed else None
    earliest = {} if plain is None else dict(_earliest(plain, site, WHOLLY))
    detected = dict(_earliest(day, site, MOSTLY)) if timed else {}
    first = [o for o in outcomes if isinstance(o, Hit) and not o.returned and o.found.warned is not None]
    return DayResult(
        street=job.street,
        day=job.day,
        hits=sum(isinstance(o, Hit) for o in outcomes),
        misses=len(missed),
        unseeable=sum(earliest[each] is None for each in missed),
        extras=sum(isinstance(o, Extra) for o in outcomes),
        false_orders=sum(map(false_order, outcomes)) + steps.false_orders,
        returned=sum(isinstance(o, Hit) and o.returned for o in outcomes),
        errors=_seconds(warned - o.expected.due for o in first if (warned := o.found.warned) is not None),
        late=_after(first, earliest) if timed else (),
        knowing=_seconds(
            known - o.expected.due for o in first if (known := detected.get(o.expected.truth)) is not None
        ),
        mistaken=_after(first, detected) if timed else (),
        looks=len(day.moments),
        cpu_s=round(cpu_s, 2),
        faults=(*(fault for o in outcomes for fault in _fault(o, earliest)), *steps.faults),
        steps=steps.judged,
    )


def _seconds(spans: Iterable[timedelta]) -> tuple[float, ...]:
    return tuple(round(each.total_seconds(), 3) for each in spans)


def _fault(outcome: Outcome, earliest: Mapping[TrueIncident, timedelta | None]) -> Iterator[str]:
    """A miss, an extra or a false order in one line."""
    match outcome:
        case Miss(expected=Expected(truth=truth)):
            seen = "could be known" if earliest[truth] is not None else "could not be seen"
            yield f"miss: {truth.kind} in {truth.zone} {truth.since}..{truth.until} {truth.box}, {seen}"
        case Extra(found=found):
            yield f"extra: {found.kind} in {found.zone} opened {found.opened}, {found.spells}, {found.box}"
        case _:
            pass
    if false_order(outcome) and not isinstance(outcome, Miss):
        yield f"false order: {outcome.found.kind} in {outcome.found.zone} at {outcome.found.ordered}"


def site_of(street: Street) -> Site:
    """The site of a street under the shipped policy."""
    policy, _ = read_policy(None, Reading(folder=STREETS, timezone=ZoneInfo("UTC"), environ={}))
    assert policy is not None  # noqa: S101 - it is shipped
    return Site(agent="simulated", adcode="320402", zones=street.zones, policy=policy)


def at_all_hours(site: Site) -> Site:
    """The site by which a day is judged: its truth has been cut to hours already, and not by the agent's calendar."""
    return replace(site, zones=tuple(replace(zone, hours=Always()) for zone in site.zones))


def _after(first: list[Hit], moments: dict[TrueIncident, timedelta | None]) -> tuple[float, ...]:
    """How many seconds each first warning came after the moment of its stand, where it had one."""
    dated = ((o.found.warned, moments[o.expected.truth]) for o in first)
    return tuple(
        round((warned - moment).total_seconds(), 3)
        for warned, moment in dated
        if warned is not None and moment is not None
    )


def _earliest(day: Day, site: Site, enough: float) -> Iterator[tuple[TrueIncident, timedelta | None]]:
    """For each stand, when its dwell had been reached by what is its own; None where it never was.

    Its own are the boxes of which at least the share ``enough`` lies in its place.
    """
    looks = [(event.at - day.start, event.detections) for event in day.events() if isinstance(event, FrameSeen)]
    rules = {zone.id: zone.rules for zone in site.zones}
    times = [at for at, _ in looks]
    for stand in day.incidents:
        first, last = _between(times, stand.since, stand.until)
        kind = site.policy.kinds[stand.kind]
        seen = (at for at, detections in looks[first:last] if _shows(detections, stand, kind, enough))
        yield stand, _reached(seen, rules[stand.zone][stand.kind])


def _between(times: list[timedelta], since: timedelta, until: timedelta) -> tuple[int, int]:
    return bisect_left(times, since), bisect_right(times, until)


def _shows(detections: tuple[Detection, ...], stand: TrueIncident, kind: Kind, enough: float) -> bool:
    return stand.box is not None and any(
        d.label in kind.labels and covered(d.box, stand.box) >= enough for d in detections
    )


def _reached(seen: Iterator[timedelta], rule: Rule) -> timedelta | None:
    before, clock = None, timedelta(0)
    for at in seen:
        gap = timedelta(0) if before is None else at - before
        clock += gap if gap <= rule.bridge else timedelta(0)
        before = at
        if clock >= rule.dwell:
            return at
    return None


def used() -> float:
    """Processor seconds of this process so far."""
    now = resource.getrusage(resource.RUSAGE_SELF)
    return now.ru_utime + now.ru_stime


def keep(path: Path, tally: DayResult) -> None:
    """Write what became of a day at the end of ``path``, so that a long run can be cut short."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(tally)) + "\n")


def stored_results(path: Path) -> list[DayResult]:
    """What ``keep`` has written so far."""
    return [DayResult(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def table(tallies: list[DayResult]) -> Iterator[str]:
    """The figures of each street, and of all of them."""
    heads = ("street", "days", "stands", "F1", "precision", "recall", "could not be seen", "false orders a day")
    first = ("first warning, p50 / p95 s after it was due", "after it could be known")
    ideal = ("of who knows whose each box is, after it was due", "ours after that")
    yield f"| {' | '.join((*heads, *first, *ideal))} |"
    yield "| --- " * 12 + "|"
    for name in sorted({tally.street for tally in tallies}):
        yield row(name, [tally for tally in tallies if tally.street == name])
    yield row("**all**", tallies)


def row(name: str, tallies: list[DayResult]) -> str:
    """One row of the table."""
    hits, misses, extras = (sum(getattr(t, what) for t in tallies) for what in ("hits", "misses", "extras"))
    unseeable = sum(t.unseeable for t in tallies)
    orders = sum(t.false_orders for t in tallies) / len(tallies)
    f1 = 2 * hits / max(1, 2 * hits + misses + extras)
    precision, recall = hits / max(1, hits + extras), hits / max(1, hits + misses)
    timed = ([e for t in tallies for e in getattr(t, what)] for what in ("errors", "late", "knowing", "mistaken"))
    return (
        f"| {name} | {len(tallies)} | {hits + misses} | {f1:.3f} | {precision:.3f} | {recall:.3f} | {unseeable} | "
        f"{orders:.2f} | {' | '.join(map(_spread, timed))} |"
    )


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "–"
    sizes = sorted(map(abs, seconds))
    return f"{sorted(seconds)[(len(seconds) - 1) // 2]:.1f} / {sizes[ceil(0.95 * len(sizes)) - 1]:.1f}"

"""Asked before: whether who comes again was met as the author of a street says, however the agent counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.feed.incidents import Happening
from edge_agent.core.score.matching import Hit, Outcome

if TYPE_CHECKING:
    from edge_agent.core.score.replayed import IncidentMessage
    from edge_agent.core.score.truth import TrueIncident
    from lab.simulation.day import Day
    from lab.simulation.street import Counting

SLACK: Final = timedelta(seconds=60)  # for which it may be seen late, or seen no more


@dataclass(frozen=True, slots=True)
class Steps:
    """Of how many incidents it is known what was to be done, which were done otherwise, and the orders among them."""

    judged: int = 0
    faults: tuple[str, ...] = ()
    false_orders: int = 0


def judged_steps(
    day: Day, outcomes: Iterable[Outcome], messages: Iterable[IncidentMessage], counting: Counting | None
) -> Steps:
    """What was done about each party's first, second, third time of a day, held against what was to be done.

    Nothing is judged of a party behind a stand of which nobody can say whether it was asked: one about as long as the
    dwell, or one that was told as the return of another.
    """
    if counting is None:
        return Steps()
    warned = Counter(each.incident for each in messages if each.type is Happening.WARNED)
    hits = [each for each in outcomes if isinstance(each, Hit) and each.expected.truth in day.parties]
    judged, faults, orders = 0, [], 0
    for hit in hits:
        n = _how_many_th(hit, hits, day, counting)
        if n is None or hit.returned or len(hit.found.spells) > 1:
            continue
        judged += 1
        step = counting.steps[min(n, len(counting.steps)) - 1]
        ordered, stood = hit.found.ordered is not None, hit.expected.truth.stood
        told = f"{day.parties[hit.expected.truth]}, time {n}, at {hit.found.opened}"
        if warned[hit.found.incident] > step.warnings:
            faults.append(f"step: {told}: {warned[hit.found.incident]} warnings, expected {step.warnings} at most")
        if ordered and not step.order:
            orders += 1
            faults.append(f"false order: {told}: expected none")
        if step.order and not ordered and stood >= counting.ordered_after + SLACK:
            faults.append(f"step: {told}: no order, and it stood for {stood}")
    return Steps(judged=judged, faults=tuple(faults), false_orders=orders)


def _how_many_th(hit: Hit, hits: list[Hit], day: Day, counting: Counting) -> int | None:
    """How many-th time of its party a stand is by the truth, None where nobody can say."""
    truth = hit.expected.truth
    before = list(_before(truth, day))
    if any(-SLACK < each.stood - counting.asked_after < SLACK for each in before):
        return None
    if any(each.returned and each.expected.truth in before for each in hits):
        return None
    return 1 + sum(each.stood > counting.asked_after for each in before)


def _before(truth: TrueIncident, day: Day) -> Iterator[TrueIncident]:
    party = day.parties[truth]
    return (each for each, whose in day.parties.items() if whose == party and each.until <= truth.since)

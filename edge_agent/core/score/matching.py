"""Matching: which incident that was told is which thing that really stood there, one to one.

A pair may go together where kind, zone and place agree and the incident was opened while the thing stood there, not
before the rule allows. Of all ways to pair them the one with the fewest misses and false incidents is taken, and of
those the one in which place and time agree best; so the order in which either side is written down changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from edge_agent.core.geometry import Box, Point, iou
from edge_agent.core.score.assignment import assigned
from edge_agent.core.score.replayed import ReplayedIncident, StoodFor
from edge_agent.core.score.truth import Expected, Obligation

if TYPE_CHECKING:
    from datetime import timedelta

    from edge_agent.core.score.truth import TrueIncident

SAME_PLACE: Final = 0.3  # intersection over union: people draw generously, and a stall grows while it is set up
NEAR: Final = 0.1  # of its width and height by which a box is grown before a point is looked for in it
_FAULT: Final = 10**9  # what one fault less is worth against any agreement of place and time
_AGREED: Final = 1000  # the most that place and time can be worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A stand that was found; ``returned`` where it was told as the return of an incident that went on."""

    expected: Expected
    found: ReplayedIncident
    returned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A stand that should have been found and was not."""

    expected: Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """A false incident: nothing that is owed one stood there then."""

    found: ReplayedIncident


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """An incident that may be told or not: it counts neither way, but its work order must not come too late."""

    expected: Expected
    found: ReplayedIncident


Outcome = Hit | Miss | Extra | Allowed


class _Side(NamedTuple):
    """One spell of an incident; only the first one is an opening that can be false."""

    found: ReplayedIncident
    spell: StoodFor
    first: bool


def matched(truths: tuple[Expected, ...], incidents: tuple[ReplayedIncident, ...]) -> tuple[Outcome, ...]:
    """What became of every stand and of every incident of one camera's recording."""
    real = tuple(sorted(truths, key=_place_in_time))
    sides = tuple(
        _Side(each, spell, spell is each.spells[0])
        for each in sorted(incidents, key=lambda each: (each.opened, each.incident))
        for spell in each.spells
    )
    gains = {
        (left, right): gain
        for left, side in enumerate(sides)
        for right, truth in enumerate(real)
        if (gain := _gain(side, truth)) > 0
    }
    return tuple(_outcomes(real, sides, assigned(gains)))


def _outcomes(real: tuple[Expected, ...], sides: tuple[_Side, ...], partners: dict[int, int]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for left, side in enumerate(sides):
        truth = real[partners[left]] if left in partners else None
        if truth is None:
            outcomes += [Extra(found=side.found)] if side.first else []
        elif truth.verdict is Obligation.DUE:
            outcomes.append(Hit(expected=truth, found=side.found, returned=not side.first))
        else:
            outcomes.append(Allowed(expected=truth, found=side.found))
    met = set(partners.values())
    missed = (truth for right, truth in enumerate(real) if truth.verdict is Obligation.DUE and right not in met)
    return [*outcomes, *(Miss(expected=truth) for truth in missed)]


def _gain(side: _Side, expected: Expected) -> int:
    """What it is worth that these two are one: faults fewer first, then how well they agree; 0 where they cannot be."""
    truth = expected.truth
    if (side.found.zone, side.found.kind) != (truth.zone, truth.kind) or not _in_time(side, expected):
        return 0
    place = _place(side.found.box, truth)
    if place <= 0:
        return 0
    late = abs(side.found.opened - expected.due).total_seconds()
    fewer = (1 if side.first else 0) + (1 if expected.verdict is Obligation.DUE else 0)
    return fewer * _FAULT + round(_AGREED * place / (1 + late / 60)) + 1


def _in_time(side: _Side, expected: Expected) -> bool:
    """Whether it was opened, or the spell lay, while the thing really stood there."""
    truth = expected.truth
    if expected.verdict in {Obligation.NOTHING, Obligation.UNWATCHED} and not truth.optional:
        return False
    first, last = truth.since - truth.tolerance, truth.until + truth.tolerance
    if not side.first:
        return side.spell.since <= last and (side.spell.until is None or side.spell.until >= first)
    return _earliest(expected) <= side.found.opened <= last


def _earliest(expected: Expected) -> timedelta:
    truth = expected.truth
    return (truth.since if truth.optional else expected.due) - truth.tolerance


def _place(box: Box | None, truth: TrueIncident) -> float:
    """How well the places agree, 0 (not at all) to 1; a place that nobody says agrees with any."""
    if box is not None and truth.box is not None:
        share = iou(box, truth.box)
        return share if share >= SAME_PLACE else 0.0
    if box is not None and truth.point is not None:
        return 1.0 if _in_box(truth.point, box.grown(NEAR)) else 0.0
    return 1.0


def _in_box(point: Point, box: Box) -> bool:
    return box.x0 <= point.x <= box.x1 and box.y0 <= point.y <= box.y1


def _place_in_time(expected: Expected) -> tuple[object, ...]:
    """An order of truths that depends on nothing but themselves."""
    truth = expected.truth
    where = truth.box or truth.point
    return truth.since, truth.until, truth.zone, truth.kind, repr(where), truth.tolerance, truth.optional

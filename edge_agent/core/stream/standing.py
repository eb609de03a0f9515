"""Standing: the things that have appeared in a camera's view and stay, from its two memories.

Cells that are unlike are gathered into regions; each is asked what it is before it counts::

    region ─┬ steadier then than now across its rim ─▶ taken away: the street is what is there now
            ├ the same pattern, only darker or lighter ─▶ shadow or light: likewise
            ├ its surroundings are not at rest ─▶ somebody who fidgets: wait
            └ the same place for a few seconds ─▶ a thing

A thing is held until its cells steadily show the street again, however often people pass before it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_agent.core.geometry import Box, intersection
from edge_agent.core.stream.appeared import STEADY, UNKNOWN, WIDTH, Compared, Memory, Plane, begin, compared, remember
from edge_agent.core.stream.regions import CELL, Mask, Region, regions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.core.events import Detection

_CONFIRMED: Final = timedelta(seconds=2)  # after the ten in which the memories came to differ
_STEADY: Final = timedelta(seconds=STEADY / 10)
_GROWS: Final = timedelta(seconds=60)  # while people still stand before some of it, a thing is seen in parts
_EDGED: Final = 1.2  # times as much of an edge as was there before
_CLEAR: Final = 1.2  # times as unlike as what is just so
_COLOURED: Final = 8  # levels: more is no shadow
_PATTERNED: Final = 3  # levels from cell to cell: less is no pattern
_LOST: Final = timedelta(seconds=6)  # for which a place that is about to be a thing may be none
_RESTLESS: Final = 0.15  # of the cells around
_GONE: Final = 0.6  # of its cells show the street again
_NAMED: Final = 0.5  # of the looks
_NAMES: Final = 0.3  # how much the last look counts
_COVERED: Final = 0.5  # of its box
_SEEN: Final = 0.5  # of its cells are not covered by anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A thing that appeared: its number in ``Memory.held``, its box, since when it is there, how clearly (0 to 1).

    ``last`` is when its cells were unlike the street last, while it is not ``confirmed``; ``covered`` while something
    is before it; ``labelled`` in which share of the looks, the last ones above all, the detector had a name for it.
    """

    number: int
    box: Box
    since: datetime
    score: float
    last: datetime
    confirmed: bool = False
    covered: bool = False
    labelled: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Appeared:
    """All that is remembered of a view: its memories, and the things in it."""

    memory: Memory | None = None
    things: tuple[Standing, ...] = ()

    def shown(self) -> tuple[Standing, ...]:
        """The things that are seen to stand there, and of which the detector knows no better name."""
        return tuple(each for each in self.things if each.confirmed and not each.covered and each.labelled < _NAMED)


def watched(known: Appeared, picture: Plane, at: datetime) -> Appeared:
    """What is known after one more trusted picture (height × 240 × 3, BGR, shrunk by area means)."""
    before = known.memory
    if before is None or before.short.shape[1:] != picture.shape[:2]:
        return Appeared(memory=begin(picture, at))
    memory = remember(before, picture, at)
    if memory is before:
        return known
    if memory.learned == before.learned and memory.flooded is None:
        return replace(known, memory=memory)
    return _judged(memory, known.things)


def named(known: Appeared, detections: Iterable[Detection]) -> Appeared:
    """What is known once the detector has looked at the same picture: what it has a name for is no object."""
    boxes = [each.box for each in detections]
    things = tuple(
        replace(
            thing,
            labelled=thing.labelled + _NAMES * (any(_covers(box, thing.box) for box in boxes) - thing.labelled),
        )
        for thing in known.things
    )
    return replace(known, things=things)


def _covers(box: Box, thing: Box) -> bool:
    return intersection(box, thing) >= _COVERED * thing.area


def _judged(memory: Memory, things: tuple[Standing, ...]) -> Appeared:
    """What stands there by the memories of now; what turned out to be no thing is street from here on."""
    view = _View(memory, compared(memory))
    remaining, open_ = _remaining(view, things)
    for region in regions(view.sure & (view.held == 0) & (view.unlike > 1)):
        edged = _edged(view, region)
        if edged < 1 or _only_light(view, region):
            view.long[:, region.cells] = memory.short[:, region.cells]
            continue
        _settle(view, region, remaining, open_, edged=edged >= _EDGED)
    remaining += [thing for thing in open_ if view.at - thing.last <= _LOST]
    return Appeared(memory=replace(memory, held=view.held, long=view.long), things=tuple(remaining))


class _View:
    """The memories of one instant, laid out for judging; ``held`` and ``long`` become those of the next."""

    def __init__(self, memory: Memory, differ: Compared) -> None:
        self.at, self.short = memory.at, memory.short
        self.held, self.long = memory.held.copy(), memory.long.copy()
        self.unlike, self.apart = differ
        self.lead = memory.lead
        self.sure = memory.lead >= STEADY

    def calm(self, box: tuple[int, int, int, int]) -> bool:
        """Whether what is around a box (rows, then columns) has been at rest."""
        top, bottom, left, right = box
        by, over = max(CELL, (bottom - top) // 4), max(CELL, (right - left) // 4)
        around = self.sure[max(0, top - by) : bottom + by, max(0, left - over) : right + over]
        return 1 - float(around.mean()) <= _RESTLESS


def _remaining(view: _View, things: tuple[Standing, ...]) -> tuple[list[Standing], list[Standing]]:
    """The things that are still there, or cannot be seen; and the places where one may be about to be."""
    remaining: list[Standing] = []
    open_: list[Standing] = []
    for thing in things:
        cells = view.held == thing.number
        count = int(cells.sum())
        sure = view.sure & cells
        street = int((sure & (view.unlike <= 1)).sum())
        if not thing.confirmed and not count:
            open_.append(thing)
        elif street >= _GONE * count:
            view.held[cells] = 0
        elif thing.confirmed or 2 * int(sure.sum()) < count:
            covered = int((view.lead[cells] >= STEADY // 2).sum()) < _SEEN * count
            remaining.append(replace(thing, covered=covered))
        else:
            view.held[cells] = 0
            open_.append(thing)
    return remaining, open_


def _across_rim(planes: Plane, cells: Mask) -> float:
    """How much a picture changes across the rim of some of its cells."""
    levels = planes.astype(np.int16)
    steps = 0.0
    for axis in (0, 1):
        ahead, behind = (slice(2, None), slice(None, -2))
        one, two = (
            ((ahead, slice(None)), (behind, slice(None)))
            if axis == 0
            else ((slice(None), ahead), (slice(None), behind))
        )
        rim = cells[one] != cells[two]
        steps += float(np.abs(levels[:, *one] - levels[:, *two]).sum(axis=0)[rim].sum())
    return steps


def _edged(view: _View, region: Region) -> float:
    """How much more of an edge the rim of what has changed is now than it was; below 1, something was taken away."""
    return _across_rim(view.short, region.cells) / max(1.0, _across_rim(view.long, region.cells))


def _only_light(view: _View, region: Region) -> bool:
    """Whether a place has kept its colours and its pattern."""
    cells = region.cells
    if float(np.abs(view.apart[1:, cells]).mean()) > _COLOURED:
        return False
    top, bottom, left, right = region.sides
    now, then = (
        np.diff(planes[0, top:bottom, left:right].astype(np.int16), axis=1) for planes in (view.short, view.long)
    )
    pattern = float(np.abs(then).mean())
    return pattern >= _PATTERNED and float(np.abs(now - then).mean()) < 0.5 * pattern


def _settle(view: _View, region: Region, remaining: list[Standing], open_: list[Standing], *, edged: bool) -> None:
    """Hold the cells of a region: for a young thing beside it, of which it is a part, or for one of its own."""
    grown = _grown(region.box)
    for place, thing in enumerate(remaining):
        if view.at - thing.since <= _GROWS and intersection(thing.box, grown) > 0:
            view.held[region.cells] = thing.number
            remaining[place] = replace(thing, box=_around(thing.box, region.box))
            return
    before = [each for each in open_ if intersection(each.box, grown) > 0]
    for each in before:
        open_.remove(each)
    since = min((each.since for each in before), default=view.at - _STEADY)
    taken = {each.number for each in (*remaining, *open_)}
    number = next(n for n in range(1, UNKNOWN) if n not in taken)
    view.held[region.cells] = number
    clear = float(np.minimum(view.unlike[region.cells], 3).mean())
    remaining.append(
        Standing(
            number=number,
            box=region.box,
            since=since,
            score=round(min(0.95, 0.25 + 0.35 * (clear - 1)), 3),
            last=view.at,
            confirmed=edged and clear >= _CLEAR and view.at - since >= _STEADY + _CONFIRMED and view.calm(region.sides),
            labelled=max((each.labelled for each in before), default=0.0),
        )
    )


def _grown(box: Box) -> Box:
    by = CELL / WIDTH
    return Box(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)


def _around(one: Box, other: Box) -> Box:
    return Box(min(one.x0, other.x0), min(one.y0, other.y0), max(one.x1, other.x1), max(one.y1, other.y1))

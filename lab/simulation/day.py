"""A day of a camera on a made-up street: its events, in order, and what really happened.

The day is worked out in arrays, thing by thing; the events are made look by look as they are asked for, so a day takes
little room.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

import numpy as np

from edge_agent.core.events import Detection, Event, FrameSeen, StreamBack, StreamLost
from edge_agent.core.geometry import Box
from lab.simulation.arriving import arriving
from lab.simulation.detecting import Finds, detections_of, together
from lab.simulation.draws import Chance
from lab.simulation.gathering import gathered
from lab.simulation.ghosts import false_alarms, glaring
from lab.simulation.occlusion import shown
from lab.simulation.street import Gathers, Parks, Passes, Queues
from lab.simulation.traffic import parked, passing, queued
from lab.simulation.violations import violations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from edge_agent.core.score.truth import TrueIncident
    from lab.simulation.actors import Cast
    from lab.simulation.arriving import Span
    from lab.simulation.street import Behaviour, Street

PER_MS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of one camera: ``moments`` are the seconds of its looks after ``start``.

    ``finds`` is all that is found in them, by number of the look. ``gaps`` are the spans for which the stream was lost,
    and said so. ``parties`` are those who are counted for an incident.
    """

    start: datetime
    moments: NDArray[np.float64]
    finds: Finds
    gaps: tuple[Span, ...]
    incidents: tuple[TrueIncident, ...]
    parties: Mapping[TrueIncident, str] = field(default_factory=dict)

    def events(self) -> Iterator[Event]:
        """What the core is told, in order."""
        gaps = iter((*self.gaps, (np.inf, np.inf)))
        since, until = next(gaps)
        for second, detections in zip(self.moments.tolist(), _by_look(self.finds, len(self.moments)), strict=True):
            while since <= second:
                yield StreamLost(self._at(since), "no_connection")
                yield StreamBack(self._at(until))
                since, until = next(gaps)
            yield FrameSeen(at=self._at(second), detections=detections)

    def _at(self, second: float) -> datetime:
        return self.start + timedelta(milliseconds=round(second * PER_MS))


def simulated(street: Street, *, seed: int, day: int = 0) -> Day:
    """Day number ``day`` of a street under a seed."""
    chance = Chance(seed=seed, day=day, hour=street.hour, until=street.lasts.total_seconds())
    start = street.start + timedelta(days=day)
    moments, gaps = arriving(street.network, street.per_second, chance)
    casts = [_cast(behaviour, chance) for behaviour in street.behaviours]
    actors = [*(actor for cast in casts for actor in cast.actors), *false_alarms(street.sight, chance)]
    glare = glaring(street.sight, chance, moments)
    finds = [detections_of(seen, street.sight, chance, moments=moments, glare=glare) for seen in shown(actors, moments)]
    stands = tuple(stand for cast in casts for stand in cast.stands)
    true = violations(stands, street, start)
    return Day(
        start=start,
        moments=moments,
        finds=together(finds, street.sight.appearance),
        gaps=gaps,
        incidents=tuple(each.incident for each in true),
        parties={each.incident: each.party for each in true if each.party is not None},
    )


def _cast(behaviour: Behaviour, chance: Chance) -> Cast:
    match behaviour:
        case Parks():
            return parked(behaviour, chance)
        case Passes():
            return passing(behaviour, chance)
        case Queues():
            return queued(behaviour, chance)
        case Gathers():
            return gathered(behaviour, chance)
        case _:
            assert_never(behaviour)


def _by_look(finds: Finds, looks: int) -> Iterator[tuple[Detection, ...]]:
    """The detections of each look in turn."""
    ends = np.searchsorted(finds.looks, np.arange(looks), side="right").tolist()
    begin = 0
    for end in ends:
        yield _detections(finds, begin, end) if begin < end else ()
        begin = end


def _detections(finds: Finds, begin: int, end: int) -> tuple[Detection, ...]:
    boxes, scores = finds.boxes[begin:end].tolist(), finds.scores[begin:end].tolist()
    looks = finds.appearances[begin:end].tolist()
    return tuple(
        Detection(label=label, score=score, box=Box(*box), appearance=tuple(look) if look else None)
        for label, score, box, look in zip(finds.labels[begin:end], scores, boxes, looks, strict=True)
    )

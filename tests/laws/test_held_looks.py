"""Laws of held looks: what is not looked at again changes no incident, is not held for long, and decides nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.app.replay.replay import Assumed, replay
from edge_agent.config.wire.events import decode_event, encode_event
from edge_agent.core.detect.unchanged import FULL
from edge_agent.core.events import LookedAgain
from edge_agent.core.geometry import Box, Point
from edge_agent.core.incident.scheduling import SWEEP
from edge_agent.ports import Frame
from lab.bench.held_looks import Watched, apart, watch
from tests.site import SHORT, site, zone
from tests.street import KERB, Things, at, missed, second_of, span, stands, together

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_agent.core.effects import LookAgain
    from edge_agent.core.events import Detection, Event
    from edge_agent.ports import Image

HIGH, WIDE = 90, 160
UNTIL: Final = 120
BEHIND: Final = Box(0.54, 0.42, 0.62, 0.5)
FAR: Final = Box(0.05, 0.05, 0.15, 0.15)  # the far side of the road, no zone near
PLACES: Final = (KERB, BEHIND, FAR)
SITE: Final = site(zone(polygon=(Point(0.35, 0.35), Point(0.7, 0.35), Point(0.7, 0.6), Point(0.35, 0.6)), rule=SHORT))

times = st.integers(0, UNTIL // 2)
stays = st.lists(st.tuples(st.sampled_from(PLACES), times, st.integers(2, UNTIL)), max_size=4)
lights = st.tuples(st.floats(0.7, 1.3), st.floats(0.7, 1.3), st.floats(0, 4))


@cache
def ground(seed: int) -> NDArray[np.float64]:
    """A street without anything on it, or what its noise is like."""
    return np.random.default_rng(seed).normal(0, 1, (HIGH, WIDE))


def picture(things: Things, second: float, light: tuple[float, float, float] = (1.0, 1.0, 0.0)) -> Image:
    """What the street looks like: dark things on a grey ground, by a light that goes up and down, with noise."""
    grey = 120 + 20 * np.cumsum(ground(0), axis=1) / 8
    for each in things(second):
        box = each.box
        rows, columns = slice(int(box.y0 * HIGH), int(box.y1 * HIGH)), slice(int(box.x0 * WIDE), int(box.x1 * WIDE))
        grey[rows, columns] = 30 + 5 * ground(1)[rows, columns]
    grey = grey * (light[0] if int(second) % 4 else light[1]) + light[2] * ground(2 + int(second) % 7)
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def watched(things: Things, *, hold: bool, shown: Things | None = None, light: tuple[float, float, float]) -> Watched:
    """A street watched once a sweep; ``shown`` is what its pictures show, where that is not what is found."""
    seconds = range(0, UNTIL, round(SWEEP.total_seconds()))
    return watch(
        (Frame(at=at(second), image=picture(shown or things, second, light)) for second in seconds),
        SITE,
        "c1",
        detect=lambda frame: things(second_of(frame.at)),
        answer=lambda request, _ring: agreed(request),
        hold=hold,
    )


def agreed(request: LookAgain) -> LookedAgain:
    """A second look that agrees."""
    return LookedAgain(at=request.at, case=request.case, confirmed=True, agreed=3, of=3)


def street(stands_for: list[tuple[Box, int, int]]) -> Things:
    """Cars that stand at their places, one at a time."""
    free: dict[Box, int] = {}
    cars = list[Things]()
    for place, first, lasts in sorted(stands_for, key=lambda stay: stay[1]):
        begins = max(first, free.get(place, 0))
        free[place] = begins + lasts + 8
        cars.append(stands("car", begins, begins + lasts, place=place))
    return together(*cars)


@settings(max_examples=8)
@given(stays=stays, light=lights)
def test_the_incidents_are_those_of_looking_always(
    stays: list[tuple[Box, int, int]], light: tuple[float, float, float]
) -> None:
    """Each stage of each, within one sweep, whatever comes and goes, however the light changes."""
    things = street(stays)
    always, held = (watched(things, hold=hold, light=light) for hold in (False, True))
    assert apart(always, held)[0] == []
    assert apart(always, held)[1] <= SWEEP.total_seconds()
    assert all(seen.unchanged is None for seen, _ in always.looks)


@settings(max_examples=4)
@given(stays=stays, misses=st.sets(times, max_size=20), light=lights)
def test_nothing_is_held_for_long_and_nothing_is_decided_by_it(
    stays: list[tuple[Box, int, int]], misses: set[int], light: tuple[float, float, float]
) -> None:
    """Not even where no picture shows any change and the detector misses things now and then."""
    things = missed(street(stays), lambda second: int(second) in misses)
    looks = watched(things, hold=True, shown=lambda _: (), light=light).looks
    made = [seen.at for seen, _ in looks if seen.unchanged is None]
    assert all(later - earlier <= FULL for earlier, later in pairwise((*made, looks[-1][0].at)))
    assert all(not effects for seen, effects in looks if seen.unchanged is not None)


@settings(max_examples=4)
@given(stays=stays)
def test_a_log_with_held_looks_is_replayed_to_the_byte(stays: list[tuple[Box, int, int]]) -> None:
    """The line says what holds, and by what margin; who folds it needs no picture."""
    held = watched(street(stays), hold=True, light=(1.0, 1.0, 0.0))
    lines = [encode_event(seen) for seen, _ in held.looks]
    events: list[Event] = [decode_event(line) for line in lines]
    assert [encode_event(event) for event in events] == lines
    told = [effect for _, effects in held.looks for effect in effects]
    assert list(replay(events, "c1", SITE, Assumed())) == told


def test_what_no_picture_shows_is_found_by_the_full_look() -> None:
    """A car of the very colour of the road: its incident is late by as much as nothing is looked at, and no more."""
    things = stands("car", 10, UNTIL)
    always = watched(things, hold=False, shown=lambda _: (), light=(1.0, 1.0, 0.0))
    held = watched(things, hold=True, shown=lambda _: (), light=(1.0, 1.0, 0.0))
    opened = next(iter(always.stages))
    assert span(0) < held.stages[opened] - always.stages[opened] <= FULL


def test_where_nothing_happens_most_looks_are_held() -> None:
    """A car that was there before and stays, in a light that comes and goes: one look in five and those that decide."""
    parked = watched(stands("car", 0, UNTIL), hold=True, light=(0.8, 1.2, 2.0))
    empty = watched(lambda _: (), hold=True, light=(0.8, 1.2, 2.0))
    assert empty.held > 0.8
    assert parked.held > 0.6


def test_what_passes_on_the_far_side_is_no_reason_to_look_and_is_not_held() -> None:
    """It was seen there once; nobody says that it stands there since."""

    def passes(second: float) -> tuple[Detection, ...]:
        place = FAR.moved(0.01 * (second % 20), 0)
        return tuple(replace(each, box=place) for each in stands("car", 0, UNTIL)(second))

    looks = watched(passes, hold=True, light=(1.0, 1.0, 0.0)).looks
    held = [seen for seen, _ in looks if seen.unchanged is not None]
    assert len(held) > len(looks) / 2
    assert all(seen.detections == () for seen in held)

"""Law 7: track numbers mean nothing: renumbered, split or lost, the incidents are as they were, to the id."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.core.effects import Effect
from edge_agent.core.events import Event
from edge_agent.core.geometry import Box
from edge_agent.core.incident.world import World
from edge_agent.core.site.site import Site
from edge_agent.core.track.tracker import TrackMemory
from tests.core_run import tell
from tests.site import SHORT, STALL, site, zone
from tests.street import detection, looks

PLACES = (Box(0.1, 0.4, 0.16, 0.5), Box(0.5, 0.4, 0.56, 0.5), Box(0.85, 0.4, 0.91, 0.5))
SITE = site(zone(rule=SHORT), zone(STALL, rule=SHORT, ident="s"))

# For each place the looks, of each ten, that miss what stands there; and how long it stands.
misses = st.tuples(*(st.frozensets(st.integers(0, 9), max_size=4) for _ in PLACES))
stays = st.tuples(*(st.integers(0, 150) for _ in PLACES))
labels = st.tuples(*(st.sampled_from(("car", "stall")) for _ in PLACES))
numbers = st.lists(st.integers(0, 10**6) | st.none(), min_size=1, max_size=20)


@settings(max_examples=100)
@given(missed=misses, stays=stays, labels=labels, numbers=numbers)
def test_track_numbers_mean_nothing(
    missed: tuple[frozenset[int], ...],
    stays: tuple[int, ...],
    labels: tuple[str, ...],
    numbers: list[int | None],
) -> None:
    """Things that stand still and are missed now and then, under trackers that forget them at any look."""
    events = looks(
        lambda second: tuple(
            detection(label, place)
            for label, place, out, stay in zip(labels, PLACES, missed, stays, strict=True)
            if second <= stay and int(second) % 10 not in out
        ),
        until=170,
    )
    assert renumbered(events, numbers, SITE) == tell(events, SITE).effects


def renumbered(events: tuple[Event, ...], numbers: list[int | None], site: Site) -> tuple[Effect, ...]:
    """What is done where, before each look, the tracks are forgotten and all get new numbers (None: left alone)."""
    world = World(camera="c1")
    effects: list[Effect] = []
    for turn, event in enumerate(events):
        number = numbers[turn % len(numbers)]
        if number is not None:
            world = replace(world, memory=TrackMemory(next_id=world.memory.next_id + number))
        result = tell([event], site, world=world)
        world = result.world
        effects.extend(result.effects)
    return tuple(effects)

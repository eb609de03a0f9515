"""Law 10: a camera's trouble is dated to the last trusted look, ends when it is over, and needs no count of frames.

A scene is a list of spells, each so many seconds of one kind of picture or of none; it is looked at as often as the
law likes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import accumulate, pairwise
from typing import Final

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge_agent.config.wire.events import decode_health, encode_health
from edge_agent.core.stream.frame_statistics import FrameStatistics
from edge_agent.core.stream.health import Health, observe
from edge_agent.core.stream.trouble import (
    Change,
    Confirmed,
    Connected,
    Disconnected,
    FrameTrust,
    Looked,
    Named,
    Observation,
    Waited,
)
from tests.pictures import HEIGHT, SIZE, TUNING, WIDTH, knowing, look_at, noisy, picture, smeared
from tests.street import at, second_of

Spell = tuple[str, int]  # what is shown, and for how many seconds
FRAMES: Final = 7  # different pictures of each kind; a sensor's noise need not be newer than that


def _of(kind: str, n: int) -> FrameStatistics:
    match kind:
        case "dark":
            return look_at(noisy(np.full((HEIGHT, WIDTH), 17.0), n))
        case "blinded":
            return look_at(noisy(np.full((HEIGHT, WIDTH), 200.0), n))
        case "moved":
            return look_at(picture(n, right=20))
        case "corrupt":
            return look_at(smeared(picture(n)))
        case "frozen":
            return look_at(picture(-1))
        case _:
            return look_at(picture(n))


_glance: Final[Callable[[str, int], FrameStatistics]] = cache(_of)
KINDS: Final = ("dark", "blinded", "moved", "corrupt", "frozen", "resized", "no_connection", "stalled")
BAD: Final = frozenset({"dark", "blinded", "moved", "corrupt"})
spells = st.lists(st.tuples(st.sampled_from(("good", *KINDS)), st.integers(1, 40)), min_size=1, max_size=5)
rates = st.sampled_from((0.5, 1.0, 5.0))


def filmed(scene: list[Spell], rate: float, *, first: int = 0) -> list[Observation]:
    """What a shell would observe of the scene, looking ``rate`` times a second."""
    observations: list[Observation] = []
    begin, kind_before = first, "good"
    for kind, seconds in scene:
        if kind_before == "no_connection" != kind:
            observations.append(Connected(at(begin)))
        numbers = range(int(begin * rate) + 1, int((begin + seconds) * rate) + 1)
        observations.extend(_observed(kind, n, n / rate) for n in numbers)
        begin, kind_before = begin + seconds, kind
    return observations


def _observed(kind: str, n: int, second: float) -> Observation:
    if kind == "no_connection":
        return Disconnected(at(second))
    if kind == "stalled":
        return Waited(at(second))
    size = (704, 576) if kind == "resized" else SIZE
    return Looked(at=at(second), glance=_glance(kind, n % FRAMES), size=size)


def shown_at(scene: list[Spell], second: float) -> str:
    """What is shown at a second: a spell begins just after its first."""
    ends = accumulate(seconds for _, seconds in scene)
    return next((kind for (kind, _), end in zip(scene, ends, strict=True) if 0 < second <= end), "good")


def watched(health: Health, observations: list[Observation]) -> list[tuple[Observation, Health, tuple[Change, ...]]]:
    """Each observation with what was known after it and what was said."""
    seen = []
    for observation in observations:
        health, changes = observe(health, observation, TUNING)
        seen.append((observation, health, changes))
    return seen


def named(observations: list[Observation]) -> list[tuple[float, str]]:
    """The troubles named, and when."""
    changes = [c for _, _, more in watched(knowing(), observations) for c in more]
    return [(second_of(c.at), c.trouble.value) for c in changes if isinstance(c, Named)]


@settings(max_examples=40)
@given(scene=spells, rate=rates, jitter=st.lists(st.integers(-30, 30), min_size=20, max_size=20))
def test_time_never_goes_back(scene: list[Spell], rate: float, jitter: list[int]) -> None:
    """Whatever is observed in whatever order: changes are dated in order, and none begins after it is told."""
    observations = filmed(scene, rate)
    shaken = sorted(observations, key=lambda o: second_of(o.at) + jitter[round(second_of(o.at)) % len(jitter)])
    states = watched(knowing(), shaken)
    assert all(a.at <= b.at for (_, a, _), (_, b, _) in pairwise(states) if a.at and b.at)
    changes = [c for _, _, more in states for c in more]
    assert all(a.at <= b.at for a, b in pairwise(changes))
    assert all(c.since <= c.at for c in changes if isinstance(c, Named))


@settings(max_examples=60)
@given(scene=spells, rate=rates)
@example(scene=[("good", 5), ("frozen", 30), ("good", 9)], rate=0.5)
def test_no_second_of_trouble_is_trusted(scene: list[Spell], rate: float) -> None:
    """From the first bad look on, named or not; and what is named is dated to the last look that was trusted."""
    trusted = [0.0]
    for observation, health, changes in watched(knowing(), filmed(scene, rate)):
        second = second_of(observation.at)
        assert all(second_of(c.since) == trusted[-1] for c in changes if isinstance(c, Named))
        if isinstance(observation, Looked) and health.verdict is FrameTrust.TRUST:
            trusted.append(second)
            assert shown_at(scene, second) not in BAD
            assert shown_at(scene, second) != "frozen" or shown_at(scene, second - 1 / rate) != "frozen"


@settings(max_examples=60)
@given(scene=spells, rate=rates)
@example(scene=[("dark", 20), ("frozen", 20), ("moved", 20), ("no_connection", 20)], rate=0.5)
def test_every_trouble_ends_when_the_pictures_are_good_again(scene: list[Spell], rate: float) -> None:
    """Within a quarter of a minute, but for a camera that was turned: that may need a person, and has one."""
    states = watched(knowing(), filmed([*scene, ("good", 15)], rate))
    health = states[-1][1]
    end = sum(seconds for _, seconds in scene) + 15
    health, _ = observe(health, Confirmed(at(end)), TUNING)
    health, _ = observe(health, Looked(at=at(end + 1), glance=_glance("good", FRAMES), size=SIZE), TUNING)
    assert (health.trouble, health.verdict) == (None, FrameTrust.TRUST)


@settings(max_examples=30)
@given(kind=st.sampled_from(KINDS), before=st.integers(1, 20), seconds=st.integers(1, 45))
def test_the_rate_of_looks_names_the_same(kind: str, before: int, seconds: int) -> None:
    """At most one look of the slower camera apart; what is that much too short for one may be missed by it."""
    names_seen = [named(filmed([("good", before), (kind, seconds), ("good", 20)], rate)) for rate in (0.5, 1.0, 5.0)]
    shorter = [named(filmed([("good", before), (kind, max(1, seconds - 4)), ("good", 20)], 5.0))]
    if not names_seen[2]:
        assert names_seen == [[], [], []]
    elif all(shorter):
        assert all(
            {trouble for _, trouble in each} == {kind} for each in names_seen
        )  # and the way back to a size is one
        assert max(each[0][0] for each in names_seen) - min(each[0][0] for each in names_seen) <= 4


@settings(max_examples=30)
@given(scene=spells, rate=rates, share=st.floats(0, 1))
def test_what_is_stored_is_all_there_is(scene: list[Spell], rate: float, share: float) -> None:
    """A restart in the middle, through JSON, changes nothing of what is said and known afterwards."""
    observations = filmed(scene, rate)
    cut = round(share * len(observations))
    health = watched(knowing(), observations[:cut])[-1][1] if cut else knowing()
    rest = watched(decode_health(encode_health(health)), observations[cut:])
    whole = watched(knowing(), observations)[cut:]
    assert [(after, changes) for _, after, changes in rest] == [(after, changes) for _, after, changes in whole]

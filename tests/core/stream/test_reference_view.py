"""Landmarks: found where they are, and not found where light and traffic change the picture."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from edge_agent.core.stream.reference_view import Place, ReferenceView, begin, faint, learn, place, smeared
from tests.pictures import HEIGHT, WIDTH, Picture, knowing, look_at, noisy, picture
from tests.pictures import smeared as torn
from tests.street import at

Shown = Callable[[float], Picture]


def known() -> ReferenceView:
    """The street, learned."""
    landmarks = knowing().landmarks
    assert landmarks is not None
    return landmarks


def zoomed(second: float, by: float, turn: float = 0.0) -> Picture:
    """The street by a camera zoomed by ``by`` and rolled by ``turn`` degrees; its rim is drawn outwards."""
    rows, columns = np.indices((HEIGHT, WIDTH)).astype(float)
    y, x = rows - HEIGHT / 2, columns - WIDTH / 2
    cosine, sine = np.cos(np.deg2rad(turn)) / by, np.sin(np.deg2rad(turn)) / by
    from_row = np.rint(sine * x + cosine * y + HEIGHT / 2).clip(0, HEIGHT - 1).astype(int)
    from_column = np.rint(cosine * x - sine * y + WIDTH / 2).clip(0, WIDTH - 1).astype(int)
    shown: Picture = picture(second)[from_row, from_column]
    return shown


def bus(second: float) -> Picture:
    """A white bus stands in a third of the picture."""
    shown = picture(second).astype(float)
    shown[50:160, 60:200] = 225
    shown[65:95, 60:200:14] = 40
    shown[100:110, 60:200] = 90
    return noisy(shown, second)


def headlights(second: float) -> Picture:
    """Two headlights, and an automatic exposure that darkens everything else."""
    rows, columns = np.indices((HEIGHT, WIDTH))
    shown = picture(second) * 0.15 + 10
    for x in (120, 150):
        shown += 300 * np.exp(-((columns - x) ** 2 + (rows - 100) ** 2) / 2 / 35**2)
    return noisy(shown, second)


LIGHTS: dict[str, Shown] = {
    "as_it_is": picture,
    "dusk": lambda s: noisy(picture(s) * 0.3, s),
    "noon": lambda s: noisy(picture(s) * 1.5, s),
    "negative": lambda s: 255 - picture(s),
    "gain": lambda s: noisy(picture(s), s, strength=30),
    "haze": lambda s: noisy(picture(s) * 0.4 + 110, s),
}


@pytest.mark.parametrize("shown", LIGHTS.values(), ids=LIGHTS)
def test_light_moves_no_landmark(shown: Shown) -> None:
    """Brightness, contrast, noise and even the sign are not what edges are."""
    assert {place(known(), look_at(shown(s))) for s in range(5)} == {Place.HERE}


@pytest.mark.parametrize("shown", [bus, headlights], ids=["bus", "headlights"])
def test_what_stands_before_the_scene_is_no_turn(shown: Shown) -> None:
    """It may hide too much to be sure, but it is neither another place nor another scene, nor made up, nor blind."""
    look = look_at(shown(1))
    assert place(known(), look) in {Place.HERE, Place.UNCLEAR}
    assert not smeared(known(), look)
    assert not faint(known(), look)


@pytest.mark.parametrize("off", [(3, 0), (-4, 0), (0, 3), (0, -4), (2, 2)])
def test_wind_is_no_turn(off: tuple[int, int]) -> None:
    """A shift of one to one and a half per cent of the width."""
    assert place(known(), look_at(picture(1, right=off[0], down=off[1]))) is Place.HERE


@pytest.mark.parametrize("off", [(10, 0), (-10, 0), (0, 10), (0, -10), (30, 0), (-40, 20), (7, 7)])
def test_three_per_cent_of_the_width_is_a_turn(off: tuple[int, int]) -> None:
    """In every direction, and up to an eighth of it."""
    assert place(known(), look_at(picture(1, right=off[0], down=off[1]))) is Place.ELSEWHERE


@pytest.mark.parametrize(
    ("by", "turn"), [(1.05, 0), (0.95, 0), (1.12, 0), (1.25, 0), (0.8, 0), (1, 4), (1, -6), (1, 14)]
)
def test_zoom_and_roll_are_a_turn(by: float, turn: float) -> None:
    """From five per cent and four degrees on."""
    assert place(known(), look_at(zoomed(1, by, turn))) is Place.ELSEWHERE


def test_a_third_of_the_width_away_is_another_scene() -> None:
    """Nothing is compared across the rim, where a picture does not go on at its other side."""
    far = np.roll(picture(1), WIDTH // 2, axis=1)
    assert place(known(), look_at(far)) is Place.NOWHERE
    assert place(known(), look_at(picture(1, street=2))) is Place.NOWHERE


def test_where_nothing_stands_nothing_is_missed() -> None:
    """Bare asphalt has no edges that could be found nowhere."""
    bare = begin(look_at(noisy(np.full((HEIGHT, WIDTH), 100.0), 0)), at(0))
    assert place(bare, look_at(picture(1))) is Place.UNCLEAR


def test_a_smear_is_one_only_where_the_scene_is_uneven() -> None:
    """A privacy mask that a camera paints is as even as a smear, and always there."""

    def masked(second: float) -> Picture:
        shown = picture(second)
        shown[60:140, 40:200] = 128
        return shown

    assert smeared(known(), look_at(torn(picture(1))))
    assert smeared(known(), look_at(masked(1)))
    mask = begin(look_at(masked(0)), at(0))
    assert not smeared(mask, look_at(masked(1)))


def test_half_a_scene_is_refused() -> None:
    """As it may be read from a disk that was full."""
    with pytest.raises(ValueError, match="scene: expected 4800 letters of base64, got 2400"):
        replace(known(), scene=known().scene[:2400])


def test_faint_is_next_to_what_is_usual() -> None:
    """Before anything is known, only a picture of nothing is faint."""
    misty = look_at(noisy(picture(1) * 0.1 + 150, 1, strength=1))
    blank = look_at(noisy(np.full((HEIGHT, WIDTH), 150.0), 1, strength=1))
    assert [faint(None, look) for look in (misty, blank)] == [False, True]
    assert [faint(known(), look) for look in (misty, blank)] == [True, True]


def test_learning_takes_time_and_not_looks() -> None:
    """Five looks a second teach as much as one: a level a second at first, then one in ten seconds."""
    known_at: list[ReferenceView] = []
    for per_second in (1, 5):
        landmarks = begin(look_at(picture(0)), at(0))
        steps = 0
        for n in range(1, 100 * per_second + 1):
            before, second = landmarks, n / per_second
            landmarks = learn(before, look_at(picture(second)), at(second))
            steps += landmarks is not before
        assert steps == 60 + 4
        known_at.append(landmarks)
    assert known_at[0].learned == known_at[1].learned
    assert known_at[0].at == known_at[1].at


def test_what_passes_is_not_learned_and_what_stays_is() -> None:
    """A scene is the median of its past: a bus for a minute leaves hardly a trace, one for an hour is part of it."""
    landmarks = known()
    agreements = []
    for minute in range(60):
        for step in range(6):
            second = minute * 60 + step * 10
            landmarks = learn(landmarks, look_at(bus(second)), at(second + 10))
        if minute in {0, 59}:
            agreements.append((place(landmarks, look_at(picture(1))), landmarks.agreement))
    assert agreements[0][0] is Place.HERE
    assert all(before[1] < after[1] for before, after in pairwise(agreements))
    assert place(landmarks, look_at(bus(2))) is Place.HERE


def test_what_is_made_of_landmarks_goes_with_them() -> None:
    """A camera learns on every ten seconds: what was made to compare with must not pile up behind it."""
    turned = look_at(np.roll(picture(1), WIDTH // 8, axis=1))
    landmarks = known()
    tracemalloc.start()
    try:
        for n in range(60):
            landmarks = learn(landmarks, look_at(picture(n)), at(1000 + 10 * n))
            assert place(landmarks, turned) is Place.ELSEWHERE
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 2_000_000

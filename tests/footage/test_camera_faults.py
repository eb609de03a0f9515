"""Real footage, as it is and spoilt: no trouble is named in the one, and each is named in the other.

The sample clip is part of the project. The others are used where they are (`EDGE_AGENT_DATA=<folder>`, else beside the
clone).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from edge_agent.core.stream.frame_statistics import COLUMNS, ROWS, FrameStatistics, marks, statistics_of
from edge_agent.core.stream.health import Health, observe
from edge_agent.core.stream.trouble import Change, FrameTrust, Looked
from tests.architecture import ROOT
from tests.pictures import SIZE, TUNING, noisy, story
from tests.street import at

Plane = NDArray[np.uint8]
Spoil = Callable[[Plane, float], Plane]

DATA: Final = Path(os.environ.get("EDGE_AGENT_DATA", ROOT.parent / "shared" / "data")) / "videos"
CLIPS: Final = tuple(
    clip
    for clip in (ROOT / "sample_videos" / "campus_road.mp4", DATA / "vtest.avi", DATA / "car-detection.mp4")
    if clip.is_file()
)
KNOWN_S: Final = 120
SPOILT_S: Final = 30
VIEW: Final = 0.8  # of the footage: the rest is there to turn to


@cache
def frames(clip: Path) -> tuple[list[Plane], float]:
    """The clip's frames in grey, and how many there are a second."""
    film = cv2.VideoCapture(str(clip))
    planes: list[Plane] = []
    while True:
        more, image = film.read()
        if not more:
            return planes, film.get(cv2.CAP_PROP_FPS)
        planes.append(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False))


def at_second(clip: Path, second: float) -> Plane:
    """The frame of a second, the clip being shown round and round."""
    film, rate = frames(clip)
    return film[int(second * rate) % len(film)]


def view(whole: Plane, *, right: float = 0, zoom: float = 1, roll: float = 0) -> Plane:
    """What a camera sees of the footage that is turned by ``right`` of its width, zoomed, and rolled by degrees."""
    height, width = whole.shape
    wide, high = width * VIEW / zoom, height * VIEW / zoom
    x, y = width / 2 + right * width * VIEW, height / 2
    cut = np.array([[wide / SIZE[0], 0, x - wide / 2], [0, high / SIZE[1], y - high / 2], [0, 0, 1]])
    rolled = np.vstack([cv2.getRotationMatrix2D((x, y), roll, 1), [0, 0, 1]])
    seen = cv2.warpAffine(
        whole, (rolled @ cut)[:2], SIZE, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT
    )
    return seen.astype(np.uint8, copy=False)


def look_at(plane: Plane) -> FrameStatistics:
    """A picture at a glance."""
    return statistics_of(
        cv2.resize(plane, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA).astype(np.uint8), marks(plane)
    )


@cache
def looked_at(clip: Path, number: int) -> FrameStatistics:
    """A frame of the clip, in the camera's first view, at a glance."""
    return look_at(view(frames(clip)[0][number]))


def clean(clip: Path, second: float) -> FrameStatistics:
    """The clip as it is."""
    film, rate = frames(clip)
    return looked_at(clip, int(second * rate) % len(film))


def watch(health: Health, looks: Iterator[tuple[float, FrameStatistics]]) -> tuple[Health, list[Change], int]:
    """Follow a stream of looks; also how many of them were not trusted."""
    changes: list[Change] = []
    withheld = 0
    for second, look in looks:
        health, more = observe(health, Looked(at=at(second), glance=look, size=SIZE), TUNING)
        changes.extend(more)
        withheld += health.verdict is not FrameTrust.TRUST
    return health, changes, withheld


def moments(first: float, last: float, rate: float) -> Iterator[float]:
    """The seconds of the looks after ``first``, up to ``last``."""
    return (n / rate for n in range(int(first * rate) + 1, int(last * rate) + 1))


@cache
def knowing(clip: Path, rate: float) -> Health:
    """A camera that has looked at the clip for two minutes."""
    health, changes, _ = watch(Health(), ((s, clean(clip, s)) for s in moments(-1, KNOWN_S, rate)))
    assert changes == []
    return health


def infrared(whole: Plane, second: float) -> Plane:
    """A spot of infrared in the dark, with the noise of a high gain."""
    rows, columns = np.indices(whole.shape)
    off = ((columns / whole.shape[1] - 0.5) / 0.35) ** 2 + ((rows / whole.shape[0] - 0.6) / 0.4) ** 2
    return noisy(view(noisy(whole * (0.15 + 0.8 * np.exp(-off)), 0)), second, strength=8)


def bus(whole: Plane, second: float) -> Plane:
    """A white bus that stands in a good third of the picture."""
    shown = view(whole).astype(float)
    shown[60:330, 150:470] = 225
    shown[90:160, 150:470:11] = 40
    shown[300:330, 150:470] = 60
    return noisy(shown, second)


def rain(whole: Plane, second: float) -> Plane:
    """Grey streaks over a dull picture."""
    shown = view(whole) * 0.7 + 50
    drawn = np.random.default_rng(int(second * 10))
    for _ in range(400):
        x, y = drawn.integers(0, SIZE[0]), drawn.integers(0, SIZE[1] - 30)
        shown[y : y + drawn.integers(8, 30), x] += 60
    return noisy(shown, second)


HARMLESS: Final[dict[str, Spoil]] = {
    "infrared": infrared,
    "dusk": lambda w, s: noisy(view(w) * max(0.25, 1 - (s - KNOWN_S) / 40), s),
    "exposure": lambda w, s: noisy(view(w) * (1.6 if int(s / 7) % 2 else 0.5), s),
    "gain": lambda w, s: noisy(view(w), s, strength=25),
    "rain": rain,
    "bus": bus,
    "wind": lambda w, s: view(w, right=0.015 * np.sin(s)),
    "breath": lambda w, s: view(w, zoom=1 + 0.02 * np.sin(s)),
}
HARMFUL: Final[dict[str, tuple[str, Spoil]]] = {
    "capped": ("dark", lambda _, s: noisy(np.full(SIZE[::-1], 17.0), s, strength=1.5)),
    "glare": ("blinded", lambda w, s: noisy(view(w) * 0.3 + 220, s, strength=1.5)),
    "fog": ("blinded", lambda w, s: noisy(view(w) * 0.08 + 170, s, strength=1.5)),
    "spray": ("blinded", lambda w, s: noisy(cv2.blur(view(w), (151, 151)) * 0.5 + 60, s, strength=1.5)),
    "turned_right": ("moved", lambda w, _: view(w, right=0.03)),
    "turned_left": ("moved", lambda w, _: view(w, right=-0.08)),
    "zoomed_in": ("moved", lambda w, _: view(w, zoom=1.05)),
    "zoomed_out": ("moved", lambda w, _: view(w, zoom=0.85)),
    "rolled": ("moved", lambda w, _: view(w, roll=4)),
    "frozen": ("frozen", lambda _, __: view(at_second(CLIPS[0], 5))),
}


@pytest.mark.parametrize("rate", [0.5, 1, 5])
@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.stem)
def test_nothing_is_named_in_footage_as_it_is(clip: Path, rate: float) -> None:
    """Five minutes round and round, from the first look on; and hardly a look is withheld."""
    looks = [(s, clean(clip, s)) for s in moments(-1, 300, rate)]
    _, changes, withheld = watch(Health(), iter(looks))
    assert changes == []
    assert withheld <= 0.05 * len(looks)


@pytest.mark.parametrize("spoil", HARMLESS.values(), ids=HARMLESS)
@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.stem)
def test_weather_traffic_and_light_are_no_trouble(clip: Path, spoil: Spoil) -> None:
    """For half a minute each, seen once a second by a camera that knows its view."""
    looks = ((s, look_at(spoil(at_second(clip, s), s))) for s in moments(KNOWN_S, KNOWN_S + SPOILT_S, 1))
    _, changes, _ = watch(knowing(clip, 1), looks)
    assert changes == []


@pytest.mark.parametrize("rate", [0.5, 5])
@pytest.mark.parametrize(("trouble", "spoil"), HARMFUL.values(), ids=HARMFUL)
@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.stem)
def test_every_fault_is_named_in_time_and_ends(clip: Path, trouble: str, spoil: Spoil, rate: float) -> None:
    """Within 15 seconds, by its name and no other; over within 15 seconds of good pictures."""
    bad = moments(KNOWN_S, KNOWN_S + SPOILT_S, rate)
    health, changes, _ = watch(knowing(clip, rate), ((s, look_at(spoil(at_second(clip, s), s))) for s in bad))
    assert [name for _, name in story(changes)] == [trouble]
    assert story(changes)[0][0] <= KNOWN_S + 15
    good = moments(KNOWN_S + SPOILT_S, KNOWN_S + SPOILT_S + 15, rate)
    health, changes, _ = watch(health, ((s, clean(clip, s)) for s in good))
    assert [name for _, name in story(changes)] == ["ok"]
    assert health.verdict is FrameTrust.TRUST

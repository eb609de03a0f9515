"""Things left in footage: how many are found that appeared and stay, and what is found where nothing did.

    .venv/bin/python -m lab.bench.left_things --videos <clips> [--scenes 60] [--pictures <folder>]

Composed: a drawn thing is put down in each scene, at noon, at dusk (darker by the minute, with noise) or in rain, with
its shadow; half of the cameras tremble, and each picture is pressed as a stream would be. What is measured so is what
the detection of changes can do, not how often a street's things look like these drawings. Clips shorter than a scene
run forwards and backwards. The clips as they are, too: whatever is found in those is false.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_THREAD, getrusage
from typing import Final

import cv2
import numpy as np

from edge_agent.core.geometry import Box, intersection
from edge_agent.core.stream.appeared import WIDTH
from edge_agent.core.stream.standing import Appeared, Standing, watched
from lab.bench.drawn_things import THINGS, CutOut, Draws, Picture, Thing, cut_out, laid

WIDE: Final = 480  # of a composed picture
SECONDS: Final = 80.0
PER_SECOND: Final = 2
PUT_DOWN: Final = (25.0, 45.0)
WITHIN: Final = 30.0  # seconds from which on a thing that is not found is missed
LIGHTS: Final = ("noon", "dusk", "rain")
_BEGIN: Final = datetime(2026, 11, 30, 8, tzinfo=UTC)
_PRESSED: Final = (cv2.IMWRITE_JPEG_QUALITY, 65)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One composed scene: what is put down, when and where (pixels of a picture 480 wide)."""

    clip: int
    thing: Thing
    cut: CutOut
    light: str
    trembles: bool
    at_s: float
    left: int
    foot: int
    taken: bool = False  # it stands there from the first picture on, and is taken away then: nothing may be found

    def box(self, height: int) -> Box:
        """Where it stands, in fractions."""
        high, wide = self.cut.shape[:2]
        top = max(0, self.foot - high)
        return Box(self.left / WIDE, top / height, min(WIDE, self.left + wide) / WIDE, self.foot / height)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a scene: when its thing was found, what else was, the last picture."""

    found_s: float | None
    false: tuple[Standing, ...]
    picture: Picture
    ms: float


def main() -> None:
    """Measure all scenes and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--videos", type=Path, nargs="+", required=True, help="clips of fixed cameras")
    parser.add_argument("--scenes", type=int, default=60)
    parser.add_argument("--taken", type=int, default=12, help="scenes in which a thing is taken away")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pictures", type=Path, help="where the last picture of each scene is put")
    given = parser.parse_args()
    clips = [pictures_of(path) for path in given.videos]
    for path, clip in zip(given.videos, clips, strict=True):
        outcome = watch(clip, None, np.random.default_rng(0))
        print(f"{path.name} as it is, {len(clip) / PER_SECOND:.0f} s: {len(outcome.false)} found, {outcome.ms:.2f} ms")
    rows: list[tuple[Scene, Outcome]] = []
    cv2.setNumThreads(1)
    for number in range(given.scenes + given.taken):
        draws = np.random.default_rng((given.seed, number))
        scene = replace(made_up(number, clips, draws), taken=number >= given.scenes)
        outcome = watch(played(clips[scene.clip]), scene, draws)
        rows.append((scene, outcome))
        print(_line(number, scene, outcome), flush=True)
        if given.pictures:
            given.pictures.mkdir(parents=True, exist_ok=True)
            _draw(given.pictures / f"{number:03}.png", scene, outcome)
    _summary(rows)


def pictures_of(path: Path) -> list[Picture]:
    """The pictures of a clip, two a second, 480 wide."""
    capture = cv2.VideoCapture(str(path))
    rate, due = capture.get(cv2.CAP_PROP_FPS) or 10.0, 0.0
    pictures: list[Picture] = []
    number = 0
    while True:
        there, picture = capture.read()
        if not there:
            return pictures
        if number / rate >= due - 1e-6:
            size = (WIDE, round(picture.shape[0] * WIDE / picture.shape[1]))
            pictures.append(cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8))
            due += 1 / PER_SECOND
        number += 1


def played(clip: list[Picture]) -> list[Picture]:
    """A clip for as long as a scene lasts, forwards and backwards."""
    order = [*clip, *clip[-2:0:-1]]
    return [order[n % len(order)] for n in range(round(SECONDS * PER_SECOND))]


def made_up(number: int, clips: list[list[Picture]], draws: Draws) -> Scene:
    """A scene: its light and thing in turn, so that each meets each; place and time drawn."""
    clip = int(draws.integers(len(clips)))
    height = clips[clip][0].shape[0]
    thing, light = THINGS[number % len(THINGS)], LIGHTS[number // len(THINGS) % len(LIGHTS)]
    foot = int(draws.uniform(0.4, 0.97) * height)
    person = WIDE * (0.07 + 0.1 * foot / height)
    cut = cut_out(thing, person, draws)
    return Scene(
        clip=clip,
        thing=thing,
        cut=cut,
        light=light,
        trembles=bool(draws.integers(2)),
        at_s=float(draws.uniform(*PUT_DOWN)),
        left=int(draws.uniform(0.03, 0.95) * (WIDE - cut.shape[1])),
        foot=foot,
    )


def shown(clip: list[Picture], scene: Scene, draws: Draws) -> Iterator[tuple[float, Picture]]:
    """The pictures of a scene."""
    for number, picture in enumerate(clip):
        seconds, made = number / PER_SECOND, picture
        if (seconds >= scene.at_s) is not scene.taken:
            shadow = {"noon": 0.55, "dusk": 0.15, "rain": 0.1}[scene.light]
            made = laid(made, scene.cut, scene.left, scene.foot, shadow=shadow)
        made = _lit(made, scene.light, seconds, draws)
        if scene.trembles:
            by = np.array([[1, 0, draws.normal(0, 0.8)], [0, 1, draws.normal(0, 0.8)]])
            size = (made.shape[1], made.shape[0])
            made = cv2.warpAffine(made, by, size, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)
        yield seconds, pressed(made)


def _lit(picture: Picture, light: str, seconds: float, draws: Draws) -> Picture:
    values = picture.astype(np.float64)
    if light == "noon":
        cloud = 1 - 0.2 * max(0.0, np.sin(seconds / 9))  # the sun goes in and comes out
        values = ((values - 110) * 1.15 + 115) * cloud
    elif light == "dusk":
        values = 255 * (values / 255) ** 1.5 * (0.75 - 0.3 * seconds / SECONDS) + draws.normal(0, 5, values.shape)
    else:
        values = cv2.GaussianBlur(values * 0.8 + 15, (3, 3), 0) + draws.normal(0, 4, values.shape)
        _rain(values, draws)
    return np.clip(values, 0, 255).astype(np.uint8)


def _rain(values: np.ndarray, draws: Draws) -> None:
    height, width = values.shape[:2]
    for _ in range(120):
        x, y, long = int(draws.integers(width)), int(draws.integers(height)), int(draws.integers(6, 20))
        cv2.line(values, (x, y), (x + 2, y + long), (190.0, 190.0, 190.0), 1)


def pressed(picture: Picture) -> Picture:
    """The picture as a stream of few bits would give it."""
    there, data = cv2.imencode(".jpg", picture, _PRESSED)
    again = cv2.imdecode(data, cv2.IMREAD_COLOR)
    if not there or again is None:
        raise RuntimeError("OpenCV can write no JPEG here")
    return again.astype(np.uint8)


def watch(clip: list[Picture], scene: Scene | None, draws: Draws) -> Outcome:
    """Watch a clip, with what is put down in it if anything is."""
    known, found_after, spent = Appeared(), None, 0.0
    false: dict[tuple[int, datetime], Standing] = {}
    height = clip[0].shape[0]
    pictures = enumerate(clip) if scene is None else shown(clip, scene, draws)
    for n, picture in pictures:
        seconds = n / PER_SECOND if scene is None else n
        small = cv2.resize(picture, (WIDTH, round(height * WIDTH / WIDE)), interpolation=cv2.INTER_AREA)
        began = _worked()
        known = watched(known, small.astype(np.uint8), _BEGIN + timedelta(seconds=seconds))
        spent += _worked() - began
        for thing in known.shown():
            if scene is not None and not scene.taken and seconds >= scene.at_s and _same(thing.box, scene.box(height)):
                found_after = seconds - scene.at_s if found_after is None else found_after
            else:
                false[thing.number, thing.since] = thing
    return Outcome(found_s=found_after, false=tuple(false.values()), picture=picture, ms=1000 * spent / len(clip))


def _worked() -> float:
    """The processor time of this thread so far, in seconds."""
    used = getrusage(RUSAGE_THREAD)
    return used.ru_utime + used.ru_stime


def _same(box: Box, true: Box) -> bool:
    """Whether a box is of the thing: half of either lies in the other (its shadow may belong to it)."""
    return intersection(box, true) >= 0.5 * min(box.area, true.area) and box.area <= 4 * true.area


def _line(number: int, scene: Scene, outcome: Outcome) -> str:
    when = (
        "taken away" if scene.taken else "missed" if outcome.found_s is None else f"found after {outcome.found_s:.0f} s"
    )
    high, wide = scene.cut.shape[:2]
    how = f"{scene.thing.name} {wide}x{high}, {scene.light}{', trembling' if scene.trembles else ''}"
    return f"{number:3} clip {scene.clip}, {how}: {when}, {len(outcome.false)} false, {outcome.ms:.2f} ms"


def _draw(path: Path, scene: Scene, outcome: Outcome) -> None:
    picture = outcome.picture.copy()
    height = picture.shape[0]
    boxes = [(scene.box(height), (0, 255, 0)), *((each.box, (0, 0, 255)) for each in outcome.false)]
    for box, ink in boxes:
        corner = (round(box.x0 * WIDE), round(box.y0 * height))
        cv2.rectangle(picture, corner, (round(box.x1 * WIDE), round(box.y1 * height)), ink, 1)
    cv2.imwrite(str(path), picture)


def _summary(rows: list[tuple[Scene, Outcome]]) -> None:
    print("| light | scenes | found within 30 s | false | hours |\n|---|---|---|---|---|")
    left = [row for row in rows if not row[0].taken]
    parts = {light: [row for row in left if row[0].light == light] for light in LIGHTS}
    for name, part in {**parts, "all": left, "taken away": [row for row in rows if row[0].taken]}.items():
        found_count = sum(o.found_s is not None and o.found_s <= WITHIN for _, o in part)
        false = sum(len(o.false) for _, o in part)
        print(f"| {name} | {len(part)} | {found_count} | {false} | {len(part) * SECONDS / 3600:.2f} |")
    print(f"{sum(o.ms for _, o in rows) / len(rows):.2f} ms of processor time a picture")


if __name__ == "__main__":
    main()

"""Draws training batches from the archives, in a thread of its own beside the optimiser."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from lab.training.distractions import burnt_in, stairs
from lab.training.pictures.archives import Image, Photo, Vehicles, read_archive
from lab.training.pictures.scenes import Cutting, TrainingPicture, alone, mosaic, planted, road, weathered
from lab.training.pictures.videos import video_frames
from lab.training.settings import Settings
from lab.training.teachers import CARS, EVERY_S, FIRST_S, PEOPLE, ROADS, frame_name
from lab.training.weather import night, rain, starved

_AHEAD = 6
_CUT_SIDES = (24, 480)


Road = tuple[Image, Vehicles | None]


@dataclass(frozen=True, slots=True)
class TrainingPictures:
    """All a run learns from: photos of garbage; roads without any, as stills and frames; tiles from straight above.

    `judged` holds the joint judgement of a road's vehicles, by the name of the picture.
    """

    garbage: tuple[Photo, ...]
    stills: tuple[Photo, ...]
    videos: Mapping[str, tuple[Image, ...]]
    above: tuple[Photo, ...]
    judged: Mapping[str, Vehicles]

    def road(self, weights: Sequence[float], rng: np.random.Generator) -> Road:
        """A road picture and its vehicles; `weights` are the shares of stills, of each video, and of the tiles."""
        source = int(rng.choice(len(weights), p=weights))
        if source in (0, len(self.videos) + 1):
            photos = self.above if source else self.stills
            photo = photos[int(rng.integers(len(photos)))]
            return photo.pixels(), self.judged.get(photo.name)
        video = tuple(self.videos)[source - 1]
        index = int(rng.integers(len(self.videos[video])))
        return self.videos[video][index], self.judged.get(frame_name(video, index))


def read_material(data: Path, settings: Settings, judged: Mapping[str, Vehicles]) -> TrainingPictures:
    """Read the training splits. `coco_mini` is never trained on: it is for measuring.

    Of vtest.avi only the opening is used, from between the seconds that are measured.
    """
    images, videos = data / "images", data / "videos"
    garbage = read_archive(images / "garbage_cn.tar", "train")
    roads = tuple(photo for name in ROADS for photo in read_archive(images / f"{name}.tar", "train").photos)
    above = read_archive(images / "stalls_overhead.tar", "train") if settings.recipes.grounds[-1] else None
    cars = tuple(video_frames(videos / CARS, EVERY_S, first_s=FIRST_S[CARS]))
    seen = settings.recipes.vtest_seconds
    people = tuple(islice(video_frames(videos / PEOPLE, EVERY_S, first_s=FIRST_S[PEOPLE]), seen))
    return TrainingPictures(garbage.photos, roads, {CARS: cars, PEOPLE: people}, above.photos if above else (), judged)


class Batches:
    """An endless, seeded stream of batches: each step's draw depends on the seed and its number only."""

    def __init__(self, material: TrainingPictures, settings: Settings) -> None:
        self._material = material
        self._settings = settings

    def stream(self, first: int) -> Iterator[list[TrainingPicture]]:
        """Batches for the steps `first`, `first + 1`, …, made ahead in a thread."""
        ahead: queue.Queue[list[TrainingPicture]] = queue.Queue(_AHEAD)
        stop = threading.Event()

        def work() -> None:
            for step in range(first, self._settings.steps.total):
                batch = self._batch(step)
                while not stop.is_set():
                    try:
                        ahead.put(batch, timeout=1)
                        break
                    except queue.Full:
                        continue
                if stop.is_set():
                    return

        threading.Thread(target=work, daemon=True).start()
        try:
            for _ in range(first, self._settings.steps.total):
                yield ahead.get()
        finally:
            stop.set()

    def _batch(self, step: int) -> list[TrainingPicture]:
        rng = np.random.default_rng((self._settings.seed, step))
        shapes = self._settings.shapes
        shape = shapes.sizes[rng.choice(len(shapes.sizes), p=shapes.weights)]
        scenes = (weathered(self._scene(shape, step, rng), rng) for _ in range(self._settings.steps.batch))
        return [self._worsened(scene, rng) for scene in scenes]

    def _worsened(self, scene: TrainingPicture, rng: np.random.Generator) -> TrainingPicture:
        """Night, rain, too few bits, text: each now and then, so that two may meet."""
        shares = self._settings.recipes
        image = scene.image
        for share, worsen in (
            (shares.night, night),
            (shares.rain, rain),
            (shares.text, burnt_in),
            (shares.starved, starved),
        ):
            if rng.random() < share:
                image = worsen(image, rng)
        return replace(scene, image=image)

    def _scene(self, shape: tuple[int, int], step: int, rng: np.random.Generator) -> TrainingPicture:
        shares = self._settings.recipes
        late = step >= shares.mosaic_until * self._settings.steps.total
        weights = np.array([shares.alone, shares.mosaic, shares.planted, shares.empty])
        if late:
            weights[0], weights[1] = weights[0] + weights[1], 0
        recipe = rng.choice(4, p=weights / weights.sum())
        if recipe == 0:
            return alone(self._photo(rng), shape, rng)
        if recipe == 1:
            return mosaic([self._photo(rng) for _ in range(4)], shape, rng)
        image, vehicles = self._material.road(shares.grounds, rng)
        ground = road(image, shape, rng, vehicles)
        if rng.random() < shares.stairs:
            stairs(ground, rng)
        if recipe == 2:
            return planted(ground, [self._cutting(rng) for _ in range(int(rng.integers(1, 7)))], rng)
        return ground

    def _photo(self, rng: np.random.Generator) -> Photo:
        return self._material.garbage[int(rng.integers(len(self._material.garbage)))]

    def _cutting(self, rng: np.random.Generator) -> Cutting:
        """A garbage box cut out of a photo; in two of five, a piece of the photo that touches no box."""
        while True:
            photo = self._photo(rng)
            image = photo.pixels()
            size = np.tile(np.array([image.shape[1], image.shape[0]]), 2)
            index = int(rng.integers(len(photo.labels)))
            box = photo.boxes[index] * size
            label: int | None = int(photo.labels[index])
            if label and rng.random() < 0.3:  # plain garbage is the rarest label: look further for it
                continue
            if rng.random() < 0.4:
                label = None
                box = _elsewhere(box, photo.boxes * size, (image.shape[1], image.shape[0]), rng)
            left, top, right, bottom = box.round().astype(int)
            smallest, largest = min(right - left, bottom - top), max(right - left, bottom - top)
            if smallest >= _CUT_SIDES[0] and largest <= _CUT_SIDES[1]:
                return Cutting(image[top:bottom, left:right], label)


def _elsewhere(
    box: np.typing.NDArray[np.float64],
    boxes: np.typing.NDArray[np.float64],
    size: tuple[int, int],
    rng: np.random.Generator,
) -> np.typing.NDArray[np.float64]:
    """The box moved to where no box is; a box of no size when ten tries find no place."""
    wide, high = box[2] - box[0], box[3] - box[1]
    for _ in range(10):
        left, top = rng.uniform(0, max(1, size[0] - wide)), rng.uniform(0, max(1, size[1] - high))
        moved = np.array([left, top, left + wide, top + high])
        apart = (moved[2] <= boxes[:, 0]) | (moved[0] >= boxes[:, 2])
        apart |= (moved[3] <= boxes[:, 1]) | (moved[1] >= boxes[:, 3])
        if apart.all() and moved[2] <= size[0] and moved[3] <= size[1]:
            return moved
    return np.zeros(4)

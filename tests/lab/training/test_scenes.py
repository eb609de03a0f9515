"""Training pictures: boxes go where their pixels go."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from lab.training.pictures.archives import Photo, Vehicles, read_archive
from lab.training.pictures.scenes import (
    IGNORED,
    Cutting,
    TrainingPicture,
    alone,
    mirrored,
    mosaic,
    planted,
    road,
    weathered,
)

SEEDS = range(12)
SHAPE = (192, 256)


def photo() -> Photo:
    """A white block on black, labelled exactly."""
    picture = np.zeros((100, 120, 3), np.uint8)
    picture[30:70, 40:100] = 255
    _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 95])
    box = np.array([[40 / 120, 0.3, 100 / 120, 0.7]], np.float32)
    return Photo("block", packed.tobytes(), np.array([2], np.int64), box)


def bright(scene: TrainingPicture) -> NDArray[np.bool_]:
    """Where the picture is white."""
    return np.asarray(scene.image.min(axis=2) > 200)


def marked(scene: TrainingPicture) -> NDArray[np.bool_]:
    """Where a box says that something is."""
    mask = np.zeros(scene.image.shape[:2], np.bool_)
    for left, top, right, bottom in scene.boxes.round().astype(int).tolist():
        mask[top:bottom, left:right] = True
    return mask


def agreement(scene: TrainingPicture) -> float:
    """Intersection over union of what is white and what is marked."""
    white, boxes = bright(scene), marked(scene)
    return float((white & boxes).sum() / max(1, (white | boxes).sum()))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_shifted_photo_takes_its_box_along(seed: int) -> None:
    """Scaled, moved and cut by the canvas."""
    assert agreement(alone(photo(), SHAPE, np.random.default_rng(seed))) > 0.85


@pytest.mark.parametrize("seed", SEEDS)
def test_four_photos_take_their_boxes_along(seed: int) -> None:
    """Each within its own window."""
    scene = mosaic([photo()] * 4, SHAPE, np.random.default_rng(seed))
    assert agreement(scene) > 0.75
    assert set(scene.labels.tolist()) <= {2, IGNORED}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pasted_thing_has_its_exact_box_and_plain_ground_has_none(seed: int) -> None:
    """What is labelled is bright at its heart, and nothing lies outside the picture."""
    rng = np.random.default_rng(seed)
    ground = road(np.full((300, 400, 3), 60, np.uint8), SHAPE, rng)
    white = np.full((60, 60, 3), 255, np.uint8)
    scene = planted(ground, [Cutting(white, 0), Cutting(np.full((60, 60, 3), 60, np.uint8), None)], rng)
    assert len(scene.boxes) <= 1
    for left, top, right, bottom in scene.boxes.round().astype(int).tolist():
        assert 0 <= left < right <= SHAPE[1]
        assert 0 <= top < bottom <= SHAPE[0]
        assert scene.image[(top + bottom) // 2, (left + right) // 2].min() > 80
        scene.image[top:bottom, left:right] = 60
    assert scene.image.max() <= 62


@pytest.mark.parametrize("seed", SEEDS)
def test_mirroring_mirrors_boxes(seed: int) -> None:
    """Weather changes colours, and sides at most."""
    scene = alone(photo(), SHAPE, np.random.default_rng(3))
    before = scene.boxes.copy()
    after = weathered(scene, np.random.default_rng(seed)).boxes
    mirrored = np.stack((SHAPE[1] - before[:, 2], before[:, 1], SHAPE[1] - before[:, 0], before[:, 3]), axis=1)
    assert np.allclose(after, before) or np.allclose(after, mirrored)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_road_takes_its_vehicles_along(seed: int) -> None:
    """Cut, stretched and mirrored, it is where it is bright; one that is mostly cut off is no lesson."""
    rng = np.random.default_rng(seed)
    picture = np.full((300, 400, 3), 40, np.uint8)
    picture[90:210, 120:280] = 255
    car = Vehicles(np.array([[0.3, 0.3, 0.7, 0.7]], np.float32), np.array([2], np.int64), np.array([0.8], np.float32))
    scene = mirrored(road(picture, SHAPE, rng, car))
    assert scene.vehicles is not None
    assert scene.vehicles.chances.tolist() == pytest.approx([0.8])
    scene.boxes = scene.vehicles.boxes
    assert agreement(scene) > 0.95
    corner = Vehicles(np.array([[-0.4, -0.4, 0.02, 0.02]], np.float32), car.kinds, car.chances)
    assert all(chance < 0 for chance in _cut(road(picture, (300, 400), rng, corner)))


def _cut(scene: TrainingPicture) -> list[float]:
    return [] if scene.vehicles is None else list(scene.vehicles.chances)


def test_the_frozen_judge_is_shown_the_light_it_was_taken_in() -> None:
    """Only the learner sees the tinted picture."""
    scene = weathered(alone(photo(), SHAPE, np.random.default_rng(3)), np.random.default_rng(1))
    assert scene.clean is not None
    assert not np.array_equal(scene.clean, scene.image)
    assert set(np.unique(scene.clean[:4, :4])) == {114}


def test_an_archive_is_read_by_split(tmp_path: Path) -> None:
    """Names, pictures and boxes; a split that is not there is said."""
    path = tmp_path / "blocks.tar"
    files = {
        "blocks/data.yaml": b"nc: 1\nnames: ['block']\n",
        "blocks/train/images/a.jpg": photo().jpeg,
        "blocks/train/labels/a.txt": b"0 0.5 0.5 0.2 0.4\n",
    }
    with tarfile.open(path, "w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    blocks = read_archive(path, "train")
    assert blocks.names == ("block",)
    assert blocks.photos[0].boxes.tolist()[0] == pytest.approx([0.4, 0.3, 0.6, 0.7])
    assert blocks.photos[0].pixels().shape == (100, 120, 3)
    with pytest.raises(ValueError, match=r"archive 'blocks.tar': expected .* 'val', found 0"):
        read_archive(path, "val")


def test_pictures_pressed_into_squares_are_brought_back_to_their_shape(tmp_path: Path) -> None:
    """The boxes, in fractions of the picture, stay; other archives are left as they are."""
    square = np.zeros((64, 64, 3), np.uint8)
    _, packed = cv2.imencode(".jpg", square)
    for name, shape in (("tollroad_cctv", (36, 64, 3)), ("elsewhere", (64, 64, 3))):
        path = tmp_path / f"{name}.tar"
        files = {
            "set/data.yaml": b"names: ['car']\n",
            "set/val/images/a.jpg": packed.tobytes(),
            "set/val/labels/a.txt": b"0 0.5 0.5 0.2 0.4\n",
        }
        with tarfile.open(path, "w") as tar:
            for entry_name, content in files.items():
                entry = tarfile.TarInfo(entry_name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
        picture = read_archive(path, "val").photos[0]
        assert picture.pixels().shape == shape
        assert picture.boxes.tolist()[0] == pytest.approx([0.4, 0.3, 0.6, 0.7])

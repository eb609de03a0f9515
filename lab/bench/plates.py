"""How well plates are read: `python -m lab.bench.plates --crops DIR --vehicles DIR [--lprnet FILE] [--detector FILE]`.

Crops are pictures of single plates with the text as their file name; vehicles are a YOLO set. Times are CPU time of one
thread, so that they hold on a busy machine.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.adapters.plates.finding import PlateFinder, TextLines
from edge_agent.adapters.plates.looks import plate_look, plate_looks
from edge_agent.adapters.plates.reading import HEIGHT, WIDTH, LineReader
from edge_agent.adapters.plates.sessions import PlateNetwork
from edge_agent.app.detect.plates import LINES, PICTURES, READER, PlateReader
from edge_agent.config.site.loading import load_site
from edge_agent.config.site.shipped import shipped
from edge_agent.core.effects import ReadPlate
from edge_agent.core.geometry import Box
from edge_agent.core.plate.voting import vote
from edge_agent.core.site.plates import PlateMode
from lab.bench.plate_pictures import composed, plate_crops, vehicles

if TYPE_CHECKING:
    from edge_agent.adapters.plates.finding import Finder
    from edge_agent.ports import Image

WIDTHS: Final = (60, 90, 140)  # pixels across a plate
CAMERAS: Final = 16
VEHICLES: Final = 60  # of each size
LPRNET_SIGNS: Final = (
    "京沪津渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新0123456789ABCDEFGHJKLMNPQRSTUVWXYZIO"
)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crops", type=Path, required=True)
    parser.add_argument("--vehicles", type=Path, required=True)
    parser.add_argument("--lprnet", type=Path, help="LPRNet as ONNX, to compare with")
    parser.add_argument("--detector", type=Path, help="a plate detector with corners, to compare with")
    given = parser.parse_args()
    crops, cars = plate_crops(given.crops), vehicles(given.vehicles)
    reader = LineReader(shipped(READER))
    by_reader: dict[str, Callable[[Image], str]] = {"shipped reader": lambda crop: reader.read(_flat(crop)).text}
    if given.lprnet is not None:
        by_reader["LPRNet"] = _lprnet(given.lprnet)
    for name, read in by_reader.items():
        _crops(name, read, crops)
    finders: dict[str, Finder] = {"text lines (shipped)": TextLines(shipped(LINES))}
    if given.detector is not None:
        finders["given detector"] = PlateFinder(given.detector)
    for name, finder in finders.items():
        for wide in WIDTHS:
            _composed(name, finder, reader, crops, cars, wide)
        _without(name, finder, reader, cars)
    _burst(crops, cars)


def _cpu_s() -> float:
    """CPU seconds of this process so far."""
    spent = os.times()
    return spent.user + spent.system


def _flat(crop: Image) -> Image:
    return np.asarray(cv2.resize(crop, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)


def _lprnet(path: Path) -> Callable[[Image], str]:
    network = PlateNetwork(path)

    def read(crop: Image) -> str:
        small = np.asarray(cv2.resize(crop, (94, 24)), np.float32)
        tensor = np.asarray(((small - 127.5) / 128).transpose(2, 0, 1)[None], np.float32)
        text, before = "", -1
        for best in network.run(tensor)[0][0].argmax(axis=0).tolist():
            if best != before and best < len(LPRNET_SIGNS):
                text += LPRNET_SIGNS[best]
            before = best
        return text

    return read


def _crops(name: str, read: Callable[[Image], str], crops: list[tuple[str, Image]]) -> None:
    begun = _cpu_s()
    texts = [(text, read(crop)) for text, crop in crops]
    each_ms = (_cpu_s() - begun) / len(crops) * 1000
    exact = sum(text == read_ for text, read_ in texts)
    behind = sum(text[1:] == read_[1:] for text, read_ in texts)
    print(f"crops, {name}: {exact} of {len(crops)} exact, {behind} but for the province, {each_ms:.1f} ms each")


def _composed(
    name: str, finder: Finder, reader: LineReader, crops: list[tuple[str, Image]], cars: list[Image], wide: int
) -> None:
    """Vehicles with a plate of one width: one look alone, and the vote of as many as a box takes."""
    rng = np.random.default_rng(wide)
    counted: Counter[str] = Counter()
    spent = 0.0
    for _ in range(VEHICLES):
        text, crop = crops[rng.integers(len(crops))]
        scene = composed(rng, cars[rng.integers(len(cars))], crop, wide, PICTURES)
        begun = _cpu_s()
        looks = plate_looks([each.image for each in scene], finder, reader)
        spent += _cpu_s() - begun
        first, vote_all = (looks[0].text if looks else None), vote(looks)
        counted["one"] += first == text
        counted["none" if vote_all is None else "right" if vote_all.text == text else "wrong"] += 1
        counted["unsure"] += vote_all is not None and not vote_all.province_sure
    print(
        f"{name}, plates {wide} px wide: of {VEHICLES} told right {counted['right']}, wrong {counted['wrong']}, "
        f"not told {counted['none']} (province unsure {counted['unsure']}); first look exact {counted['one']}; "
        f"{spent / VEHICLES * 1000:.0f} ms a plate of {PICTURES} looks"
    )


def _burst(crops: list[tuple[str, Image]], cars: list[Image]) -> None:
    """A plate on each of 16 cameras wanted at one moment: what a box spends, and on what."""
    rng = np.random.default_rng(16)
    request = ReadPlate(at=datetime(2026, 11, 1, tzinfo=UTC), case="c", zone="z", kind="k", box=Box(0, 0, 1, 1))
    with TemporaryDirectory() as folder:
        reader = PlateReader(replace(load_site(shipped("site.yaml")), state=Path(folder)))
        spent = 0.0
        for _ in range(CAMERAS):
            car, crop = cars[rng.integers(len(cars))], crops[rng.integers(len(crops))][1]
            pictures = [each.image for each in composed(rng, car, crop, WIDTHS[1], PICTURES)]
            begun = _cpu_s()
            reader.read(request, pictures, PlateMode.HASH)
            spent += _cpu_s() - begun
    print(f"a plate on each of {CAMERAS} cameras, with colour and body, models opened anew: {spent:.1f} s of CPU time")


def _without(name: str, finder: Finder, reader: LineReader, cars: list[Image]) -> None:
    """Vehicles as they are, without a legible Chinese plate: whatever reads as one is made up."""
    large = [np.asarray(cv2.resize(car, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC), np.uint8) for car in cars]
    invented = sum(plate_look(car, finder, reader) is not None for car in large)
    count_read = sum(vote(plate_looks([car, car], finder, reader)) is not None for car in large)
    print(f"{name}, no legible plate: a plate read in {invented} of {len(large)} pictures, told of {count_read}")


if __name__ == "__main__":
    main()

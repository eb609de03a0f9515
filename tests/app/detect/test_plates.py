"""Reading a plate for a core: what leaves, and what never does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from edge_agent.adapters.plates.vehicle import VehicleDescriber
from edge_agent.app.detect.plates import ATTRIBUTES, PlateReader, cut, hash_of, read_files, with_plate
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.config.site.shipped import shipped
from edge_agent.core.effects import ReadPlate
from edge_agent.core.errors import BadInputError
from edge_agent.core.geometry import Box
from edge_agent.core.site.plates import PlateMode
from tests.adapters.plates.drawn import ARMY, vehicle
from tests.architecture import ROOT
from tests.street import at

REQUEST = ReadPlate(at=at(5), case="case-1", zone="z", kind="illegal_parking", box=Box(0.05, 0.05, 0.95, 0.95))
PICTURES = [vehicle(seed=seed) for seed in range(3)]


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedSite:
    """The sample site, with a state of its own."""
    from dataclasses import replace  # noqa: PLC0415 - of the fixture

    return replace(load_site(ROOT / "site.yaml"), state=tmp_path)


def test_a_clear_plate_is_told_with_its_looks(loaded: LoadedSite) -> None:
    """Three pictures agree; what was asked for is answered by name."""
    read = PlateReader(loaded).read(REQUEST, PICTURES, PlateMode.CLEAR)
    assert (read.case, read.at, read.text, read.hashed, read.looks) == ("case-1", at(5), ARMY, False, 3)
    assert read.confidence >= 0.8
    assert not (loaded.state / "keys").exists()


def test_where_hashes_are_kept_no_plate_leaves(loaded: LoadedSite) -> None:
    """The hash is the one by which the box knows the plate."""
    read = PlateReader(loaded).read(REQUEST, PICTURES, PlateMode.HASH)
    assert (read.text, read.hashed, read.looks) == (hash_of(loaded.state, ARMY), True, 3)
    assert ARMY not in repr(read)


def test_of_an_unsure_province_there_is_no_hash(loaded: LoadedSite) -> None:
    """It would be another's."""
    from edge_agent.core.events import PlateRead  # noqa: PLC0415 - of this one test
    from edge_agent.core.plate.reading import PlateReading  # noqa: PLC0415

    unsure = PlateReading(text="苏D12345", hashed=False, confidence=0.9, looks=3, province_sure=False)
    answer = PlateRead(at=at(0), case="c")
    assert with_plate(answer, unsure, PlateMode.HASH, loaded.state) == answer
    assert with_plate(answer, unsure, PlateMode.CLEAR, loaded.state).text == "苏D12345"


def test_nothing_is_read_where_plates_are_off_or_the_vehicle_is_small(loaded: LoadedSite) -> None:
    """Nor where there is no picture; no model is opened for it."""
    reader = PlateReader(loaded)
    off = reader.read(REQUEST, PICTURES, PlateMode.OFF)
    small = reader.read(
        ReadPlate(at=at(5), case="case-1", zone="z", kind="k", box=Box(0, 0, 0.1, 0.1)), PICTURES, PlateMode.CLEAR
    )
    none = reader.read(REQUEST, [], PlateMode.CLEAR)
    assert off == small == none
    assert (off.text, off.looks, off.colour, off.body) == (None, 0, None, None)
    assert "_finder" not in vars(reader)


def test_one_picture_proves_no_plate(loaded: LoadedSite) -> None:
    """The vehicle is described all the same."""
    assert PlateReader(loaded).read(REQUEST, PICTURES[:1], PlateMode.CLEAR).text is None


def test_a_vehicle_is_cut_out_with_a_margin_inside_the_picture() -> None:
    """A box at the edge is not grown beyond it."""
    picture = np.zeros((100, 200, 3), np.uint8)
    assert cut(picture, Box(0.25, 0.2, 0.75, 0.8)).shape == (66, 110, 3)
    assert cut(picture, Box(0, 0, 1, 1)).shape == (100, 200, 3)
    assert cut(picture, Box(0.5, 0.5, 0.5001, 0.5001)).shape == (1, 1, 3)


def test_a_vehicles_colour_is_told_where_it_is_sure() -> None:
    """A picture that is white all over is white; of no picture nobody knows."""
    describer = VehicleDescriber(shipped(ATTRIBUTES))
    white = describer.describe([np.full((120, 160, 3), 245, np.uint8)])
    assert white is not None
    assert white.colour == "white"
    assert describer.describe([]) is None
    with pytest.raises(BadInputError, match=r"'text_lines\.onnx': gives .*, no colour and type"):
        VehicleDescriber(shipped("models/plates/text_lines.onnx"))


@pytest.mark.parametrize("text", ["苏D1234", "STOP", "hmac-sha256:" + "0" * 32])
def test_only_a_plate_has_a_hash(loaded: LoadedSite, text: str) -> None:
    """Not what is none, nor a hash."""
    with pytest.raises(BadInputError, match="no plate of mainland China, expected one such as 苏D12345"):
        hash_of(loaded.state, text)


def test_files_are_read_as_pictures_of_one_vehicle(loaded: LoadedSite, tmp_path: Path) -> None:
    """In clear text, for whoever tries it; what is no picture is named."""
    import cv2  # noqa: PLC0415 - to write them

    files = [tmp_path / f"{number}.png" for number in range(2)]
    for path, picture in zip(files, PICTURES, strict=False):
        assert cv2.imwrite(str(path), picture)
    assert read_files(loaded, files).text == ARMY
    (tmp_path / "empty.png").write_bytes(b"")
    with pytest.raises(BadInputError, match=r"empty\.png: cannot be read as a picture, expected a JPEG or PNG file"):
        read_files(loaded, [tmp_path / "empty.png"])

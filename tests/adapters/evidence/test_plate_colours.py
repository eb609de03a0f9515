"""Plates of others cannot be read in what leaves the box, wherever they are; a reader of plates is the judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import pytest

from edge_agent.adapters.evidence.plate_colours import plates_by_colour
from edge_agent.adapters.evidence.redaction import Redaction
from edge_agent.core.events import Detection
from edge_agent.core.evidence import Redacted, plates_of_others
from edge_agent.core.geometry import PICTURE, Box, covered
from tests.adapters.evidence.plates.drawn_plate import READ, drawn_plate
from tests.adapters.evidence.plates.reader import agreeing, read_plate
from tests.cameras.clips import SAMPLE, first_picture

if TYPE_CHECKING:
    from edge_agent.ports import Image

WIDTHS: Final = (60, 80, 110, 150)
SIZE: Final = (1280, 720)
BLUE_CAR: Final = Box(0.1, 0.4, 0.5, 0.9)


def on_the_street(text: str, width: int, x: int, y: int) -> tuple[Image, Box]:
    """A picture of the campus road with a plate in it whose upper left corner is there, and the place of the plate."""
    picture = cv2.resize(first_picture(SAMPLE), SIZE, interpolation=cv2.INTER_CUBIC)
    plate = drawn_plate(text, width)
    high = plate.shape[0]
    picture[y : y + high, x : x + width] = plate
    return np.asarray(picture, np.uint8), Box(x / SIZE[0], y / SIZE[1], (x + width) / SIZE[0], (y + high) / SIZE[1])


def part(picture: Image, box: Box) -> Image:
    """The pixels of a box."""
    return picture[round(box.y0 * SIZE[1]) : round(box.y1 * SIZE[1]), round(box.x0 * SIZE[0]) : round(box.x1 * SIZE[0])]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("text", READ)
def test_a_plate_is_read_before_and_not_after_also_where_no_vehicle_was_seen(text: str, width: int) -> None:
    """The reader reads all of it in the original; in the copy, and in its JPEG, it guesses."""
    picture, place = on_the_street(text, width, 700, 500)
    assert read_plate(part(picture, place)) == text
    copy = Redaction().redacted(picture, (), PICTURE)
    assert copy.hidden[Redacted.PLATES] >= 1
    coded = cv2.imdecode(cv2.imencode(".jpg", copy.image, [cv2.IMWRITE_JPEG_QUALITY, 90])[1], cv2.IMREAD_COLOR)
    assert coded is not None
    for shown in (copy.image, np.asarray(coded, np.uint8)):
        assert agreeing(read_plate(part(shown, place)), text) <= 2


def test_the_band_of_a_vehicle_hides_a_plate_of_any_colour() -> None:
    """Grey as at night: no colour tells of it, and the vehicle does."""
    picture, place = on_the_street("苏D62K95", 110, 700, 500)
    grey = np.asarray(cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), np.uint8)
    assert agreeing(read_plate(part(grey, place)), "苏D62K95") >= 6
    car = Detection(label="car", score=0.2, box=Box(0.4, 0.4, 0.8, 0.9))
    assert agreeing(read_plate(part(Redaction().redacted(grey, (car,), BLUE_CAR).image, place)), "苏D62K95") <= 2


def test_the_plate_of_the_subject_stays() -> None:
    """It is what the order is about; that of a heap of garbage is somebody else's."""
    picture, place = on_the_street("苏D8K23Z", 110, 300, 560)
    car = Detection(label="car", score=0.6, box=BLUE_CAR)
    assert read_plate(part(Redaction().redacted(picture, (car,), BLUE_CAR).image, place)) == "苏D8K23Z"
    assert agreeing(read_plate(part(Redaction().redacted(picture, (), BLUE_CAR).image, place)), "苏D8K23Z") <= 2


def test_only_a_vehicle_has_a_plate_of_its_own() -> None:
    """Of a vehicle that is the subject what lies in it stays, of anything else nothing does."""
    own, others = Box(0.2, 0.8, 0.3, 0.85), Box(0.7, 0.8, 0.8, 0.85)
    car = Detection(label="truck", score=0.6, box=BLUE_CAR)
    assert plates_of_others((own, others), (car,), BLUE_CAR) == (others,)
    assert plates_of_others((own, others), (), BLUE_CAR) == (own, others)


def test_a_street_without_plates_is_left_alone() -> None:
    """Neither the campus road nor plain colours, nor stripes of two greys, are taken for plates."""
    road = np.asarray(cv2.resize(first_picture(SAMPLE), SIZE), np.uint8)
    assert sum(box.area for box in plates_by_colour(road)) < 0.01
    blue = np.full((720, 1280, 3), (160, 60, 20), np.uint8)
    assert plates_by_colour(blue) == ()
    blue[200:240, 200:320] = (30, 200, 220)
    assert plates_by_colour(blue) == ()


def test_it_is_found_where_it_is() -> None:
    """The place covers the plate and little more."""
    picture, place = on_the_street("皖A4P668", 110, 400, 300)
    places = [each for each in plates_by_colour(picture) if covered(place, each) > 0.7]
    assert places
    assert min(each.area for each in places) < 2 * place.area

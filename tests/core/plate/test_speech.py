"""Speech: a plate said sign by sign, and a vehicle in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.plate.reading import Identified, PlateReading, VehicleLook
from edge_agent.core.plate.speech import spoken, written
from edge_agent.core.plate.vehicles import identified_words, vehicle_words

READ = PlateReading(text="苏D10275", hashed=False, confidence=0.95, looks=3)
UNSURE = replace(READ, province_sure=False)
HASHED = replace(READ, text="hmac-sha256:00", hashed=True)


def test_a_plate_is_spelled_out() -> None:
    """The digit 1 is 幺 in Mandarin, and English names the province."""
    assert spoken(READ, "zh-CN") == "苏 D 幺 零 二 七 五"
    assert spoken(READ, "en") == "Jiangsu D one zero two seven five"
    assert spoken(replace(READ, text="蒙A1234警"), "en") == "Inner Mongolia A one two three four police"


def test_an_unsure_province_is_not_said_and_is_written_as_such() -> None:
    """Aloud the other signs are enough; whoever reads it is told."""
    assert spoken(UNSURE, "zh-CN") == "D 幺 零 二 七 五"
    assert spoken(UNSURE, "en") == "D one zero two seven five"
    assert written(UNSURE, "zh-CN") == "苏D10275（省份存疑）"
    assert written(UNSURE, "en") == "苏D10275 (province unsure)"
    army = replace(UNSURE, text="VA30093")
    assert spoken(army, "en") == "V A three zero zero nine three"


@pytest.mark.parametrize("reading", [None, HASHED])
def test_a_hash_is_neither_said_nor_written_out(reading: PlateReading | None) -> None:
    """No more than what nobody knows."""
    assert spoken(reading, "zh-CN") == written(reading, "en") == ""


def test_a_vehicle_is_told_by_colour_and_body() -> None:
    """Either may be unknown."""
    assert vehicle_words(VehicleLook(colour="white", body="van"), "zh-CN") == "白色面包车"
    assert vehicle_words(VehicleLook(colour="white", body="van"), "en") == "white van"
    assert vehicle_words(VehicleLook(colour="red"), "zh-CN") == "红色车辆"
    assert vehicle_words(VehicleLook(colour="red"), "en") == "red vehicle"
    assert vehicle_words(VehicleLook(body="bus"), "zh-CN") == "大客车"
    assert vehicle_words(VehicleLook(), "en") == vehicle_words(None, "en") == ""


def test_all_that_is_known_is_one_phrase() -> None:
    """The vehicle, then its plate; nothing where nothing is known."""
    known = Identified(plate=READ, vehicle=VehicleLook(colour="white", body="van"))
    assert identified_words(known, "zh-CN") == "白色面包车，苏D10275"
    assert identified_words(known, "en") == "white van, 苏D10275"
    assert identified_words(replace(known, plate=HASHED), "en") == "white van"
    assert identified_words(Identified(), "en") == ""

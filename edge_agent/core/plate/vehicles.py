"""Vehicles in words: which labels carry a plate, and what colour and body are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_agent.core.plate.speech import written

if TYPE_CHECKING:
    from edge_agent.core.plate.reading import Identified, VehicleLook

PLATED: Final = frozenset({"car", "van", "truck", "bus"})
COLOURS: Final = {
    "white": "白色",
    "grey": "灰色",
    "yellow": "黄色",
    "red": "红色",
    "green": "绿色",
    "blue": "蓝色",
    "black": "黑色",
}
BODIES: Final = {"car": "小客车", "bus": "大客车", "truck": "货车", "van": "面包车"}


def vehicle_words(look: VehicleLook | None, language: str) -> str:
    """A vehicle in words, such as 白色面包车 or "white van"; nothing where neither colour nor body is known."""
    if look is None or (look.colour is None and look.body is None):
        return ""
    if language.startswith("zh"):
        return COLOURS.get(look.colour or "", "") + BODIES.get(look.body or "", "车辆")
    return " ".join(part for part in (look.colour, look.body or "vehicle") if part)


def identified_words(known: Identified, language: str) -> str:
    """All that is known of a vehicle in one phrase for whoever reads it: colour and body, then the plate."""
    comma = "，" if language.startswith("zh") else ", "
    parts = (vehicle_words(known.vehicle, language), written(known.plate, language))
    return comma.join(part for part in parts if part)

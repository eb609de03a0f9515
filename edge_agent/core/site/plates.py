"""What a site wants to know of number plates: nothing, whether one comes again, or the plate itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from edge_agent.core.plate.matching import surely_matches

if TYPE_CHECKING:
    from edge_agent.core.plate.reading import PlateReading


class PlateMode(StrEnum):
    """What becomes of a plate that was read."""

    OFF = "off"  # none is read
    HASH = "hash"  # only its keyed hash is kept and told
    CLEAR = "clear"  # the plate is kept and told


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedPlate:
    """A plate, or its hash, whose vehicle is opened at once wherever it stands; ``why`` is told to the centre."""

    plate: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateRules:
    """How plates are dealt with; ``owner`` says whether the centre is asked to let the owner know."""

    mode: PlateMode = PlateMode.OFF
    watch: tuple[WatchedPlate, ...] = ()
    owner: bool = False

    @property
    def on(self) -> bool:
        """Whether plates are read at all."""
        return self.mode is not PlateMode.OFF

    def watched(self, reading: PlateReading | None) -> WatchedPlate | None:
        """The entry of the watch-list that a plate is on, or None."""
        if reading is None:
            return None
        return next((each for each in self.watch if surely_matches(each.plate, reading)), None)

    def admits(self, reading: PlateReading) -> bool:
        """Whether such a reading may be kept: a clear plate only where the site keeps clear plates."""
        return self.on and (reading.hashed or self.mode is PlateMode.CLEAR)


NO_PLATES: Final = PlateRules()

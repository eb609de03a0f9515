"""Streets that a law must have seen, each for the fault that it once let through."""

from __future__ import annotations

from typing import Final

from tests.laws.streets import Street, Stretch, Turn
from tests.street import detection

STALL_SEEN: Final = (detection("stall"),)
RETURN: Final[Street] = (  # a stall is warned, leaves, and comes back
    Stretch(gap_s=1, count=30, things=STALL_SEEN),
    Stretch(gap_s=1, count=30, things=()),
    Stretch(gap_s=1, count=60, things=STALL_SEEN),
)
CAR_SEEN: Final = (detection("car"),)
GAP: Final[Street] = (  # nothing is heard of a parked car for longer than a gap may be
    Stretch(gap_s=1, count=12, things=CAR_SEEN),
    Turn(gap_s=11, what="tick", pick=0),
    Stretch(gap_s=1, count=3, things=CAR_SEEN),
)

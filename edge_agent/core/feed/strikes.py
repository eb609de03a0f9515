"""Strikes as the operations centre hears of them: by whom is counted, where a party stands, and each entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StrikesBy(StrEnum):
    """Who is counted."""

    SHOP = "shop"  # the shop before which it stands
    PLATE = "plate"  # the vehicle
    PLACE = "place"  # whoever stands in the zone


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikeCount:
    """Where a party stands with one incident: it is its ``n``-th strike within the window, which is at ``step``.

    ``elsewhere`` of those before it were counted at other boxes, as the centre has told; the rest were counted here.
    """

    by: StrikesBy
    party: str
    n: int
    step: str
    elsewhere: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """An entry of the ledger: the ``n``-th time that ``party`` was asked for this ``kind``, at ``step``, heard ``at``.

    ``elsewhere`` is how many of those before it other boxes counted. ``void`` is why it does not count any more, empty
    while it does.
    """

    incident: str
    camera: str
    zone: str
    kind: str
    by: StrikesBy
    party: str
    n: int
    step: str
    at: datetime
    void: str = ""
    elsewhere: int = 0

"""What people wrote down of a camera itself: what the centre shows beside its pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.core.ground.coordinates import LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraCard:
    """A camera's ``name`` by language tag, where it hangs (degrees of CGCS2000), and by what right it watches.

    ``legal_basis`` names the law or decision, ``public_notice`` where passers-by are told.
    """

    name: dict[str, str] = field(default_factory=dict)
    position: LonLat | None = None
    legal_basis: str | None = None
    public_notice: str | None = None

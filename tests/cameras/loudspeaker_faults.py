"""How a `BackchannelCamera` can behave, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.ports import Clock


@dataclass(frozen=True, slots=True)
class Well:
    """As it should."""


@dataclass(frozen=True, slots=True)
class Mute:
    """It takes this request, and says nothing to it."""

    method: str


@dataclass(frozen=True, slots=True)
class Trickle:
    """It answers byte by byte, with a pause after each: no reply is whole in time."""

    clock: Clock


@dataclass(frozen=True, slots=True)
class Foreign:
    """It answers everything with these bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Refuse:
    """It answers this request with that status."""

    method: str
    status: int


@dataclass(frozen=True, slots=True)
class HangUp:
    """It loses its power after so many packets of sound."""

    after: int


@dataclass(frozen=True, slots=True)
class Forget:
    """It ends the session after so many packets, and goes on listening as if nothing were."""

    after: int


Manner = Well | Mute | Trickle | Foreign | Refuse | HangUp | Forget

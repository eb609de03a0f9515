"""Outlets: the things on the street by which people are told; a loudspeaker, a lamp, or a file that stands for one.

What is said, when, how loud and through which of them is decided before; an outlet only does it, and says honestly
whether it was done.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from edge_agent.ports import Sound, SpeakerAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What one outlet is to do, once.

    ``sounds`` are by language tag, in the order in which they are played; ``text`` the same in words. ``volume`` is the
    share of the full amplitude, above 0 up to 1. Nothing may begin to be played at ``until`` or later. ``id`` names
    this very announcement, and is the same when it is tried again.
    """

    id: str
    incident: str
    zone: str
    kind: str
    n: int
    at: datetime
    until: datetime
    text: Mapping[str, str] = field(default_factory=dict)
    sounds: Mapping[str, Sound] = field(default_factory=dict)
    volume: float = 1.0


class Outlet(Protocol):
    """One thing on the street by which people are told; used by one thread at a time."""

    def play(self, announcement: Announcement) -> SpeakerAnswer:
        """Do it, and return when it has been done or has failed; a failure of the outside is an answer, not an error.

        ``played`` only where the outlet is known to have done it; ``unknown`` where it may have (it went silent in the
        middle); ``failed`` with a reason that a person can act upon otherwise.
        """

    def recall(self, announcement: Announcement) -> SpeakerAnswer:
        """What became of an announcement that was under way when the power was cut, as far as it can tell."""

    def probe(self) -> str:
        """What is there, in a few words, without a sound; raises OutsideError with the reason where nothing is."""

    def close(self) -> None:
        """Give back what it holds."""

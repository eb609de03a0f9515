"""One sound of all that an announcement says, as one loudspeaker wants it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core import sound
from edge_agent.core.errors import OutsideError
from edge_agent.ports import Sound

if TYPE_CHECKING:
    from edge_agent.ports.outlets import Announcement

PAUSE: Final = timedelta(milliseconds=500)  # between two languages


def as_heard(announcement: Announcement, rate: int, *, volume: float | None = None) -> sound.Samples:
    """Every language in order with a pause between, at ``rate`` and at the announcement's volume, or another.

    Raises:
        OutsideError: There is nothing to play.
    """
    if not announcement.sounds:
        raise OutsideError("there is no sound of this announcement; is a voice installed, or a clip recorded?")
    parts = [sound.resampled(sound.from_bytes(each.samples), each.rate, rate) for each in announcement.sounds.values()]
    whole = sound.joined(parts, pause=PAUSE, rate=rate)
    if not len(whole):
        raise OutsideError("the sound of this announcement is empty, expected something to be heard")
    return sound.louder(whole, announcement.volume if volume is None else volume)


def as_one(announcement: Announcement, *, volume: float | None = None) -> Sound:
    """The same at the best rate among its sounds."""
    rate = max((each.rate for each in announcement.sounds.values()), default=1)
    return Sound(rate=rate, samples=sound.to_bytes(as_heard(announcement, rate, volume=volume)))

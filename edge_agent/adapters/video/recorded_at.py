"""Recorded at: the instant that a container says its recording began.

Recorders write ``creation_time`` (MP4, Matroska) in UTC, though some mean the local time of a clock that was never set:
a name that says another instant is believed before it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import av

if TYPE_CHECKING:
    from pathlib import Path

EARLIEST: Final = 1990  # a container of 1904 or 1970 was made by a clock that had not been set


def recorded_at(path: Path) -> datetime | None:
    """What the container of ``path`` says; None where it says nothing, or is none."""
    try:
        with av.open(str(path.absolute())) as container:
            metadata = [container.metadata, *(stream.metadata for stream in container.streams)]
    except (av.FFmpegError, OSError):
        return None  # whoever decodes it will say what is wrong with it
    dates = (each.get("creation_time") for each in metadata)
    return next((at for text in dates if text and (at := _instant(text)) is not None), None)


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    utc = at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return utc if utc.year > EARLIEST else None

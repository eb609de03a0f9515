"""Coverage: what of a recording could be looked at, so that nothing is left out in silence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.adapters.video.video_file import VideoFile


@dataclass(slots=True)
class Coverage:
    """What could be looked at: ``missing`` are the spans, of ``length`` in all, whose pictures could not be decoded."""

    length: timedelta = timedelta(0)
    missing: list[tuple[timedelta, timedelta]] = field(default_factory=list)

    @property
    def looked(self) -> timedelta:
        """How much of it could be looked at."""
        return self.length - sum((end - begin for begin, end in self.missing), timedelta(0))

    def add(self, source: VideoFile, length: timedelta, since: timedelta = timedelta(0)) -> None:
        """Count in a file that has been looked at to its end, which began so long ``since`` the first."""
        self.length += length
        self.missing += [(since + begin, since + end) for begin, end in source.missing]

    @property
    def sentence(self) -> str:
        """What is missing, in words; empty where nothing is."""
        if not self.missing:
            return ""
        spans = ", ".join(f"{begin.total_seconds():g}–{end.total_seconds():g} s" for begin, end in self.missing)
        looked_s, length_s = self.looked.total_seconds(), self.length.total_seconds()
        return f"looked at {looked_s:g} of {length_s:g} s: {spans} could not be decoded"

    @property
    def flag(self) -> dict[str, object]:
        """The same as a line of JSON."""
        return {
            "type": "recording.incomplete",
            "looked_s": self.looked.total_seconds(),
            "length_s": self.length.total_seconds(),
            "missing_s": [[begin.total_seconds(), end.total_seconds()] for begin, end in self.missing],
        }

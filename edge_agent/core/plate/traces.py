"""Earlier incidents of a plate, as a camera remembers them: by the plate or by its hash, whichever the site keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

REMEMBERED: Final = timedelta(days=30)
MOST: Final = 500  # of a camera, the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateTrace:
    """That a plate (or its hash) was in an incident opened ``at``."""

    plate: str
    incident: str
    at: datetime


def recurrence(plate: str, incident: str, traces: tuple[PlateTrace, ...], at: datetime) -> int:
    """In how many incidents other than ``incident`` a plate was within ``REMEMBERED`` before ``at``."""
    return sum(trace.plate == plate and trace.incident != incident and trace.at >= at - REMEMBERED for trace in traces)


def with_traces(traces: tuple[PlateTrace, ...], more: dict[str, PlateTrace], at: datetime) -> tuple[PlateTrace, ...]:
    """The traces with ``more``, one an incident, of which the later word holds; what is too old at ``at`` goes."""
    others = [trace for trace in traces if trace.incident not in more and trace.at >= at - REMEMBERED]
    return (*others, *more.values())[-MOST:]

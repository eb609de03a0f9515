"""What is measured of a running agent, and where measures go."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Measure(StrEnum):
    """What is measured of a running agent; `docs/operations.md` says what each means."""

    LOOKS = "looks"
    LOOKS_HELD = "looks_held"
    LOOKS_LATE = "looks_late"
    DROPS = "drops"
    CAMERA_STATE = "camera_state"
    FAILURES = "failures"
    DECISION_LAG = "decision_lag"
    DETECTOR = "detector"
    OUTBOX = "outbox"
    DELIVERED = "delivered"
    OFFERED_AGAIN = "offered_again"
    UPLOADS = "uploads"
    UPLOADS_WAITING = "uploads_waiting"
    DISK_USED = "disk_used"
    DISK_FREE = "disk_free"
    INCIDENTS = "incidents"
    WARNINGS = "warnings"
    UNRENDERED = "unrendered"
    TO_RENDER = "to_render"
    AFTER_WARNING = "after_warning"
    TIME_TO_LEAVE = "time_to_leave"
    COMMANDS = "commands"
    STANDING = "standing"
    DEGRADED = "degraded"
    CLOCK_OFFSET = "clock_offset"
    CLOCK_SYNCHRONISED = "clock_synchronised"
    BUILD = "build"


class DropCause(StrEnum):
    """Why something was dropped unread; `docs/operations.md` says what each means."""

    LATE = "late"
    UNTRUSTED = "untrusted"
    SUPERSEDED = "superseded"
    UNWANTED = "unwanted"
    UNDECODABLE = "undecodable"
    TOO_HEAVY = "too_heavy"
    INBOX_FULL = "inbox_full"
    SPEAKER_FULL = "speaker_full"
    CLIPS_FULL = "clips_full"
    OUTBOX_FULL = "outbox_full"
    PLATES_FULL = "plates_full"


class Metrics(Protocol):
    """Where measures go; labels are those of the measure, all of them at every call. Safe from any thread."""

    def count(self, measure: Measure, by: float = 1, **labels: str) -> None:
        """So many more have happened."""

    def level(self, measure: Measure, value: float, **labels: str) -> None:
        """It is so high now."""

    def span(self, measure: Measure, seconds: float, **labels: str) -> None:
        """One took so long."""

    def state(self, measure: Measure, state: str, **labels: str) -> None:
        """It is in this state now, and in no other."""

"""What the feed says of evidence that has arrived in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """One file; ``url`` is where it is fetched, absent where the site names no address."""

    role: str
    media_type: str
    bytes: int
    sha256: str
    url: str | None = None
    width: int | None = None
    height: int | None = None
    redacted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceStored:
    """Files of one incident that can be fetched from now on."""

    incident: str
    at: datetime
    evidence: tuple[EvidenceFile, ...]

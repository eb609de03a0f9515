"""What is uploaded, and where to, as the application sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file of an incident on its way; ``at`` is when it was taken in, ``stored`` when it arrived."""

    incident: str
    name: str
    role: str
    media_type: str
    sha256: str
    bytes: int
    width: int | None
    height: int | None
    at: datetime
    stored: datetime | None = None


class RemoteStore(Protocol):
    """Keeps files for the operations centre."""

    def put(self, path: str, content: bytes, media_type: str) -> None:
        """Keep the content under that path, whatever was there; when this returns it can be read there.

        Raises:
            OutsideError: The store is away, refuses, is full, hangs, or gives back something else.
        """

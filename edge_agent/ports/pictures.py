"""Pictures as messages name them: files that were kept, by their hashes, and one that is small enough to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of evidence: what it shows, its size in bytes and pixels, and the hash that it is known by.

    ``role`` is ``panorama``, ``annotated``, ``subject`` or ``clip``, ``redacted`` whether what is nobody's business was
    made unreadable in it, ``url`` where it can be fetched.
    """

    role: str
    media_type: str
    bytes: int
    sha256: str
    width: int
    height: int
    redacted: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """A small picture; ``data`` is its file in base64."""

    media_type: Literal["image/jpeg"] = "image/jpeg"
    width: int
    height: int
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPictures:
    """What was kept of one stage of an incident; a thumbnail only of those whose messages carry one."""

    files: tuple[StoredFile, ...] = ()
    thumbnail: Thumbnail | None = None

    def and_also(self, other: StoredPictures) -> StoredPictures:
        """These, then those of another stream of the same moment; of two thumbnails the first."""
        return StoredPictures(files=self.files + other.files, thumbnail=self.thumbnail or other.thumbnail)


NO_PICTURES = StoredPictures()

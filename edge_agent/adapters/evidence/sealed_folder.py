"""The folder of one incident as a seal finds it: its files and what their notes say of them, its manifest, its hold."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from edge_agent.config.wire.manifest_file import SealedFile, canonical, decode_manifest
from edge_agent.config.yaml.rewriting import write_private
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.config.wire.manifest_file import Manifest
    from edge_agent.ports.signing import Signer

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
EVENTS: Final = "events.jsonl"
HOLD: Final = "hold.json"
APART: Final = frozenset({MANIFEST, SIGNATURE, HOLD})  # of no manifest
SIGNATURE_VERSION: Final = 1
_TYPES: Final = {".jpg": "image/jpeg", ".mp4": "video/mp4", ".json": "application/json", ".jsonl": "application/jsonl"}
_ROLES: Final = {"frame": "panorama"} | {each: each for each in ("annotated", "redacted", "subject", "clip")}


@dataclass(frozen=True, slots=True)
class IncidentFolder:
    """One incident's evidence at ``path``."""

    path: Path

    def names(self) -> tuple[str, ...]:
        """The files that a manifest lists, sorted; raises OutsideError where the folder cannot be read."""
        with _answering(self.path, "read"):
            ours = [each.name for each in self.path.iterdir() if each.is_file() and not each.is_symlink()]
        return tuple(sorted(name for name in ours if name not in APART and not name.startswith(".")))

    def written(self) -> int:
        """When a file was last added or taken away, in nanoseconds; raises OutsideError."""
        with _answering(self.path, "read"):
            return self.path.stat().st_mtime_ns

    def manifest(self) -> Manifest | None:
        """The last manifest that was sealed, None where none was; raises OutsideError, for a damaged one too."""
        path = self.path / MANIFEST
        with _answering(path, "read"):
            return decode_manifest(path.read_bytes()) if path.exists() else None

    def files(self, *, camera: str | None) -> tuple[SealedFile, ...]:
        """Every file, hashed as it lies there, pictures and clips of ``camera``; raises OutsideError."""
        noted: dict[str, dict[str, Any]] = {}
        content: dict[str, bytes] = {}
        for name in self.names():
            content[name] = self.read(name)
            if name.endswith(".json"):
                noted |= _noted(content[name], camera)
        return tuple(_sealed(name, each, noted.get(name, {})) for name, each in content.items())

    def read(self, name: str) -> bytes:
        """One file; raises OutsideError."""
        with _answering(self.path / name, "read"):
            return (self.path / name).read_bytes()

    def size(self) -> int:
        """The bytes of the files that a manifest lists; raises OutsideError."""
        with _answering(self.path, "read"):
            return sum((self.path / name).stat().st_size for name in self.names())

    def write(self, name: str, content: bytes) -> None:
        """Write one file, whole or not at all; raises OutsideError."""
        with _answering(self.path / name, "written"):
            write_private(self.path / name, content)

    @property
    def held(self) -> bool:
        """Whether it must not be deleted."""
        return (self.path / HOLD).exists()

    def release(self) -> None:
        """Let it be deleted when its time has come; raises OutsideError."""
        with _answering(self.path / HOLD, "deleted"):
            (self.path / HOLD).unlink(missing_ok=True)


def signature_file(manifest: bytes, signer: Signer) -> bytes:
    """The signature of a manifest with what is needed to check it, as canonical JSON."""
    return canonical(
        {
            "version": SIGNATURE_VERSION,
            "algorithm": signer.algorithm,
            "key": signer.key,
            "manifest_sha256": sha256(manifest).hexdigest(),
            "signature": signer.sign(manifest).hex(),
        }
    )


@contextmanager
def _answering(path: Path, done: str) -> Iterator[None]:
    """Turn the disk's error into OutsideError, in our words."""
    try:
        yield
    except OSError as error:
        raise unwritten(error, f"evidence {path}: cannot be {done}: {error.strerror}") from error


def _noted(content: bytes, camera: str | None) -> dict[str, dict[str, Any]]:
    """What a note says of the files it names; nothing where it is no note."""
    try:
        note: Any = json.loads(content)
        notes = {}
        for key, role in _ROLES.items():
            if isinstance(about := note.get(key), dict) and isinstance(about.get("file"), str):
                shown = note.get("begin") if key == "clip" else note.get("shown")
                size = {side: about[side] for side in ("width", "height") if isinstance(about.get(side), int)}
                stream = "main" if key == "clip" else note.get("stream", "watched")
                redacted = about.get("redacted") is True
                about_it = {"role": role, "at": shown, "camera": camera, "stream": stream, "redacted": redacted}
                notes[about["file"]] = about_it | size
    except (ValueError, AttributeError):
        return {}
    return notes


def _sealed(name: str, content: bytes, noted: dict[str, Any]) -> SealedFile:
    suffix = f".{name.rpartition('.')[2]}"
    plain = "events" if name == EVENTS else "note" if suffix == ".json" else "other"
    return SealedFile(
        name=name,
        media_type=_TYPES.get(suffix, "application/octet-stream"),
        sha256=sha256(content).hexdigest(),
        bytes=len(content),
        **({"role": plain} | noted),
    )

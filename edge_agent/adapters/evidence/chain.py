"""The chain: a line for every manifest that this agent has sealed, each naming the one before it; only ever added to.

A line is on the disk before the manifest it names: a power cut in between leaves a number without a manifest, which is
no gap in the chain, and never two manifests of one number.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from edge_agent.config.wire.manifest_file import ChainLink, canonical
from edge_agent.core.errors import BadInputError
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHAIN: Final = "chain.jsonl"
TAIL: Final = 4096  # bytes: more than a line has


class Chain:
    """The chain in one folder; ``taken`` keeps other processes out while a manifest is made."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / CHAIN

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold the chain alone; raises OutsideError where the folder cannot be written."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            held = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise unwritten(error, f"chain {self._path}: cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield
        finally:
            os.close(held)

    def next(self) -> ChainLink:
        """The place of the next manifest.

        Raises:
            BadInputError: The last line is none of ours.
        """
        try:
            lines = self._tail().splitlines(keepends=True)
        except OSError as error:
            raise unwritten(error, f"chain {self._path}: cannot be read: {error.strerror}") from error
        whole = [line for line in lines if line.endswith(b"\n")]  # a power cut may have left half of the last one
        if not whole:
            return ChainLink(number=1, previous=None)
        try:
            last: Any = json.loads(whole[-1])
            return ChainLink(number=int(last["number"]) + 1, previous=str(last["sha256"]))
        except (ValueError, KeyError, TypeError) as error:
            raise BadInputError(f"chain {self._path}: its last line is damaged, expected number and sha256") from error

    def add(self, link: ChainLink, incident: str, manifest: bytes) -> None:
        """Write down that ``manifest`` has the place of ``link``; raises OutsideError."""
        line = canonical({"number": link.number, "incident": incident, "sha256": sha256(manifest).hexdigest()})
        try:
            with self._path.open("r+b") as file:
                file.seek(self._whole(file.seek(0, os.SEEK_END)))
                file.truncate()
                file.write(line + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise unwritten(error, f"chain {self._path}: cannot be written: {error.strerror}") from error

    def _tail(self) -> bytes:
        with self._path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
            return file.read()

    def _whole(self, size: int) -> int:
        """How many bytes of the file are whole lines."""
        tail = self._tail()
        return size - len(tail) + tail.rfind(b"\n") + 1

"""The key of a box's plates: made at first use, of mode 0600, and shown to nobody."""

from __future__ import annotations

import os
from secrets import token_bytes
from stat import S_IMODE
from typing import TYPE_CHECKING, Final

from edge_agent.core.errors import BadInputError
from edge_agent.core.plate.identity import KEY_BYTES
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = "plates.key"
OTHERS: Final = 0o077


def plate_key(folder: Path) -> bytes:
    """The key in ``folder``; a missing one is made, whole or not at all.

    Raises:
        BadInputError: Others may read it, or it is too short.
        OutsideError: The folder cannot be read or written.
    """
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make(path)
        mode, key = S_IMODE(path.stat().st_mode), path.read_bytes()
    except OSError as error:
        raise unwritten(error, f"key {path}: cannot be read or made: {error.strerror}") from error
    if mode & OTHERS:
        raise BadInputError(f"key {path}: others may read it (mode {mode:04o}), expected mode 0600")
    if len(key) < KEY_BYTES:
        raise BadInputError(f"key {path}: has {len(key)} bytes, expected {KEY_BYTES}")
    return key


def _make(path: Path) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(part)  # unlike a rename, this never replaces the key of another process
    except FileExistsError:
        pass
    finally:
        part.unlink()

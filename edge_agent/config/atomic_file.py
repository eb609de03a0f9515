"""Files that are there whole or not at all, also after a power cut; and folders that only their owner looks into."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

OWNER_FOLDER: Final = 0o700
OWNER_FILE: Final = 0o600


def write_whole(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write ``path`` beside itself and move it into place; makes its folder. Raises OSError.

    What is ``private`` shows people, or what was seen of them: only the owner may read it, whatever the umask.
    """
    if private:
        private_folder(path.parent)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.unlink(missing_ok=True)
    with open(partial, "wb", opener=owners if private else None) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def write_private(path: Path, content: bytes) -> None:
    """The same in a folder that nobody else may look into, also where it has been there before. Raises OSError."""
    private_folder(path.parent)
    path.parent.chmod(OWNER_FOLDER)
    write_whole(path, content, private=True)


def private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, for the owner alone; one that is there stays as it is."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=OWNER_FOLDER, exist_ok=True)
    if not missing:
        folder.mkdir(exist_ok=True)  # raises where it is a file


def owners(path: str, flags: int) -> int:
    """Open a file as ``open`` does, for the owner alone."""
    found = os.open(path, flags, OWNER_FILE)
    os.fchmod(found, OWNER_FILE)
    return found

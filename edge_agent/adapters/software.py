"""What this very program is: one hash over all of its code."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parent.parent


@cache
def software_sha256() -> str:
    """The SHA-256 over names and SHA-256 of the package's Python files, a line each, in the order of their names."""
    lines = (
        f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(PACKAGE).as_posix()}\n"
        for path in sorted(PACKAGE.rglob("*.py"))
    )
    return sha256("".join(lines).encode()).hexdigest()


def file_sha256(path: Path | None) -> str | None:
    """The SHA-256 of a file, None where there is none or it cannot be read."""
    try:
        return None if path is None else sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None

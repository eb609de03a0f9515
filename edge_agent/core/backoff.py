"""How long to wait before trying again: from half a second, doubling, to half a minute.

The pause is spread by up to a quarter, so that a hundred boxes that lost the same broker, or a box that lost a hundred
cameras at the same switch, do not all come back at once. The spread is a digest of a salt, never drawn.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 30.0


def pause_s(failures: int, salt: str) -> float:
    """Seconds to wait after so many failures in a row; the salt names who waits."""
    span = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures - 1, 16))
    spread = blake2b(f"{salt}/{failures}".encode(), digest_size=2).digest()
    return span * (0.75 + 0.25 * int.from_bytes(spread, "big") / 0xFFFF)

"""Who a vehicle is to a box that may not keep its plate: HMAC-SHA-256 of the plate under the box's own key.

The same plate has the same hash on one box, so what comes back is known again. There are few enough plates to try them
all, so the hash is worth what the key is: whoever has both can undo it, and boxes with different keys share nothing.
"""

from __future__ import annotations

import hmac
import re
from typing import Final

from edge_agent.core.plate.formats import normalised
from edge_agent.core.plate.reading import HASH_PREFIX

KEY_BYTES: Final = 32
DIGITS: Final = 32  # hexadecimal, 128 bits: no two plates of a country meet
_HASH: Final = re.compile(f"{HASH_PREFIX}[0-9a-f]{{{DIGITS}}}")


def hashed(plate: str, key: bytes) -> str:
    """The hash of a plate under ``key``, as messages and files carry it; raises ValueError for too short a key."""
    if len(key) < KEY_BYTES:
        raise ValueError(f"key of plates: expected at least {KEY_BYTES} bytes, got {len(key)}")
    digest = hmac.new(key, normalised(plate).encode(), "sha256").hexdigest()
    return f"{HASH_PREFIX}{digest[:DIGITS]}"


def is_hash(text: str) -> bool:
    """Whether a text is such a hash."""
    return _HASH.fullmatch(text) is not None

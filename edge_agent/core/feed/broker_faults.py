"""What a broker may have against a message, or against us.

::

    OutsideError
    ├── RefusedError        this message, for now: no right to the topic, a quota
    │   ├── HopelessError   this very message, for ever
    │   └── UnheardError    taken, but nobody listens
    ├── NameTakenError      us: another client goes by our name
    ├── OversizedError      it sends us what is larger than we take
    └── BrokenOffError      one of the messages under way, and it does not say which

How long to wait before trying again: from half a second, doubling, to half a minute.

The pause is spread by up to a quarter, so that a hundred boxes that lost the same broker, or a box that lost a hundred
cameras at the same switch, do not all come back at once. The spread is a digest of a salt, never drawn.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from edge_agent.core.errors import OutsideError


class MessageRefusedError(OutsideError):
    """The broker is there, but will not take this message (no right to the topic, too large)."""


class HopelessError(MessageRefusedError):
    """The broker will never take this very message (too large, no valid topic): sending it again cannot help."""


class UnheardError(MessageRefusedError):
    """The broker took the message, but nobody listens: it is gone where it is not sent again."""


class NameTakenError(OutsideError):
    """Another client has connected under our id, and the broker has sent us away for it."""


class OversizedError(OutsideError):
    """The broker has begun to send a message that is larger than the limit which we announced."""


class BrokenOffError(OutsideError):
    """The broker ended the connection over something we sent; where only one message was under way, over that one."""


FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 30.0


def pause_s(failures: int, salt: str) -> float:
    """Seconds to wait after so many failures in a row; the salt names who waits."""
    span = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures - 1, 16))
    spread = blake2b(f"{salt}/{failures}".encode(), digest_size=2).digest()
    return span * (0.75 + 0.25 * int.from_bytes(spread, "big") / 0xFFFF)

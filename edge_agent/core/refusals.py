"""What a broker may have against a message, or against us.

::

    OutsideError
    ├── RefusedError        this message, for now: no right to the topic, a quota
    │   ├── HopelessError   this very message, for ever
    │   └── UnheardError    taken, but nobody listens
    ├── NameTakenError      us: another client goes by our name
    ├── OversizedError      it sends us what is larger than we take
    └── BrokenOffError      one of the messages under way, and it does not say which
"""

from __future__ import annotations

from edge_agent.core.errors import OutsideError


class RefusedError(OutsideError):
    """The broker is there, but will not take this message (no right to the topic, too large)."""


class HopelessError(RefusedError):
    """The broker will never take this very message (too large, no valid topic): sending it again cannot help."""


class UnheardError(RefusedError):
    """The broker took the message, but nobody listens: it is gone where it is not sent again."""


class NameTakenError(OutsideError):
    """Another client has connected under our id, and the broker has sent us away for it."""


class OversizedError(OutsideError):
    """The broker has begun to send a message that is larger than the limit which we announced."""


class BrokenOffError(OutsideError):
    """The broker ended the connection over something we sent; where only one message was under way, over that one."""

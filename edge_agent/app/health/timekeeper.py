"""The timekeeper: what becomes of a clock that was wrong, at the start and while an agent runs.

::

    start, earlier than the latest record    the clock was ahead: the records are brought back to it, worlds and all
    start, a day or more later               switched off, or wrong now: evidence is kept for so much longer
    running, far from a trusted clock        the agent begins anew from what the store holds, by the right clock

All of it is said. A clock that nobody vouches for is believed over ours in one case only: where ours began with a jump
ahead, and the system's has come back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.clock import NEAR
from edge_agent.config.fields.spans_and_sizes import duration_text
from edge_agent.core.incident.clock_jumps import Jump

if TYPE_CHECKING:
    from edge_agent.adapters.store.jumps import JumpBook
    from edge_agent.ports import Chronometer

STATE: Final = "clock_jumped"  # as health says it
FAR_AHEAD: Final = timedelta(days=1)  # a shorter pause shortens no term that counts
TIMES: Final = 2  # in a row: one look at a clock may be at the moment at which it is being set


@dataclass(slots=True, kw_only=True)
class Timekeeper:
    """Watches over ``clock``; ``before`` is the latest instant that was recorded before it began."""

    clock: Chronometer
    before: datetime | None
    _jumped: bool = field(default=False, init=False)
    _seen: int = field(default=0, init=False)

    def begin(self, jumps: JumpBook) -> str:
        """Compare the start with the records, and mend these; what there is to say, nothing where all is well."""
        now = self.clock.now()
        by = timedelta(0) if self.before is None else now - self.before
        if by < timedelta(0):
            jumps.back(Jump(now, by))
            return f"the clock is {_span(-by)} behind the latest record, which is taken for wrong: all goes on from now"
        self._jumped = by >= FAR_AHEAD
        if not self._jumped:
            return ""
        jumps.ahead(Jump(now, by))
        return f"the clock is {_span(by)} ahead of the latest record: evidence is kept for so much longer"

    def strayed(self) -> str:
        """Ask once a minute: why the agent must begin anew by another clock, nothing while it need not."""
        offset = self.clock.offset()
        vouched = self.clock.synchronised() is True
        system = self.clock.now() + offset
        is_back = self._jumped and self.before is not None and self.before <= system and offset < timedelta(0)
        self._seen = self._seen + 1 if abs(offset) > NEAR and (vouched or is_back) else 0
        if self._seen < TIMES:
            return ""
        way = "behind" if offset < timedelta(0) else "ahead"
        return f"the system clock is {_span(abs(offset))} {way}, and is believed: the agent begins anew by it"


def _span(span: timedelta) -> str:
    return duration_text(timedelta(seconds=round(span.total_seconds())))

"""Unsettled: what the broker has acknowledged so lately that its own end may still cost it.

A broker acknowledges a message before it has saved it (mosquitto saves at the end of a step of its loop, or every so
many seconds), and one that loses its power forgets what lay between. A box does not see that: it sees a connection that
breaks, up to a minute late where nobody says goodbye. So what was acknowledged is settled only once the connection has
stood for `SPAN` after it, and what is not settled when another connection is made is offered again, by its old id::

    acknowledged ─▶ unsettled ─┬─ the connection stands SPAN longer ─▶ settled
                        ▲      └─ another connection, or another start of the agent ─▶ waits again ─┐
                        └───────────────────────────── acknowledged ───────────────────────────────┘

Each time it waits again its span is halved, so that a link that breaks all the time still gets on: after `TIMES` it is
settled whatever happens. What is unsettled is in the store, so the agent's own end changes nothing. A receiver keeps
one of each id.
"""

from __future__ import annotations

from datetime import timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from edge_agent.ports import Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from edge_agent.ports import Metrics, Outgoing, Publisher, Store

SPAN: Final = timedelta(seconds=90)  # a dead broker that says nothing is found out after two pings, 60 s
TIMES: Final = 10  # the span is then 0.1 s


class Unsettled:
    """What was acknowledged on the present connection; used by the thread that delivers alone.

    Args:
        store: Where it is remembered.
        publisher: Whose connections are counted.
        counter_ns: A counter that goes on, in nanoseconds.
        metrics: Where it is counted what was offered again.
    """

    def __init__(
        self, store: Store, publisher: Publisher, *, counter_ns: Callable[[], int], metrics: Metrics | None
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._counter_ns = counter_ns
        self._metrics = metrics
        self._connection: int | None = None
        self._ends: list[tuple[int, int]] = []  # a heap: when it is settled, and its place in the outbox

    def look(self) -> int:
        """After another connection, have all of it wait again; returns how much does. Call it before each pass.

        Raises:
            OutsideError: The disk; the next look does it.
        """
        connection = self._publisher.connections
        if connection == self._connection:
            return 0
        count = self._store.offer_again(TIMES)
        self._ends.clear()
        self._connection = connection
        if count and self._metrics is not None:
            self._metrics.count(Measure.OFFERED_AGAIN, count)
        return count

    def acknowledged(self, rows: Iterable[Outgoing]) -> None:
        """The broker has taken these, and the store knows it."""
        now = self._counter_ns()
        for row in rows:
            heappush(self._ends, (now + int(SPAN / timedelta(microseconds=1)) * 1000 // 2**row.again, row.order))
        self.stands()

    def stands(self) -> None:
        """The present connection stands: settle what has been acknowledged on it for long enough."""
        if self._publisher.connections != self._connection:
            return
        now, over = self._counter_ns(), []
        while self._ends and self._ends[0][0] <= now:
            over.append(heappop(self._ends)[1])
        if over:
            self._store.settle(tuple(over))

"""One pass over the outbox: offer the broker what waits, many messages under way at once, one of each incident.

::

    outbox ─▶ line of its incident ─▶ under way ─▶ taken ─▶ marked, many in one commit
                                              ├▶ refused: its lane is held back, all others go on
                                              ├▶ hopeless: a dead letter, its line goes on
                                              └▶ connection lost: the pass ends

A message is sent only once the one before it in its incident was taken, so nothing can overtake, whatever is lost or
sent again. A refused one holds back its lane alone, which is what its incident says on the same kind of topic: a broker
that takes no ``notify`` gets the warnings and the work order all the same, each lane in its own order. A row is marked
only after the broker's answer, so a crash in between delivers it twice, with the same id, and never not at all.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

from edge_agent.core.errors import OutsideError
from edge_agent.core.feed.broker_faults import BrokenOffError, HopelessError, MessageRefusedError, UnheardError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from edge_agent.ports import Message, Outgoing, Publisher, Store

PAGE: Final = 100
AHEAD: Final = 400  # rows read but not under way: with pictures of 64 KB in them, 25 MB
BATCH: Final = 200  # rows marked in one commit
ANSWER_S: Final = 10.0

Answered = tuple["Outgoing", "Future[bool]"]
Lane = tuple[str, str]  # an incident, and the topic of its messages but for the last level: rights differ by topic


def lane_of(message: Message) -> Lane:
    """What is held back together with ``message`` where the broker refuses it."""
    return message.key, message.topic.rpartition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassLimits:
    """How a pass is made.

    ``held`` are lanes not to be tried, ``single`` allows one message under way until one was taken, ``patient``
    keeps a record that nobody listens to. ``marked`` is told what the broker has taken, once the store knows it.
    """

    held: frozenset[Lane] = frozenset()
    single: bool = False
    patient: bool = False
    stopped: Callable[[], bool] = lambda: False
    marked: Callable[[tuple[Outgoing, ...]], None] = lambda _rows: None


@dataclass(slots=True, kw_only=True)
class OutboxPass:
    """What came of a pass: ``taken`` by the broker, ``held`` back by lane, ``buried`` reasons, ``trouble`` for all.

    ``again`` counts those of the taken that it had taken before.

    ``suspect`` is the lane whose message was alone under way when the connection broke. ``heard`` and ``unheard``
    count records that somebody, and nobody, listened to.
    """

    taken: int = 0
    again: int = 0
    heard: int = 0
    unheard: int = 0
    held: dict[Lane, OutsideError] = field(default_factory=dict)
    buried: list[str] = field(default_factory=list)
    lost: OutsideError | None = None
    suspect: Lane | None = None

    @property
    def first(self) -> int:
        """How many it has taken for the first time."""
        return self.taken - self.again

    @property
    def trouble(self) -> OutsideError | None:
        """What stands in the way of what was not delivered."""
        return self.lost or next(iter(self.held.values()), None)


def sweep(store: Store, publisher: Publisher, terms: PassLimits | None = None) -> OutboxPass:
    """Offer the broker everything that waits, once; raises OutsideError where the disk fails."""
    return _Pass(store, publisher, terms or PassLimits()).run()


class _Pass:
    def __init__(self, store: Store, publisher: Publisher, terms: PassLimits) -> None:
        self._store = store
        self._publisher = publisher
        self._terms = terms
        self._after = 0
        self._ready: deque[Outgoing] = deque()
        self._lines: dict[str, deque[Outgoing]] = {}  # by incident: what waits behind the one ready or under way
        self._ahead = 0
        self._under_way = 0
        self._careful = False  # what is under way is alone, for it may be what breaks the connection
        self._answers: SimpleQueue[Answered] = SimpleQueue()
        self._marks: list[Outgoing] = []
        self._done = OutboxPass()

    def run(self) -> OutboxPass:
        try:
            while self._done.lost is None and self._fill():
                self._hear()
        except OutsideError as error:
            self._done.lost = error
            self._hear_the_rest()
        finally:
            self._mark()
        return self._done

    def _fill(self) -> bool:
        """Send as much as may be under way; False once there is nothing to wait for."""
        if self._terms.stopped():
            self._done.lost = OutsideError("delivery was stopped") if not self._under_way else None
            return self._under_way > 0
        while (row := self._next()) is not None and self._has_room(row):
            self._ready.popleft()
            answer = self._publisher.send(row.message)
            self._under_way += 1
            self._careful = self._is_doubted(row)
            answer.add_done_callback(partial(self._answered, row))
        return self._under_way > 0

    def _answered(self, row: Outgoing, answer: Future[bool]) -> None:
        """On the network thread: pass it on."""
        self._answers.put((row, answer))

    def _has_room(self, row: Outgoing) -> bool:
        alone = self._careful or self._is_doubted(row) or self._publisher.window == 1
        return self._under_way < (1 if alone else self._publisher.window)

    def _is_doubted(self, row: Outgoing) -> bool:
        """One at a time after a loss, until one was taken: a message that breaks the connection is then alone.

        What the broker has taken before does not break it, and may be many.
        """
        return self._terms.single and not row.again and not self._done.first

    def _next(self) -> Outgoing | None:
        """The first that is ready; it stays so."""
        while not self._ready and self._ahead < AHEAD:
            rows = self._store.pending(PAGE, after=self._after)
            if not rows:
                break
            for row in rows:
                self._after = row.order
                self._line_up(row)
        return self._ready[0] if self._ready else None

    def _line_up(self, row: Outgoing) -> None:
        key = row.message.key
        if self._is_held(row):
            return
        if key in self._lines:
            self._lines[key].append(row)
            self._ahead += 1
        else:
            self._lines[key] = deque()
            self._ready.append(row)

    def _is_held(self, row: Outgoing) -> bool:
        lane = lane_of(row.message)
        return lane in self._terms.held or lane in self._done.held

    def _hear(self) -> None:
        """Wait for an answer, and take all that have come."""
        try:
            self._take(self._answers.get(timeout=ANSWER_S))
        except Empty:
            self._publisher.give_up()
            raise OutsideError(f"the broker has not answered for {ANSWER_S:.0f} s") from None
        self._hear_the_rest()
        if len(self._marks) >= BATCH:
            self._mark()

    def _hear_the_rest(self) -> None:
        while not self._answers.empty():
            self._take(self._answers.get())

    def _take(self, answered: Answered) -> None:
        row, answer = answered
        alone = self._under_way == 1 and (self._careful or self._publisher.window == 1)
        self._under_way, self._careful = self._under_way - 1, False
        error = answer.exception()
        match error:
            case None:
                self._taken(row, heard=answer.result())
            case HopelessError():
                self._bury(row, str(error))
            case MessageRefusedError():
                self._hold(row, error)
            case BrokenOffError() if alone:
                self._bury(row, str(error))
                self._done.lost = error
            case OutsideError():
                self._done.suspect = lane_of(row.message) if alone else None
                self._done.lost = error
            case _:
                raise error

    def _taken(self, row: Outgoing, *, heard: bool) -> None:
        record = row.message.expires is None
        self._done.heard += record and heard
        self._done.unheard += record and not heard
        if record and not heard and self._terms.patient:
            self._hold(row, UnheardError(f"nobody listens to messages on {row.message.topic}"))
            return
        self._done.taken += 1
        self._done.again += row.again > 0
        self._marks.append(row)
        self._go_on(row.message.key)

    def _bury(self, row: Outgoing, reason: str) -> None:
        self._mark()
        self._store.bury(row.order, reason)
        self._done.buried.append(reason)
        self._go_on(row.message.key)

    def _hold(self, row: Outgoing, error: OutsideError) -> None:
        self._done.held[lane_of(row.message)] = error
        self._go_on(row.message.key)

    def _go_on(self, key: str) -> None:
        line = self._lines[key]
        while line:
            self._ahead -= 1
            row = line.popleft()
            if not self._is_held(row):
                self._ready.append(row)
                return
        del self._lines[key]

    def _mark(self) -> None:
        if self._marks:
            marks, self._marks = tuple(self._marks), []
            self._store.delivered(tuple(row.order for row in marks))
            self._terms.marked(marks)

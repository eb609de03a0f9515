"""Delivery: empty the outbox into the broker, in order within each incident, for as long as it takes.

What stands in the way, and what is done about it (`sweep` is one pass)::

    the broker is away            pause, 0.5 s doubling to 30 s, for ever
    it refuses a message          it and its lane are offered again after such a pause; all others go on at once
    nobody listens to a record    the same, for about four minutes; then it counts as told, and health says so
    it will never take a message  a dead letter; its incident goes on
    it hangs up over a message    one at a time until the culprit is known; that one goes to the end of the queue
    another client has our id     a longer pause each time, and one clear sentence
    too much waits                the oldest health is dropped and counted; records never
    it ends before it has saved   what it acknowledged shortly before is offered again (``unsettled.py``)
"""

from __future__ import annotations

import logging
from collections import Counter
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.clock import counter_ns
from edge_agent.app.feed.notices import Notice, Notices
from edge_agent.app.feed.outbox_pass import Lane, OutboxPass, PassLimits, sweep
from edge_agent.app.feed.unsettled import Unsettled
from edge_agent.core.errors import OutsideError
from edge_agent.core.feed.broker_faults import NameTakenError, UnheardError, pause_s
from edge_agent.ports import DropCause, Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_agent.ports import Metrics, Publisher, Store

ENDING_S: Final = 5.0  # for a message under way, once the agent ends
IDLE_S: Final = 1.0  # a commit wakes the thread at once; this is how soon a lost connection is made anew
LIMIT: Final = 100_000  # messages that may wait before health is dropped: about 200 MB on the disk
PATIENCE: Final = (
    12  # pauses until a record that nobody listens to counts as told: four minutes, for a centre to come back
)
WAKES: Final = 20  # passes without what is held back, before it is tried again although the pause is not over
STRIKES: Final = 5  # connections a message may break alone before others go first
CALM: Final = 60  # passes without being sent away, after which the name counts as ours again
_log = logging.getLogger(__name__)


class Delivery:
    """The thread that delivers; ``trouble`` says what is in the way, for health and for people.

    Args:
        store: Whose outbox is emptied.
        publisher: Used by this thread alone.
        salt: Spreads the pauses; the agent's id.
        metrics: Where the messages that the broker has taken, and those dropped since too many wait, are counted.
        tell: Called with a state of the agent's health and its reason, when something begins or is over.
        without: Called with why nothing can be delivered now, and with an empty text once it can.
        limit: How many messages may wait before health is dropped.
        pause: Seconds to wait after so many failures in a row, for a salt.
    """

    def __init__(
        self,
        store: Store,
        publisher: Publisher,
        *,
        salt: str = "",
        metrics: Metrics | None = None,
        tell: Callable[[str, str], None] = lambda _state, _reason: None,
        without: Callable[[str], None] = lambda _reason: None,
        limit: int = LIMIT,
        pause: Callable[[int, str], float] = pause_s,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._salt = salt
        self._metrics = metrics
        self._without = without
        self._limit = limit
        self._pause = pause
        self._notices = Notices(tell)
        self._unsettled = Unsettled(store, publisher, counter_ns=counter_ns, metrics=metrics)
        self._wake = Event()
        self._ending = Event()
        self._stopped = Event()
        self._bug: BaseException | None = None
        self._thread = Thread(target=self._run, name="delivery", daemon=True)
        self._failures = 0  # in a row, of the connection
        self._single = False
        self._strikes: Counter[Lane] = Counter()
        self._takeovers = 0
        self._calm = 0
        self._held: dict[Lane, OutsideError] = {}
        self._refusals = 0  # in a row, of whatever is held
        self._skipped = 0
        self._patience_ns = int(sum(pause(count, salt) for count in range(1, PATIENCE + 1)) * 1e9)
        self._deaf_since: int | None = None  # by the counter
        self.standing: Callable[[], Mapping[str, bytes]] = dict
        """What the broker is to keep for whoever comes later, by topic; asked for when nothing waits."""
        self.trouble: OutsideError | None = None

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def wake(self) -> None:
        """Say that something was queued."""
        self._wake.set()

    def drain(self, *, within_s: float) -> int:
        """End once the outbox is empty, or after ``within_s``; returns how many messages wait for the next start.

        Raises:
            Bug: Or whatever else of ours ended the thread.
        """
        self._ending.set()
        self._wake.set()
        self._thread.join(within_s)
        self.close()
        return self._store.backlog().messages

    def close(self) -> None:
        """End after the messages under way; what waits, waits. Raises what ended the thread, if that was a bug.

        A broker that lets it wait is not waited for longer than a few seconds: the thread ends with the process.
        """
        self._stopped.set()
        self._wake.set()
        self._thread.join(ENDING_S)
        if self._thread.is_alive():
            _log.warning("the broker lets the delivery wait, it is left behind; what was not acknowledged comes again")
        bug, self._bug = self._bug, None
        if bug is not None:
            raise bug

    def _run(self) -> None:
        try:
            while not self._stopped.is_set() and not self._round():
                pass
        except BaseException as error:  # noqa: BLE001 - it is raised again by whoever ends the thread
            self._bug = error

    def _round(self) -> bool:
        """One pass, and the pause after it; True once there is nothing left to do."""
        self._wake.clear()
        ending = self._ending.is_set()  # asked before the pass: what is queued after it may still be seen by another
        done = self._sweep()
        if done.first and self._metrics is not None:
            self._metrics.count(Measure.DELIVERED, done.first)
        for reason in done.buried:
            self._notices.happened(Notice.DEAD_LETTER, reason)
        if done.lost is not None:
            self._lost(done, done.lost)
            return False
        self._connected(done)
        if not done.taken:
            self._keep()
        if self._held:
            self._retry_later()
            return False
        if not done.taken:
            if ending:
                return True
            self._wake.wait(IDLE_S)
        return False

    def _keep(self) -> None:
        """Bring up to date what the broker keeps of us; a connection that breaks is found by the next pass."""
        try:
            self._publisher.keep(self.standing())
        except OutsideError as error:
            _log.warning("what the broker keeps of this box is not up to date: %s", error)

    def _sweep(self) -> OutboxPass:
        terms = PassLimits(
            held=frozenset(self._held),
            single=self._single,
            patient=self._is_patient() and not self._ending.is_set(),
            stopped=self._stopped.is_set,
            marked=self._unsettled.acknowledged,
        )
        try:
            if not self._ending.is_set():
                self._publisher.connect()  # also with nothing to send: the retained status must be right
            self._offer_again()
            return sweep(self._store, self._publisher, terms)
        except OutsideError as error:  # the disk, or the broker is not there
            return OutboxPass(lost=error)

    def _offer_again(self) -> None:
        """Have what is unsettled wait again after another connection; a disk that fails holds up no message."""
        try:
            count = self._unsettled.look()
            if not self._ending.is_set():  # only then is it known that the connection stands
                self._unsettled.stands()
        except OutsideError as error:
            _log.warning("what the broker may not have saved is not sent again yet: %s", error)
            return
        if count:
            _log.info("%d messages are sent again: the broker may not have saved what it had just acknowledged", count)

    def _lost(self, done: OutboxPass, error: OutsideError) -> None:
        if self._stopped.is_set():
            return  # we ended the pass ourselves, and nothing is wrong
        self.trouble = error
        self._without(str(error))
        self._failures = 1 if done.first else self._failures + 1
        self._single = True
        if isinstance(error, NameTakenError):
            self._takeovers, self._calm = self._takeovers + 1, 0
            if self._takeovers > 1:  # once may have been ourselves, before a cable was pulled
                self._notices.set(Notice.NAME_TAKEN, str(error))
        if done.suspect is not None:
            self._strikes[done.suspect] += 1
            if self._strikes[done.suspect] >= STRIKES:
                self._held[done.suspect] = error
        self._shed()
        self._stopped.wait(self._pause(max(self._failures, self._takeovers), self._salt))

    def _connected(self, done: OutboxPass) -> None:
        self._failures, self._single = 0, False
        self._without("")
        self._calm += 1
        if self._calm == CALM:
            self._takeovers = 0
            self._notices.clear(Notice.NAME_TAKEN)
        self._held |= done.held
        self.trouble = next(iter(self._held.values()), None)
        self._listened(done)
        refused = [each for each in self._held.values() if not isinstance(each, UnheardError)]
        if refused:
            self._notices.set(Notice.REFUSED, str(refused[0]))
        elif not self._held:
            self._refusals, self._skipped = 0, 0
            self._strikes.clear()
            self._notices.clear(Notice.REFUSED)
            self._notices.clear(Notice.OUTBOX_FULL)

    def _listened(self, done: OutboxPass) -> None:
        """Know since when nobody has listened to a record, and lose patience: by time, however often we are woken."""
        if done.unheard:
            if self._deaf_since is None:
                self._deaf_since = counter_ns()
            if not self._is_patient():
                self._notices.set(
                    Notice.NOBODY_LISTENING, f"{done.unheard} messages that the broker took reached nobody"
                )
        elif done.heard:
            self._deaf_since = None
            self._notices.clear(Notice.NOBODY_LISTENING)

    def _is_patient(self) -> bool:
        return self._deaf_since is None or counter_ns() - self._deaf_since < self._patience_ns

    def _retry_later(self) -> None:
        """Wait, and try again what is held back; what is queued meanwhile is delivered meanwhile."""
        self._shed()
        woken = self._wake.wait(self._pause(self._refusals + 1, self._salt))
        if woken and self._skipped < WAKES and not self._ending.is_set():
            self._skipped += 1
            return
        self._held, self._skipped = {}, 0
        self._refusals += 1

    def _shed(self) -> None:
        try:
            shed = self._store.shed(self._limit)
        except OutsideError as error:
            self.trouble = error
            return
        if shed:
            if self._metrics is not None:
                self._metrics.count(Measure.DROPS, shed, camera="", cause=DropCause.OUTBOX_FULL)
            self._notices.set(
                Notice.OUTBOX_FULL, f"more than {self._limit} messages wait; the oldest health is dropped"
            )

"""The desk: takes in what the operations centre commands, has it done once, and sees that it is answered.

::

    broker ─▶ hear (kept in the store, then acknowledged) ─▶ desk ─┬▶ a camera's thread: fold, commit with the receipt
                                                                  └▶ an errand of the box: say, look, reload
    the same id again ─▶ the same receipt once more; with other content ─▶ refused

What was heard and not answered is taken up again every few seconds, and after a restart: a camera drops what it has
done already, so nothing is done twice. Of what cannot be read only a digest and the reason are kept.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Event
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.store.commands import Pending
from edge_agent.app.agent.command_rate import Floodgate
from edge_agent.app.feed.messages import receipt
from edge_agent.app.health.instructions import log_receipt
from edge_agent.config.wire.commands import AHEAD, Given, UnreadableCommandError, read_command, same_order
from edge_agent.core.commands import CommandOutcome, Grant, Look, Reload, Report, Revoke, Say, Silence
from edge_agent.core.effects import Receipt
from edge_agent.core.errors import OutsideError
from edge_agent.ports.measures import Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_agent.adapters.store.commands import CommandBook
    from edge_agent.core.commands import ForBox, ForCamera
    from edge_agent.core.site.site import Site
    from edge_agent.ports import Clock
    from edge_agent.ports.measures import Metrics

AGAIN: Final = timedelta(seconds=10)  # after which what was not answered is taken up again
TURN_S: Final = 1.0
VERB_LENGTH: Final = 32
UNREAD: Final = b"unreadable "  # before the digest of what could not be read, and the reason; no command begins so
REUSED: Final = "its id was used for another command; expected an id of its own"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How an errand ended, and what the receipt hands over."""

    outcome: CommandOutcome = CommandOutcome.ACCEPTED
    reason: str = ""
    result: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTargets:
    """Who does what was commanded: ``camera`` tells a camera's thread, ``errand`` does it and calls back when done."""

    camera: Callable[[str, Given], None]
    errand: Callable[[Given, ForBox, Callable[[Done], None]], None]
    wake: Callable[[], None]


class CommandHandler:
    """All commands pass it; ``run`` belongs to its own thread, everything else may be called from any.

    Args:
        site: Whose zones are commanded about, as it is now.
        book: Where commands are kept.
        clock: What time it is; the one that expiry is judged by.
        metrics: Where outcomes are counted.
        hands: Who does them.
    """

    def __init__(
        self, site: Callable[[], Site], book: CommandBook, clock: Clock, metrics: Metrics, hands: CommandTargets
    ) -> None:
        self._site = site
        self._book = book
        self._clock = clock
        self._metrics = metrics
        self._hands = hands
        self._gate = Floodgate()
        self._heard = Event()
        self._begun: dict[str, datetime] = {}  # when each was last taken up
        self._box_commands: set[str] = set()  # that are under way

    def hear(self, topic: str, payload: bytes) -> None:
        """Keep what was written to a topic; when this returns, no power cut loses it.

        Raises:
            OutsideError: The disk would not take it.
        """
        now = self._clock.now()
        verb = topic.rpartition("/")[2][:VERB_LENGTH]
        given: Given | None = None
        try:
            given = read_command(verb, payload)
            heard = Pending(id=given.id, verb=verb, payload=payload)
        except UnreadableCommandError as error:
            heard = Pending(id=error.command, verb=verb, payload=_unread(payload, error))
        if not self._gate.lets(given, now, {zone.id for zone in self._site().zones}):
            self._metrics.count(Measure.COMMANDS, outcome="dropped")
            return
        before = self._book.hear(heard, now)
        if before is not None:
            self._again(heard, before, now if given is None else max(now, given.issued))
        self._heard.set()

    def _again(self, heard: Pending, before: Pending, now: datetime) -> None:
        """What comes under an id that was heard before: the same receipt, or a refusal of what is not the same."""
        if same_order(heard.verb, heard.payload, before.verb, before.payload):
            self._metrics.count(Measure.COMMANDS, outcome="repeated")
            self._book.repeat(heard.id, now)
        else:
            _log.warning("command %s was refused: %s", heard.id, REUSED)
            self._metrics.count(Measure.COMMANDS, outcome=CommandOutcome.REFUSED)
            answer_receipt = Receipt(
                command=heard.id, at=now, camera="", verb=heard.verb, outcome=CommandOutcome.REFUSED, reason=REUSED
            )
            digest = sha256(heard.verb.encode() + heard.payload).hexdigest()[:16]
            self._book.reply(receipt(answer_receipt, self._site(), other=digest), now)
        self._hands.wake()

    def run(self, stop: Event) -> None:
        """Do what was heard until ``stop``; that the disk fails is logged, and it is tried again."""
        while not stop.is_set():
            self._heard.clear()
            try:
                self.turn()
            except OutsideError as error:
                _log.warning("commands wait: %s", error)
            self._heard.wait(TURN_S)

    def turn(self) -> None:
        """Take up what waits: what is new, and what nobody has answered for a while."""
        now = self._clock.now()
        under_way = self._box_commands.copy()  # before reading what waits: one answered in between waits no longer
        waiting = self._book.pending()
        self._begun = {each.id: self._begun[each.id] for each in waiting if each.id in self._begun}
        for each in waiting:
            begun = self._begun.get(each.id)
            if each.id not in under_way and (begun is None or now - begun >= AGAIN):
                self._begun[each.id] = now
                self._take_up(each, now)

    def _take_up(self, pending: Pending, now: datetime) -> None:
        if pending.payload.startswith(UNREAD):
            reason = pending.payload.removeprefix(UNREAD).partition(b" ")[2].decode()
            _log.warning("a command was refused: %s", reason)
            self._answer(pending.id, pending.verb, _refused(reason))
            return
        try:
            given = read_command(pending.verb, pending.payload)
        except UnreadableCommandError as error:
            _log.warning("a command was refused: %s", error)
            self._answer(pending.id, pending.verb, _refused(str(error)))
            return
        if given.issued > now + AHEAD:
            future = _refused("it was issued in the future; which clock is wrong?")
            self._answer(given.id, given.what.verb, future, given)
        elif now >= given.expires:
            self._answer(given.id, given.what.verb, Done(outcome=CommandOutcome.EXPIRED), given)
        elif isinstance(given.what, Say | Look | Report | Reload):
            self._errand(given, given.what)
        else:
            self._for_camera(given, given.what)

    def _for_camera(self, given: Given, what: ForCamera) -> None:
        if isinstance(what, Silence | Grant | Revoke):
            camera = next((zone.camera for zone in self._site().zones if zone.id == what.zone), None)
            unknown = f"there is no zone '{what.zone}'"
        else:
            camera = self._book.camera_of(what.incident)
            unknown = f"there is no incident {what.incident}"
        if camera is None:
            self._answer(given.id, what.verb, _refused(unknown), given)
        else:
            self._hands.camera(camera, given)

    def _errand(self, given: Given, what: ForBox) -> None:
        self._box_commands.add(given.id)

        def done(done: Done) -> None:
            try:
                self._answer(given.id, what.verb, done, given)
            finally:
                self._box_commands.discard(given.id)

        self._hands.errand(given, what, done)

    def _answer(self, command: str, verb: str, done: Done, given: Given | None = None) -> None:
        """The one receipt of a command that changed no camera's world; it is never dated before the command."""
        now, by = self._clock.now(), "" if given is None else given.by
        at = now if given is None else max(now, given.issued)
        answer_receipt = Receipt(
            command=command, at=at, camera="", verb=verb, outcome=done.outcome, reason=done.reason, by=by
        )
        log_receipt(answer_receipt)
        self._book.settle(command, receipt(answer_receipt, self._site(), done.result), now)
        self._metrics.count(Measure.COMMANDS, outcome=done.outcome)
        self._hands.wake()


def _unread(payload: bytes, error: UnreadableCommandError) -> bytes:
    """What is kept of a payload that cannot be read."""
    return UNREAD + sha256(payload).hexdigest().encode() + b" " + str(error).encode(errors="replace")


def _refused(reason: str) -> Done:
    return Done(outcome=CommandOutcome.REFUSED, reason=reason)

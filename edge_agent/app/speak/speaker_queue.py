"""A queue: one speaker of the street, and those who wait for it; each has a thread, so that a slow one delays no other.

A message lasts for seconds, and a camera that waited for it would be blind for as long. Whoever asks is answered once,
on the queue's thread: when it was played, when it surely was not (tried twice, while there is time), or when the
limits of the speaker (``core/speak/limits.py``) forbid it. Nothing is said late, and nothing is begun that is not
written down first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import TYPE_CHECKING, Final

from edge_agent.app.health.contained import in_words, report
from edge_agent.app.speak.announcements import announced
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.core.site.quiet_hours import Quiet
from edge_agent.core.speak.limits import LATE, QueuedRequest, Refused, Spoken, begun, cut_off, over, turn
from edge_agent.ports import SpeakerAnswer

if TYPE_CHECKING:
    from edge_agent.app.speak.announcements import Sounds
    from edge_agent.app.speak.speaker_state import SpeakerHealth, SpokenLog
    from edge_agent.core.effects import Speak
    from edge_agent.core.speak.limits import SpeakerLimits, Turn
    from edge_agent.ports import Clock
    from edge_agent.ports.outlets import Announcement, Outlet

TRIES: Final = 2
PAUSE: Final = timedelta(seconds=2)  # before a speaker that failed is tried again
MOST: Final = 100  # requests that may wait for one speaker: it says a few a minute
FULL: Final = f"{MOST} other messages wait for this speaker"
HUSHED: Final = "it is too quiet an hour for this speaker"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerParts:
    """What every queue of a site has in common: ``quiet`` tells how it is quiet for a request at an instant.

    Without a ``spoken_log`` nothing is written down, and what became of a message is asked of the outlet itself.
    """

    clock: Clock
    sounds: Sounds
    health: SpeakerHealth
    quiet: Callable[[Speak, datetime], Quiet | None]
    spoken_log: SpokenLog | None = None


@dataclass(slots=True)
class _WaitingRequest:
    request: Speak
    answered: Callable[[SpeakerAnswer], None]
    tries: int = 0
    not_before: datetime | None = None


@dataclass(slots=True)
class _WaitingLine:
    """Those who wait, by request, in the order in which they asked; safe from any thread."""

    waiting: dict[str, _WaitingRequest] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def put(self, request: _WaitingRequest) -> bool:
        """Let one wait; returns False, and does not, where too many do; one that is tried again has its place."""
        with self.lock:
            if len(self.waiting) >= MOST and not request.tries and request.request.id not in self.waiting:
                return False
            self.waiting[request.request.id] = request
            return True

    def take(self, ids: tuple[str, ...]) -> tuple[_WaitingRequest, ...]:
        """Those that are still there: each leaves the line once."""
        with self.lock:
            return tuple(self.waiting.pop(each) for each in ids if each in self.waiting)

    def seen(self) -> tuple[_WaitingRequest, ...]:
        with self.lock:
            return tuple(self.waiting.values())


class SpeakerQueue:
    """One speaker; ``run`` belongs to the thread that waits for it, ``ask`` and ``close`` may be called from any.

    ``beside`` is told the first request of every announcement as it begins: for a lamp that is lit meanwhile.
    """

    def __init__(
        self,
        name: str,
        outlet: Outlet,
        limits: SpeakerLimits,
        voice: SpeakerParts,
        *,
        lamp: bool = False,
        beside: Callable[[Speak], None] = lambda _: None,
    ) -> None:
        self.name = name
        self._outlet = outlet
        self._limits = limits
        self._voice = voice
        self._lamp = lamp
        self._beside = beside
        self._line = _WaitingLine()
        self._bell = Event()
        self._closed = Event()
        self._at_work = Lock()  # the outlet is used by one thread at a time
        spoken = voice.spoken_log.remembered(name) if voice.spoken_log is not None else Spoken()
        self._cut = spoken.saying
        self._spoken = cut_off(spoken, voice.clock.now())

    def run(self) -> None:
        """Speak until closed."""
        while not self._closed.is_set():
            until = self.turn()
            if not self._closed.is_set():  # the turn may have taken the bell that tells so
                self._wait(until)

    def _wait(self, until: datetime | None) -> None:
        left = None if until is None else max(0.0, (until - self._voice.clock.now()).total_seconds())
        self._bell.wait(left)

    def ask(self, request: Speak, answered: Callable[[SpeakerAnswer], None]) -> None:
        """Say it when its turn comes; ``answered`` is called once, from any thread, with what became of it."""
        if not self._line.put(_WaitingRequest(request, answered)):
            self._voice.health.dropped(self.name)
            answered(SpeakerAnswer(result=Result.FAILED, reason=FULL))
            return
        if self._spoken.saying:
            self._send_on(self._voice.clock.now())  # what cannot wait for the end may try another speaker now
        self._bell.set()

    def recall(self, request: Speak) -> SpeakerAnswer | None:
        """What became of a request before a power cut, or None where this speaker had not begun with it."""
        if self._voice.spoken_log is not None and request.id not in self._cut:
            known = {each.request: each.result for each in self._spoken.lately}
            return SpeakerAnswer(result=known[request.id], speaker=self.name) if request.id in known else None
        return self._signed(self._asked(lambda: self._outlet.recall(announced((request,), ({},), at=request.at))))

    @property
    def called(self) -> bool:
        """Whether somebody has asked since the last turn began."""
        return self._bell.is_set()

    def close(self) -> None:
        """End after the message being said; the others are found unanswered at the next start."""
        self._closed.set()
        self._bell.set()

    def release(self) -> None:
        """Give back what the outlet holds; only once the thread has ended."""
        self._outlet.close()

    def turn(self) -> datetime | None:
        """Do what is due now; returns when to ask again, None for when somebody asks."""
        self._bell.clear()
        while True:
            now = self._voice.clock.now()
            due = self._send_on(now)
            if not due.say or self._closed.is_set():
                return due.until
            self._say(due.say, due.volume)

    def _send_on(self, now: datetime) -> Turn:
        """Answer those whom this speaker cannot serve in time; what is due for the others."""
        requests = self._line.seen()
        quiet = {each.request.id: self._voice.quiet(each.request, now) for each in requests}
        hushed = {each.request.id for each in requests if self._hushed(quiet[each.request.id])}
        line = tuple(_wish(each, quiet[each.request.id]) for each in requests if each.request.id not in hushed)
        due = turn(self._spoken, line, self._limits, now)
        for refused in (*(Refused(each, HUSHED) for each in hushed), *due.refused):
            for each in self._line.take((refused.id,)):
                self._voice.health.refused(self.name)
                each.answered(SpeakerAnswer(result=Result.FAILED, reason=refused.reason))
        return due

    def _hushed(self, quiet: Quiet | None) -> bool:
        return quiet in {Quiet.ORDER, Quiet.WAIT} or (quiet is Quiet.LIGHT and not self._lamp)

    def _say(self, ids: tuple[str, ...], volume: float) -> None:
        requests = self._line.take(ids)
        if not requests:
            return
        answer = self._signed(self._played(tuple(each.request for each in requests), volume))
        again = self._voice.clock.now() + PAUSE
        for each in requests:
            each.tries += 1
            each.not_before = again
            if answer.result is Result.FAILED and each.tries < TRIES and again < each.request.expires_at:
                self._line.put(each)
            else:
                each.answered(answer)

    def _played(self, requests: tuple[Speak, ...], volume: float) -> SpeakerAnswer:
        clock, health = self._voice.clock, self._voice.health
        try:
            sounds = tuple({} if self._lamp else self._voice.sounds(request) for request in requests)
        except OutsideError as error:
            answer = SpeakerAnswer(result=Result.FAILED, reason=str(error))
        else:
            announcement = announced(requests, sounds, at=clock.now(), volume=volume)
            answer = self._begun(announcement, requests)
        health.answered(self.name, answer)
        return answer

    def _begun(self, announcement: Announcement, requests: tuple[Speak, ...]) -> SpeakerAnswer:
        clock = self._voice.clock
        if announcement.at >= announcement.until:  # making the sounds took so long
            return SpeakerAnswer(result=Result.FAILED, reason=LATE)
        self._keep(begun(self._spoken, tuple(request.id for request in requests), announcement.at))
        self._send_on(announcement.at)
        self._beside(requests[0])
        answer = self._asked(lambda: self._outlet.play(announcement))
        self._keep(over(self._spoken, clock.now(), answer.result))
        return answer

    def _asked(self, act: Callable[[], SpeakerAnswer]) -> SpeakerAnswer:
        """What the outlet says; whatever it raises over a device is that speaker's failure, and nobody else's."""
        with self._at_work:
            try:
                return act()
            except Exception as error:  # noqa: BLE001 - what one device answers may not decide whether others are watched
                report(f"speaker {self.name}", error, "nobody can tell what was heard")
                return SpeakerAnswer(result=Result.UNKNOWN, reason=f"{self.name}: {in_words(error)}")

    def _keep(self, spoken: Spoken) -> None:
        self._spoken = spoken
        if self._voice.spoken_log is not None:
            self._voice.spoken_log.keep(self.name, spoken)

    def _signed(self, answer: SpeakerAnswer) -> SpeakerAnswer:
        """With the name of this speaker, unless it surely said nothing."""
        return answer if answer.result is Result.FAILED else replace(answer, speaker=self.name)


def _wish(pending: _WaitingRequest, quiet: Quiet | None) -> QueuedRequest:
    request = pending.request
    return QueuedRequest(
        id=request.id,
        asked=request.at,
        expires=request.expires_at,
        softer=quiet is Quiet.SOFTER,
        not_before=pending.not_before,
    )

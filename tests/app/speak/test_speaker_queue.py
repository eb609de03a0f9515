"""A queue: one message after the other, nothing late, a second try, and an end that cuts off what still waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from edge_agent.app.speak.speaker_queue import SpeakerParts, SpeakerQueue
from edge_agent.app.speak.speaker_state import SpeakerHealth, SpokenLog
from edge_agent.core.effects import Speak
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.core.site.quiet_hours import Quiet
from edge_agent.core.speak.limits import SpeakerLimits
from edge_agent.ports import Sound, SpeakerAnswer
from tests.app.speak.outlets import PLAYED, SimulatedOutlet, failed
from tests.clocks import SimulatedClock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PATIENCE_S = 30.0
AT_ONCE = SpeakerLimits(gap=timedelta(0), gather=timedelta(0), hourly_cap=None)
UNKNOWN = SpeakerAnswer(result=Result.UNKNOWN, reason="it fell silent")


def request(clock: SimulatedClock, n: int = 1, *, expires_s: float = 30.0, zone: str = "z") -> Speak:
    """The request for warning ``n``."""
    return Speak(
        id=f"say-{zone}-{n}",
        at=clock.now(),
        incident="inc-1",
        zone=zone,
        kind="illegal_parking",
        n=n,
        attempt=1,
        expires_at=clock.now() + timedelta(seconds=expires_s),
        text={"en": f"please leave {zone}"},
    )


class Corner:
    """A queue on a street corner, its outlet, and what became of what it was asked."""

    def __init__(
        self,
        *answers: SpeakerAnswer,
        limits: SpeakerLimits = AT_ONCE,
        seconds: float = 0.0,
        sounds: Callable[[Speak], Mapping[str, Sound]] = lambda _: {"en": Sound(rate=8000, samples=b"\0\x10" * 8)},
        quiet: Quiet | None = None,
        folder: Path | None = None,
        lamp: bool = False,
    ) -> None:
        self.clock = SimulatedClock()
        self.outlet = SimulatedOutlet(self.clock, answers or (PLAYED,), seconds)
        self.quiet = quiet
        spoken_log = None if folder is None else SpokenLog(folder)
        self.voice = SpeakerParts(
            clock=self.clock, sounds=sounds, health=SpeakerHealth(), quiet=self._quiet, spoken_log=spoken_log
        )
        self.limits = limits
        self.queue = SpeakerQueue("gate", self.outlet, limits, self.voice, lamp=lamp)
        self.answers: list[tuple[str, SpeakerAnswer]] = []

    def _quiet(self, _request: Speak, _at: datetime) -> Quiet | None:
        return self.quiet

    def again(self) -> SpeakerQueue:
        """The queue after a power cut."""
        return SpeakerQueue("gate", self.outlet, self.limits, self.voice)

    def ask(self, pending: Speak) -> None:
        """Ask, and note the answer."""
        self.queue.ask(pending, lambda answer: self.answers.append((pending.id, answer)))

    def waits(self, seconds: float) -> None:
        """Let the queue do what falls due in so many seconds."""
        until = self.clock.now() + timedelta(seconds=seconds)
        while (due := self.queue.turn()) is not None and due <= until:
            self.clock.sleep((due - self.clock.now()).total_seconds())
        self.clock.sleep((until - self.clock.now()).total_seconds())

    @property
    def heard(self) -> list[str]:
        """The words that were heard, in order."""
        return [announcement.text["en"] for _, announcement in self.outlet.heard]


def test_messages_are_said_in_turn_and_answered() -> None:
    """Each to whoever asked for it, by name; on the thread of the queue."""
    corner, done = Corner(limits=replace(AT_ONCE, together=1)), Event()
    for n in (1, 2, 3):
        corner.ask(request(corner.clock, n))
    corner.queue.ask(request(corner.clock, 4), lambda _: done.set())
    thread = Thread(target=corner.queue.run)
    thread.start()
    assert done.wait(PATIENCE_S)
    corner.queue.close()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    answer = SpeakerAnswer(result=Result.PLAYED, speaker="gate")
    assert corner.answers == [("say-z-1", answer), ("say-z-2", answer), ("say-z-3", answer)]
    assert [announcement.n for _, announcement in corner.outlet.heard] == [1, 2, 3, 4]


def test_what_waits_for_one_speaker_is_one_announcement() -> None:
    """Neighbours that are due together: each has been warned, the same words are said once."""
    corner = Corner(limits=replace(AT_ONCE, gather=timedelta(seconds=1)))
    for zone, n in (("kerb", 1), ("gate", 1), ("kerb", 2)):
        corner.ask(request(corner.clock, n, zone=zone))
    corner.waits(5)
    assert corner.heard == ["please leave kerb please leave gate"]
    assert [answer.result for _, answer in corner.answers] == [Result.PLAYED] * 3
    ((at, announcement),) = corner.outlet.heard
    assert (at - announcement.at).total_seconds() == 0
    assert announcement.sounds["en"].samples == b"\0\x10" * 8 + bytes(8000) + b"\0\x10" * 8


def test_nothing_is_said_late() -> None:
    """A message whose turn comes after it has expired is not said, and that is told as a failure."""
    corner = Corner(limits=replace(AT_ONCE, together=1), seconds=40)
    corner.ask(request(corner.clock, 1))
    corner.ask(request(corner.clock, 2, expires_s=40.0))
    corner.waits(100)
    assert [announcement.n for _, announcement in corner.outlet.begun] == [1]
    assert corner.answers[1] == ("say-z-2", failed("too late to be said"))


def test_a_failure_is_tried_again_once() -> None:
    """After a pause, while there is time; what works the second time was played."""
    corner = Corner(failed("busy"), PLAYED)
    corner.ask(request(corner.clock))
    corner.waits(5)
    assert [answer.result for _, answer in corner.answers] == [Result.PLAYED]
    first, second = (at for at, _ in corner.outlet.begun)
    assert second - first == timedelta(seconds=2)


def test_a_second_failure_is_told_with_its_reason() -> None:
    """Nobody is named, for nobody has said anything; it leaves no gap behind."""
    corner = Corner(failed("no current"), limits=replace(AT_ONCE, gap=timedelta(seconds=25)))
    corner.ask(request(corner.clock))
    corner.waits(5)
    assert corner.answers == [("say-z-1", failed("no current"))]
    assert len(corner.outlet.begun) == 2


def test_there_is_no_second_try_after_the_expiry() -> None:
    """A speaker that was waited for in vain has used up the time."""
    corner = Corner(failed("no answer within 29 s"), seconds=29)
    corner.ask(request(corner.clock))
    corner.waits(60)
    assert len(corner.outlet.begun) == 1
    assert corner.answers == [("say-z-1", failed("no answer within 29 s"))]


def test_what_may_have_been_heard_is_not_tried_again() -> None:
    """Unknown is an answer; the ladder asks in its own time."""
    corner = Corner(UNKNOWN)
    corner.ask(request(corner.clock))
    corner.waits(20)
    assert corner.answers == [("say-z-1", replace(UNKNOWN, speaker="gate"))]
    assert len(corner.outlet.begun) == 1


def test_who_cannot_be_served_in_time_is_told_at_once() -> None:
    """Also while it speaks, so that another speaker may be asked."""
    corner = Corner(limits=replace(AT_ONCE, gap=timedelta(seconds=30)), seconds=5)
    corner.outlet.on_play = lambda: corner.ask(request(corner.clock, 2))
    corner.ask(request(corner.clock, 1))
    corner.queue.turn()
    assert [ident for ident, _ in corner.answers] == ["say-z-2", "say-z-1"]
    assert corner.answers[0][1] == failed("it has just spoken, and keeps its gap")


def test_a_voice_that_fails_is_an_answer() -> None:
    """The outlet is not troubled with it."""

    def hoarse(_: Speak) -> Mapping[str, Sound]:
        raise OutsideError("voice: lost")

    corner = Corner(sounds=hoarse)
    corner.ask(request(corner.clock))
    corner.waits(5)
    assert corner.answers == [("say-z-1", failed("voice: lost"))]
    assert corner.outlet.begun == []


def test_a_lamp_needs_no_voice() -> None:
    """It is lit without a sound."""

    def never(_: Speak) -> Mapping[str, Sound]:
        raise AssertionError

    corner = Corner(sounds=never, lamp=True, quiet=Quiet.LIGHT)
    corner.ask(request(corner.clock))
    corner.waits(5)
    assert [answer.result for _, answer in corner.answers] == [Result.PLAYED]


def test_quiet_is_kept_at_the_moment_of_playing() -> None:
    """Softer is played at the quiet volume; in other quiet hours a loudspeaker says nothing, not even what waited."""
    corner = Corner(quiet=Quiet.SOFTER)
    corner.ask(request(corner.clock, 1))
    corner.waits(1)
    assert corner.outlet.heard[0][1].volume == AT_ONCE.quiet_volume
    for quiet in (Quiet.LIGHT, Quiet.ORDER, Quiet.WAIT):
        corner.quiet = quiet
        corner.ask(request(corner.clock, 2))
        corner.waits(1)
        assert corner.answers.pop()[1] == failed("it is too quiet an hour for this speaker")
    assert len(corner.outlet.begun) == 1


def test_a_cap_and_a_gap_outlast_a_power_cut(tmp_path: Path) -> None:
    """What was under way at the cut counts as heard."""
    limits = replace(AT_ONCE, hourly_cap=1)
    corner = Corner(limits=limits, folder=tmp_path)

    def cut() -> None:
        raise KeyboardInterrupt

    corner.outlet.on_play = cut
    corner.ask(request(corner.clock, 1))
    with pytest.raises(KeyboardInterrupt):
        corner.queue.turn()
    corner.outlet.on_play = lambda: None
    corner.queue = corner.again()
    corner.ask(request(corner.clock, 2))
    corner.waits(10)
    assert corner.answers == [("say-z-2", failed("it has spoken 1 times within an hour, as often as it may"))]


def test_it_recalls_what_it_had_begun_with(tmp_path: Path) -> None:
    """Played, by its spoken log; under way at the cut, by what the outlet can tell; anything else it had not begun."""
    corner = Corner(folder=tmp_path)
    first, second = request(corner.clock, 1), request(corner.clock, 2)
    corner.ask(first)
    corner.waits(1)

    def cut() -> None:
        raise KeyboardInterrupt

    corner.outlet.on_play = cut
    corner.ask(second)
    with pytest.raises(KeyboardInterrupt):
        corner.queue.turn()
    again = corner.again()
    assert again.recall(first) == SpeakerAnswer(result=Result.PLAYED, speaker="gate")
    assert again.recall(second) == SpeakerAnswer(
        result=Result.UNKNOWN, reason="nobody can tell what became of say-z-2", speaker="gate"
    )
    assert again.recall(request(corner.clock, 3)) is None


def test_a_damaged_notebook_is_begun_anew(tmp_path: Path) -> None:
    """It is no record; a folder that cannot be written does not keep anybody silent either."""
    (tmp_path / "gate.json").write_text("{", encoding="utf-8")
    corner = Corner(folder=tmp_path)
    corner.ask(request(corner.clock, 1))
    corner.waits(1)
    (tmp_path / "file").touch()
    blocked = Corner(folder=tmp_path / "file")
    blocked.ask(request(blocked.clock, 1))
    blocked.waits(1)
    assert (corner.heard, blocked.heard) == (["please leave z"], ["please leave z"])


def test_the_end_waits_for_one_message_only() -> None:
    """The one being said is finished and answered; those behind it are left for the next start to find."""
    corner = Corner(limits=replace(AT_ONCE, together=1))
    corner.outlet.on_play = corner.queue.close
    for n in (1, 2, 3):
        corner.ask(request(corner.clock, n))
    corner.queue.run()
    corner.queue.release()
    assert [ident for ident, _ in corner.answers] == ["say-z-1"]
    assert (len(corner.outlet.heard), corner.outlet.closed) == (1, True)


def test_a_mouth_closed_before_it_began_says_nothing() -> None:
    """And does not wait for ever."""
    corner = Corner()
    corner.ask(request(corner.clock, 1))
    corner.queue.close()
    corner.queue.run()
    assert corner.heard == []

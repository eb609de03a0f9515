"""What an outlet raises is that speaker's failure."""

from __future__ import annotations

from edge_agent.core.events import Result
from edge_agent.ports import SpeakerAnswer
from tests.app.speak.test_speaker_queue import Corner, request


def failing() -> None:
    """As an outlet that stumbles over what its device has answered."""
    raise ValueError("too many digits")


def test_whatever_a_device_makes_an_outlet_raise_is_that_speakers_failure() -> None:
    """Not the agent's end: its answer is that nobody can tell, and the next message is said."""
    corner = Corner()
    corner.outlet.on_play = failing
    corner.ask(request(corner.clock, 1))
    corner.waits(60)
    corner.outlet.on_play = lambda: None
    corner.ask(request(corner.clock, 2))
    corner.waits(60)
    first, second = (answer for _, answer in corner.answers)
    assert first == SpeakerAnswer(result=Result.UNKNOWN, reason="gate: ValueError: too many digits", speaker="gate")
    assert second.result is Result.PLAYED

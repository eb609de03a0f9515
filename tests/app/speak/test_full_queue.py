"""A speaker for which too many wait: who asks then is sent on at once, and counted."""

from __future__ import annotations

from dataclasses import replace

from edge_agent.app.speak.speaker_queue import FULL, MOST
from edge_agent.app.speak.speaker_state import SpeakerHealth
from edge_agent.core.events import Result
from edge_agent.ports import SpeakerAnswer
from tests.app.recorded_metrics import RecordedMetrics
from tests.app.speak.test_speaker_queue import Corner, request


def test_more_than_a_hundred_requests_do_not_wait() -> None:
    """Who asks then is answered at once, so that the next speaker of the route is asked; it is counted."""
    corner, metrics = Corner(), RecordedMetrics()
    corner.voice = replace(corner.voice, health=SpeakerHealth(metrics))
    queue, answers = corner.again(), list[SpeakerAnswer]()
    for n in range(MOST):
        queue.ask(request(corner.clock, n), answers.append)
    assert not answers
    queue.ask(request(corner.clock, MOST), answers.append)
    assert answers == [SpeakerAnswer(result=Result.FAILED, reason=FULL)]
    assert metrics.counts == {("warnings", "gate", "refused"): 1, ("drops", "", "speaker_full"): 1}
    queue.turn()
    assert len(answers) == 1 + MOST

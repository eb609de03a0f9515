"""Taught looks: a replay that asks the taught classifier where the agent would, at the pictures of the recording.

A log holds the votes of the second looks that were made when it was written. By other zones, or once a camera has been
taught, others would be made; where there is a recording, the classifier is shown the very moment, and what the detector
would say is what the log says, or assumed to agree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.app.detect.judging import judges_of
from edge_agent.app.replay.replay import Assumed
from edge_agent.app.stream.frames import answered, with_judgement
from edge_agent.core.detect.vote import evidence_in
from edge_agent.core.effects import Effect, LookAgain
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Event, LookedAgain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from edge_agent.app.detect.judging import Judges
    from edge_agent.app.stream.recording import Recording
    from edge_agent.core.geometry import Box
    from edge_agent.core.teach.taught import Judgement, Taught
    from edge_agent.ports import Image

    Judge = Callable[[datetime, Box], Judgement | None]

AGAIN: Final = timedelta(seconds=30)  # a place that is asked about again sooner shows the same
DIGITS: Final = 2  # of a box: nearer is the same place


class JudgedPictures:
    """What a camera was taught to see at a place and moment of its recording; each is looked at once."""

    def __init__(self, taught: Taught, judges: Judges, picture: Callable[[datetime], Image]) -> None:
        self._taught, self._judges, self._picture = taught, judges, picture
        self._known: dict[tuple[float, ...], Judgement | None] = {}

    def __call__(self, at: datetime, box: Box) -> Judgement | None:
        """What is at ``box`` then; None where there is no picture of it."""
        place = tuple(round(side, DIGITS) for side in (box.x0, box.y0, box.x1, box.y1))
        key = (at.timestamp() // AGAIN.total_seconds(), *place)
        if key not in self._known:
            self._known[key] = self._looked(at, box)
        return self._known[key]

    def _looked(self, at: datetime, box: Box) -> Judgement | None:
        try:
            picture = self._picture(at)
        except OutsideError:
            return None
        return self._judges.judge(self._taught, lambda: picture, box)


@dataclass(frozen=True, slots=True, kw_only=True)
class VotedAnew(Assumed):
    """As assumed, but second looks are voted on anew, with the word of the taught classifier.

    ``looks`` are those of the log; where it has none, the closer look is assumed to be as sure as the detector was.
    """

    judge: Judge
    looks: Mapping[tuple[str, datetime], LookedAgain] = field(default_factory=dict)

    def respond(self, effect: Effect) -> Event | None:
        """The answer to a question of the core."""
        if not isinstance(effect, LookAgain):
            return Assumed.respond(self, effect)
        look = self.looks.get((effect.case, effect.at)) or LookedAgain(
            at=effect.at, case=effect.case, confirmed=True, agreed=effect.confirm_of, of=effect.confirm_of
        )
        seen = evidence_in(look, confirm=effect.confirm, running=effect.score)
        return answered(effect, with_judgement(seen, self.judge(effect.at, effect.box), effect.labels))

    def admits(self, event: Event) -> bool:
        """Whether an event of the log is folded: no second look is, for each is voted on anew."""
        return not isinstance(event, LookedAgain) and Assumed.admits(self, event)


def judged(assumed: Assumed, judge: Judge, answers: tuple[Event, ...]) -> VotedAnew:
    """What is ``assumed``, with the taught classifier heard; ``answers`` are the second looks of the log."""
    looked = (answer for answer in answers if isinstance(answer, LookedAgain) and answer.of)
    return VotedAnew(
        speaking=assumed.speaking,
        heard=assumed.heard,
        looked_again=assumed.looked_again,
        judge=judge,
        looks={(answer.case, answer.at): answer for answer in looked},
    )


def with_taught(assumed: Assumed, recordings: Sequence[Recording]) -> Assumed:
    """What is ``assumed`` of a replay of one camera's recordings, in their order; judged, if it is taught."""
    first = recordings[0]
    taught = first.loaded.site.taught.get(first.camera)
    if taught is None:
        return assumed
    videos = [(each.begins, each.opened()) for each in recordings]

    def picture(at: datetime) -> Image:
        video = next((video for begins, video in reversed(videos) if begins <= at), videos[0][1])
        frame = video.frame_at(at)
        if frame is None:
            raise OutsideError(f"{first.path}: no picture at {at.isoformat()}")
        return frame.image

    return judged(assumed, JudgedPictures(taught, judges_of(first.loaded), picture), ())

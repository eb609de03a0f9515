"""Second looks at a recording: as an agent would make them that had looked five times a second."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from edge_agent.app.bench.expected import SecondLooks
from edge_agent.core.effects import LookAgain
from edge_agent.core.events import Detection
from edge_agent.core.geometry import Box
from tests.adapters.video.test_video_file import film
from tests.street import at, detection, span

if TYPE_CHECKING:
    from edge_agent.ports import Image

MIDDLE = Box(0.3, 0.3, 0.7, 0.7)


class Bright:
    """A detector that sees a car in pictures that are bright enough; ``seen`` is how bright they were."""

    labels = frozenset({"car"})
    model_id = "0" * 64

    def __init__(self, floor: float) -> None:
        self._floor = floor
        self.seen: list[float] = []

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """A car in the middle of a bright picture."""
        self.seen.append(float(image.mean()))
        return (detection("car", MIDDLE),) if self.seen[-1] >= self._floor else ()


def request_at(second: float, case: str = "a") -> LookAgain:
    """A second look at the middle, two of three to agree."""
    return LookAgain(at=at(second), case=case, kind="illegal_parking", labels=frozenset({"car"}), box=MIDDLE)


def test_it_is_made_at_the_pictures_up_to_then(tmp_path: Path) -> None:
    """A fifth of a second apart, the last three; the answer is dated as it was asked for."""
    detector = Bright(floor=100)
    looks = SecondLooks(film(tmp_path / "road.mp4", range(0, 4000, 40)), detector)
    answer = looks.answer(request_at(1000), span(3))
    assert (answer.at, answer.case, answer.confirmed, answer.agreed, answer.of) == (at(1000), "a", True, 3, 3)
    assert len(detector.seen) == 3
    assert sorted(detector.seen) == detector.seen


def test_near_the_beginning_there_are_fewer(tmp_path: Path) -> None:
    """And what is not there is not seen."""
    looks = SecondLooks(film(tmp_path / "road.mp4", range(0, 4000, 40)), Bright(floor=100))
    answer = looks.answer(request_at(1000), span(0.1))
    assert (answer.confirmed, answer.of) == (False, 1)


def test_the_same_question_is_answered_once(tmp_path: Path) -> None:
    """For another camera, at another time, of the same moment of the recording."""
    detector = Bright(floor=100)
    looks = SecondLooks(film(tmp_path / "road.mp4", range(0, 4000, 40)), detector)
    looks.answer(request_at(1000), span(3))
    again = looks.answer(request_at(2000, "b"), span(3))
    assert (again.at, again.case, len(detector.seen)) == (at(2000), "b", 3)

"""What appeared gets the name that the camera was taught, once, and keeps it."""

from __future__ import annotations

from datetime import datetime

from edge_agent.app.stream.naming import Naming, renamed
from edge_agent.core.events import OBJECT, Detection, FrameSeen
from edge_agent.core.geometry import Box
from edge_agent.core.teach.taught import Judgement, Mark
from tests.street import at, detection

HERE = Box(0.1, 0.1, 0.2, 0.2)
THERE = Box(0.6, 0.6, 0.8, 0.8)


class Asked:
    """Judges as it is told to, and remembers where it was asked."""

    def __init__(self, **chances: float) -> None:
        self.chances = {Mark(mark): chance for mark, chance in chances.items()}
        self.places: list[Box] = []

    def __call__(self, _at: datetime, box: Box) -> Judgement | None:
        """The same for every place; nothing where it was told nothing."""
        self.places.append(box)
        return Judgement(chances=self.chances, nearest=()) if self.chances else None


def labels(naming: Naming, second: float, *detections: Detection) -> list[str]:
    """What a look is told of."""
    return [each.label for each in naming.named(detections, at(second))]


def test_an_object_is_judged_once_and_keeps_its_name() -> None:
    """Also when somebody stands before it for a while, or its box trembles."""
    judge = Asked(stall=0.8, nothing=0.2)
    naming = Naming(judge)
    shaken = Box(0.105, 0.1, 0.205, 0.2)
    assert labels(naming, 0, detection("car", THERE), detection(OBJECT, HERE)) == ["car", "stall"]
    assert labels(naming, 10) == []
    assert labels(naming, 20, detection(OBJECT, shaken)) == ["stall"]
    assert judge.places == [HERE]
    assert labels(naming, 400, detection(OBJECT, HERE)) == ["stall"]  # too long ago: looked at anew
    assert len(judge.places) == 2


def test_what_is_allowed_is_not_shown_and_what_nobody_knows_stays_an_object() -> None:
    """No name is better than a wrong one."""
    assert labels(Naming(Asked(allowed=0.9, stall=0.1)), 0, detection(OBJECT, HERE)) == []
    assert labels(Naming(Asked(stall=0.4, goods=0.3, nothing=0.3)), 0, detection(OBJECT, HERE)) == [OBJECT]
    assert labels(Naming(Asked()), 0, detection(OBJECT, HERE)) == [OBJECT]


def test_a_log_is_renamed_as_it_would_have_been_written() -> None:
    """Each place by itself; other events pass."""
    judge = Asked(goods=0.9, nothing=0.1)
    look = FrameSeen(at=at(0), detections=(detection(OBJECT, HERE), detection(OBJECT, THERE)))
    (event,) = renamed([look], Naming(judge))
    assert isinstance(event, FrameSeen)
    assert [each.label for each in event.detections] == ["goods", "goods"]
    assert judge.places == [HERE, THERE]

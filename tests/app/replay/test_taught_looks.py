"""A replay asks the taught classifier where the agent would, and keeps what the log says of the detector."""

from __future__ import annotations

from datetime import datetime

from edge_agent.app.replay.replay import Assumed, replay
from edge_agent.app.replay.taught_looks import judged
from edge_agent.core.effects import LookAgain, Speak
from edge_agent.core.events import LookedAgain
from edge_agent.core.geometry import Box
from edge_agent.core.teach.taught import Example, Judgement, Mark
from tests.site import site
from tests.street import at, looks, stands

STREET = looks(stands("car", 0, 120), until=120)
SITE = site()
NEAREST = (Example(id="a1", mark=Mark.ALLOWED, at=at(0)),)


def says(vehicle: float) -> Judgement:
    """How sure the classifier is of a vehicle."""
    return Judgement(chances={Mark.VEHICLE: vehicle, Mark.ALLOWED: 1 - vehicle}, nearest=NEAREST)


def warned(vehicle: float | None, answers: tuple[LookedAgain, ...] = ()) -> list[float]:
    """The seconds of warnings in a replay of the street whose second looks are judged so."""

    def judge(_at: datetime, _box: Box) -> Judgement | None:
        return None if vehicle is None else says(vehicle)

    effects = replay((*STREET[:61], *answers, *STREET[61:]), "c1", SITE, judged(Assumed(), judge, answers))
    return [(each.at - at(0)).total_seconds() for each in effects if isinstance(each, Speak)]


def test_what_is_taught_vetoes_and_confirms() -> None:
    """And where it says nothing, all is as it was assumed."""
    assert warned(0.97) == warned(None) == [60]
    assert warned(0.01) == []


def test_what_the_detector_saw_is_taken_from_the_log() -> None:
    """A second look of the log is voted on anew, not taken over: without the classifier it decides by its count."""
    (request,) = (each for each in replay(STREET, "c1", SITE, Assumed()) if isinstance(each, LookAgain))
    look = LookedAgain(at=request.at, case=request.case, confirmed=False, agreed=1, of=3)
    assert warned(None, (look,)) == [70]  # the next one is assumed to agree
    assert warned(0.97, (look,)) == [60]

"""The second look: closer, at the last few pictures, and only what stands in the same place agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.app.stream.frames import FrameRing, crop_window, cropped, look_again, within
from edge_agent.core.effects import LookAgain
from edge_agent.core.events import Detection
from edge_agent.core.geometry import Box

if TYPE_CHECKING:
    from edge_agent.ports import Image
from tests.app.one_camera import picture
from tests.street import KERB, at, detection

REQUEST = LookAgain(at=at(30), case="k", kind="illegal_parking", labels=frozenset({"car", "van"}), box=KERB)
THERE = Box(0.35, 0.35, 0.65, 0.65)  # of the crop: the middle, where the thing should be


class Finder:
    """A detector that finds the same in every picture."""

    labels = frozenset({"car"})
    model_id = "0" * 64

    def __init__(self, *thing: Detection) -> None:
        self._found = thing

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """What it was told to find, if there is a picture."""
        return self._found if image.size else ()


def ring(*seconds: float) -> FrameRing:
    """Pictures of these seconds."""
    frames = FrameRing()
    for second in seconds:
        frames.keep(picture(second))
    return frames


def test_three_pictures_are_asked() -> None:
    """The last three until the moment of the request, not later ones."""
    answer = look_again(REQUEST, ring(5, 10, 20, 30, 40), Finder(detection("van", THERE)))
    assert (answer.confirmed, answer.agreed, answer.of, answer.case, answer.at) == (True, 3, 3, "k", at(30))


def test_another_label_or_place_does_not_agree() -> None:
    """A person, or a car at the edge of the crop."""
    for thing in (detection("person", THERE), detection("car", Box(0, 0, 0.2, 0.2))):
        answer = look_again(REQUEST, ring(10, 20, 30), Finder(thing))
        assert (answer.confirmed, answer.agreed) == (False, 0)


def test_without_pictures_nothing_is_confirmed() -> None:
    """Nobody is warned on the word of one look alone."""
    answer = look_again(REQUEST, FrameRing(), Finder(detection("car", THERE)))
    assert (answer.confirmed, answer.of) == (False, 0)


def test_a_crop_lies_inside_the_picture_and_leads_back() -> None:
    """Also at its corner; a box of the crop comes back where it was."""
    window = crop_window(Box(0.95, 0.95, 1, 1))
    assert (window.x1, window.y1) == (1, 1)
    assert cropped(picture(1).image, window).size > 0
    back = within(detection("car", Box(0, 0, 1, 1)), window)
    assert (back.x0, back.y0, back.x1, back.y1) == (window.x0, window.y0, 1, 1)

"""The second look (自动二次识别): before anything is said, look again, closer, at the last few pictures.

A nano detector at full-picture scale takes a shadow for a car now and then. Before a warning, the spot is cropped from
the full-resolution pictures and shown to the detector again at a larger scale; ``confirm`` of them must show a thing of
the same labels at the same place. Pictures of several instants say more than one picture cut in several
ways, and they are at hand: the ring of frames that evidence is taken from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_agent.core.events import LookedAgain
from edge_agent.core.geometry import Box, intersection

if TYPE_CHECKING:
    from edge_agent.app.frames import FrameRing, Kept
    from edge_agent.core.effects import LookAgain
    from edge_agent.core.events import Detection
    from edge_agent.ports import Detector, Image

MARGIN: Final = 1.0  # of the box, on each side
MIN_SIDE: Final = 0.25  # of the picture: a smaller crop shows a thing without its surroundings
OVERLAP: Final = 0.3  # of the smaller of the two boxes


def look_again(request: LookAgain, ring: FrameRing, detector: Detector) -> LookedAgain:
    """Look at the last pictures of the spot and say how many agree; after a restart there may be fewer of them."""
    pictures = ring.last(request.confirm_of, until=request.at)
    agreed = sum(1 for picture in pictures if shows(picture, request, detector))
    confirmed = bool(pictures) and agreed >= min(request.confirm, len(pictures))
    return LookedAgain(at=request.at, case=request.case, confirmed=confirmed, agreed=agreed, of=len(pictures))


def shows(picture: Kept, request: LookAgain, detector: Detector) -> bool:
    """Whether a closer look at one picture finds the thing in its place."""
    window = crop_window(request.box)
    found = detector.detect(cropped(picture.image, window))
    return any(
        detection.label in request.labels and _same_place(within(detection, window), request.box) for detection in found
    )


def crop_window(box: Box) -> Box:
    """The part of the picture to look at: the box with its surroundings, inside the picture."""
    wide = box.grown(MARGIN)
    half_x, half_y = max(wide.width, MIN_SIDE) / 2, max(wide.height, MIN_SIDE) / 2
    x, y = wide.centre.x, wide.centre.y
    return Box(max(0.0, x - half_x), max(0.0, y - half_y), min(1.0, x + half_x), min(1.0, y + half_y))


def cropped(image: Image, window: Box) -> Image:
    """The pixels of ``window``."""
    height, width = image.shape[:2]
    rows = slice(int(window.y0 * height), max(int(window.y1 * height), int(window.y0 * height) + 1))
    columns = slice(int(window.x0 * width), max(int(window.x1 * width), int(window.x0 * width) + 1))
    return image[rows, columns]


def within(detection: Detection, window: Box) -> Box:
    """The box of a detection made in ``window``, in fractions of the whole picture."""
    box = detection.box
    return Box(
        window.x0 + box.x0 * window.width,
        window.y0 + box.y0 * window.height,
        window.x0 + box.x1 * window.width,
        window.y0 + box.y1 * window.height,
    )


def _same_place(a: Box, b: Box) -> bool:
    return intersection(a, b) >= OVERLAP * min(a.area, b.area)

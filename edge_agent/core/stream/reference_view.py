"""Landmarks: what always stands in a camera's view, and whether this picture shows it, and where.

The scene is the median picture of the past, learned one grey level at a time (the approximate median of McFarlane and
Schofield, "Segmentation and tracking of piglets in images", Machine Vision and Applications 8, 1995): whatever is there
most of the time stays, whatever passes is never learned, and a day's light is followed over some ten minutes. Its edges
are laid over those of a look by correlation in the frequency domain (Kuglin and Hines, "The phase correlation image
alignment method", 1975; without whitening, which noise would fill), as they are and turned and zoomed a little::

    scene ─▶ edges ─▶ ×0.8 … ×1.25, −14° … 14°  ⊗  edges of the look  ─▶  the best fit, and the shift it lies at

What I dislike about it: a bracket that sags a little every day is learned like the seasons; and where hardly anything
stands (bare asphalt), a camera that was turned away altogether cannot be told from one on whose street it has snowed.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from edge_agent.core.stream.frame_statistics import (
    COLUMNS,
    ROWS,
    Cells,
    FrameStatistics,
    centred,
    relief,
    runs,
    steepness,
)

if TYPE_CHECKING:
    from collections.abc import Callable

Made = TypeVar("Made")

SETTLED: Final = timedelta(minutes=1)  # of learning, before anything is judged by it
FIRST_STEPS: Final = timedelta(seconds=1)
STEPS: Final = timedelta(seconds=10)
HERE_WITHIN: Final = 1.4  # cells, 1.75 % of the picture's width: wind, and the limit of measuring
ELSEWHERE_FROM: Final = 2.0  # cells, 2.5 %; between the two a swaying mast is neither
ROW: Final = 1.25  # cells are as high as wide in a 16:9 picture, and higher by a third in a 4:3 one
AS_USUAL: Final = 0.85  # of the usual agreement: no need to search, if that is sure by itself
SURE: Final = 0.6
FITS: Final = 0.4  # correlation from which on a fit is one
BETTER: Final = 0.08  # by which elsewhere must fit better than here
FITS_NOWHERE: Final = 0.2
REACH_X: Final = COLUMNS // 3  # farther off, too little of the scene is left in the picture to be known again
REACH_Y: Final = ROWS // 3
RICH_CONTRAST: Final = 0.1
RICH_RELIEF: Final = 0.25  # share of cells with an edge
AS_RICH: Final = 0.7  # of the scene's relief
FAINT: Final = 0.2  # of the usual contrast
FAINTEST: Final = 0.02  # in any scene
SMEARED: Final = 0.08  # of the picture
_LETTERS: Final = ROWS * COLUMNS * 4 // 3
_SMOOTH: Final = 3.0  # levels within which a wall is as even as a smear
_LEARNED: Final = 0.05  # of a measure, at each step
_VIEWS: Final = (
    (1, 0),
    *((zoom, 0) for zoom in (0.8, 0.87, 0.95, 1.05, 1.12, 1.25)),
    *((1, r) for r in (-14, -8, -4, 4, 8, 14)),
)


class Place(StrEnum):
    """Where a look shows the scene."""

    HERE = "here"
    ELSEWHERE = "elsewhere"  # shifted, turned or zoomed
    NOWHERE = "nowhere"  # another scene, as rich as this one
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, weakref_slot=True, kw_only=True)
class ReferenceView:
    """What has been learned of a view up to ``at``, from ``learned`` of trusted time.

    ``scene`` is the levelled median picture, 45 × 80 bytes in base64, so that it can be stored as text; ``agreement``
    and ``contrast`` are what a look at it usually has.
    """

    scene: str
    at: datetime
    learned: timedelta = timedelta(0)
    agreement: float
    contrast: float

    def __post_init__(self) -> None:
        """Refuse a scene that is not whole: it may come from a disk."""
        if len(self.scene) != _LETTERS:
            msg = f"scene: expected {_LETTERS} letters of base64, got {len(self.scene)}"
            raise ValueError(msg)

    @property
    def settled(self) -> bool:
        """Whether anything may be judged by them yet."""
        return self.learned >= SETTLED


def begin(look: FrameStatistics, at: datetime) -> ReferenceView:
    """Landmarks of which nothing is known but one look."""
    return ReferenceView(scene=_text(np.rint(look.level)), at=at, agreement=1.0, contrast=look.contrast)


def learn(known: ReferenceView, look: FrameStatistics, at: datetime) -> ReferenceView:
    """The landmarks after one more trusted look; in steps of time, however many looks there are."""
    pace = STEPS if known.settled else FIRST_STEPS
    if at - known.at < pace:
        return known
    scene = _cells(known.scene)
    agreement = float((_prepared(known).edges * look.edges).sum())
    return replace(
        known,
        scene=_text(scene + np.sign(np.rint(look.level) - scene)),
        at=at,
        learned=min(SETTLED, known.learned + min(at - known.at, 2 * pace)),
        agreement=known.agreement + _LEARNED * (agreement - known.agreement),
        contrast=known.contrast + _LEARNED * (look.contrast - known.contrast),
    )


def place(known: ReferenceView, look: FrameStatistics) -> Place:
    """Where the look shows the scene."""
    agreement = float((_prepared(known).edges * look.edges).sum())
    sure = max(SURE, AS_USUAL * known.agreement)
    return Place.HERE if agreement >= sure else _searched(known, look)


def faint(known: ReferenceView | None, look: FrameStatistics) -> bool:
    """Whether there is light in the picture, and next to nothing to be seen in it."""
    usual = known.contrast if known is not None and known.settled else 0.0
    return look.contrast < max(FAINTEST, FAINT * usual)


def smeared(known: ReferenceView, look: FrameStatistics) -> bool:
    """Whether much of the picture is made up: columns of one value where the scene has none."""
    return float((look.smears & ~_prepared(known).even).mean()) >= SMEARED


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Prepared:
    """A scene made ready for comparison with a look."""

    edges: Cells
    relief: float
    even: NDArray[np.bool_]


def _while_it_lives(make: Callable[[ReferenceView], Made]) -> Callable[[ReferenceView], Made]:
    """Make it once for each of the landmarks, and keep it no longer than they are kept: they are others every 10 s."""
    made: WeakKeyDictionary[ReferenceView, Made] = WeakKeyDictionary()

    def kept(known: ReferenceView) -> Made:
        value = made.get(known)
        if value is None:
            made[known] = value = make(known)
        return value

    return kept


@_while_it_lives
def _prepared(known: ReferenceView) -> _Prepared:
    cells = _cells(known.scene)
    slopes = steepness(cells)
    even = runs(np.abs(cells[1:] - cells[:-1]) <= _SMOOTH)
    return _Prepared(edges=centred(slopes), relief=relief(slopes), even=even)


@_while_it_lives
def _spectra(known: ReferenceView) -> NDArray[np.complex64]:
    """One a view of ``_VIEWS``, conjugate. They cost as much as ten looks, and few scenes are ever searched for."""
    cells = _cells(known.scene)
    views = np.stack([centred(steepness(_seen_as(cells, zoom, turn))) for zoom, turn in _VIEWS])
    return np.conj(np.fft.rfft2(views)).astype(np.complex64)


def _searched(known: ReferenceView, look: FrameStatistics) -> Place:
    fits = np.fft.irfft2(np.fft.rfft2(look.edges) * _spectra(known), s=(ROWS, COLUMNS))
    near = float(fits[0][np.ix_((-1, 0, 1), (-1, 0, 1))].max())
    fits = np.roll(fits, (REACH_Y, REACH_X), axis=(1, 2))[:, : 2 * REACH_Y + 1, : 2 * REACH_X + 1]
    view, row, column = (int(n) for n in np.unravel_index(int(fits.argmax()), fits.shape))
    best = float(fits[view, row, column])
    away = _away(fits[0], row, column) if view == 0 else ELSEWHERE_FROM
    if best >= FITS and away < ELSEWHERE_FROM:
        return Place.HERE if away < HERE_WITHIN else Place.UNCLEAR
    return Place.ELSEWHERE if best >= max(FITS, near + BETTER) else _unfound(known, look, near)


def _unfound(known: ReferenceView, look: FrameStatistics, near: float) -> Place:
    """A view that is half hidden or half lit is unclear; only one as rich as a rich scene can be another scene."""
    relief = _prepared(known).relief
    rich = known.contrast >= RICH_CONTRAST and relief >= RICH_RELIEF and look.relief >= AS_RICH * relief
    return Place.NOWHERE if rich and near < FITS_NOWHERE else Place.UNCLEAR


def _away(fit: Cells, row: int, column: int) -> float:
    """How far off the best fit lies, in cells; between the cells by a parabola through its neighbours."""
    rough = float(np.hypot(column - REACH_X, (row - REACH_Y) * ROW))
    if rough > ELSEWHERE_FROM + 1:  # no fraction of a cell matters, and at the rim there are no neighbours
        return rough
    across, down = fit[row, column - 1 : column + 2], fit[row - 1 : row + 2, column]
    return float(np.hypot(column - REACH_X + _peak(across), (row - REACH_Y + _peak(down)) * ROW))


def _peak(fit: Cells) -> float:
    """Where between three values in a row, of which the middle one is the greatest, the peak lies."""
    before, top, after = (float(value) for value in fit)
    bend = before - 2 * top + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0


def _seen_as(cells: Cells, zoom: float, turn: float) -> Cells:
    """The scene as a camera zoomed by ``zoom`` and rolled by ``turn`` degrees would show it, its rim drawn outwards."""
    rows, columns = np.indices((ROWS, COLUMNS), dtype=np.float32)
    y, x = rows - (ROWS - 1) / 2, columns - (COLUMNS - 1) / 2
    cosine, sine = np.cos(np.deg2rad(turn)) / zoom, np.sin(np.deg2rad(turn)) / zoom
    from_row = np.rint(sine * x + cosine * y + (ROWS - 1) / 2).clip(0, ROWS - 1).astype(np.intp)
    from_column = np.rint(cosine * x - sine * y + (COLUMNS - 1) / 2).clip(0, COLUMNS - 1).astype(np.intp)
    seen: Cells = cells[from_row, from_column]
    return seen


def _cells(scene: str) -> Cells:
    return np.frombuffer(b64decode(scene), np.uint8).reshape(ROWS, COLUMNS).astype(np.float32)


def _text(cells: Cells) -> str:
    return b64encode(cells.astype(np.uint8).tobytes()).decode()

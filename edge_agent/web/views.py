"""Views: what the page is told, as values. Places are fractions of the picture; times are seconds of ``started``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from edge_agent.config.yaml.source import Problem

Place = tuple[float, float]
Texts = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioCamera:
    """A camera to choose; ``name`` is what its pictures come from, without any login."""

    id: str
    source: Literal["recording", "stream"]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCard:
    """A kind to choose, with the setting that holds where a zone says nothing."""

    name: str
    title: Texts
    geometry: str
    labels: tuple[str, ...]
    rule: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingCard:
    """A setting of the ladder: a span, a number, or one of ``words``."""

    name: str
    sort: Literal["span", "number", "word"]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """What there is to work on; ``settings`` are those of the ladder that a zone may set."""

    agent: str
    file: str
    timezone: str
    cameras: tuple[StudioCamera, ...]
    kinds: tuple[KindCard, ...]
    settings: tuple[SettingCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A file as it was read: ``data`` is what it says, ``base`` names this very text; both None while there is none."""

    file: str
    base: str | None
    data: object


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenView:
    """How far the detector has come: through ``through_s`` of ``total_s`` seconds, which a stream has none of.

    ``given``: the log was named at the start, and nothing is added to it. ``trouble`` is why the last try ended.
    """

    running: bool
    given: bool
    through_s: float
    total_s: float | None
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraView:
    """One camera to work on. ``started`` is the instant of second 0; ``total_s`` is None for a stream."""

    id: str
    started: str
    total_s: float | None
    step_s: float
    zones: FileView
    survey: FileView
    seen: SeenView


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionView:
    """One thing seen."""

    label: str
    score: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookView:
    """What the detector saw at the look nearest to the moment asked for; ``trails`` are where each thing's foot was."""

    at_s: float | None
    detections: tuple[DetectionView, ...]
    trails: tuple[tuple[Place, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanView:
    """A stretch of a case's life in one state of the ladder."""

    state: str
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentView:
    """One thing that happened to a case, or why nothing did, in words."""

    at_s: float
    what: str
    text: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneView:
    """One case from its first look to its last: how it stood, and what is told of it."""

    case: str
    zone: str
    kind: str
    incident: str | None
    box: tuple[float, float, float, float]
    spans: tuple[SpanView, ...]
    dwell_s: float
    needed_s: float
    moments: tuple[MomentView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One event of an incident: ``line`` is the payload of the feed, to the byte."""

    at_s: float
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldView:
    """What would have been by the zones as drawn, as far as ``looks`` of all there are have been folded.

    ``left_out`` counts the near misses too short to be shown.
    """

    problems: tuple[Problem, ...] = ()
    told: tuple[EventView, ...] = ()
    lanes: tuple[LaneView, ...] = ()
    left_out: int = 0
    looks: int = 0
    of: int = 0
    through_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffView:
    """What saving would change, as a unified diff, and what is wrong with it."""

    diff: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """What the file is after it was written."""

    file: FileView
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    """How well one pair of points fits, in metres; None for one put beyond the horizon."""

    residual_m: float | None
    left_out_m: float | None
    limit_m: float
    too_large: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GridLine:
    """A line of whole metres as it lies in the picture."""

    bold: bool
    points: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitView:
    """What the pairs are worth: refused where there are ``problems``; the ``outline`` is where they are believed."""

    problems: tuple[Problem, ...] = ()
    pairs: tuple[PairView, ...] = ()
    grid: tuple[GridLine, ...] = ()
    outline: tuple[Place, ...] = ()
    left_out_m: float | None = None
    rms_m: float | None = None
    pixel_m: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleView:
    """One marked or proposed crop: where it was in the picture of ``at``, and what it comes from."""

    id: str
    mark: str
    at: str
    box: tuple[float, float, float, float]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkAccuracy:
    """How many examples of a mark are named rightly by what was taught on other moments."""

    mark: str
    right: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtView:
    """What a camera was taught: ``missing`` is why nothing can be, ``refused`` why it may not be used.

    ``hint`` is the line that the site file lacks for it to be used. ``proposed`` are crops that nobody has marked yet.
    """

    marks: tuple[str, ...]
    examples: tuple[ExampleView, ...]
    proposed: tuple[ExampleView, ...]
    missing: tuple[str, ...]
    balanced: float | None
    low: float | None
    high: float | None
    right: tuple[MarkAccuracy, ...]
    refused: str | None
    in_use: bool
    hint: str | None

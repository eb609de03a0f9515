"""Strips: stories as bars over time, one strip for each kind in each zone, for who wants to see a day at a glance.

::

    kerb · illegal_parking   ░░░░▒▒▒▒▓▓▓▓█████          waiting, asked, ordered
                                    ░░░░   ░░░▒▒▒▒▒     another thing at the same time has a lane of its own

Nothing here knows of pixels or pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edge_agent.core.effects import ReportHealth
    from edge_agent.core.explain.stories import Moment, Story


class BarStage(StrEnum):
    """How far a thing had come for a while."""

    WAITING = "waiting"  # it stood there, and nobody had been told
    ASKED = "asked"  # its people had been asked, or were being asked
    ORDERED = "ordered"  # a work order was out
    ALLOWED = "allowed"  # a permit, the hours or the centre took it out of violation


STAGES: Final = {
    "opened": BarStage.ASKED,
    "warned": BarStage.ASKED,
    "escalated": BarStage.ORDERED,
    "recurred": BarStage.ASKED,
    "suppressed": BarStage.ALLOWED,
    "cancelled": BarStage.ALLOWED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One stretch of one story, whose place among the stories is ``story``; ``played`` warnings had been heard."""

    story: int
    begin: datetime
    end: datetime
    stage: BarStage
    played: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """All bars of one kind in one zone; bars of one lane do not overlap."""

    camera: str
    zone: str
    kind: str
    lanes: tuple[tuple[Bar, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """From ``begin`` to ``end`` the camera showed nothing that could be trusted, because of ``cause``."""

    camera: str
    begin: datetime
    end: datetime
    cause: str


def timeline_of(stories: Sequence[Story], until: datetime) -> tuple[Strip, ...]:
    """The stories as strips, by camera, zone and kind; what is not over lasts until ``until``."""
    places: dict[tuple[str, str, str], list[tuple[Bar, ...]]] = {}
    for number, story in enumerate(stories):
        place = (story.camera, story.zone, story.kind)
        places.setdefault(place, []).append(bars(story, number, until))
    return tuple(
        Strip(camera=camera, zone=zone, kind=kind, lanes=_lanes(each))
        for (camera, zone, kind), each in sorted(places.items())
    )


def bars(story: Story, number: int, until: datetime) -> tuple[Bar, ...]:
    """The stretches of one story: from when the thing came to when it was last seen, or ``until``."""
    all_bars: list[Bar] = []
    begin, stage, played = story.stood_since, BarStage.WAITING, 0

    def close(end: datetime) -> None:
        if end > begin:
            all_bars.append(Bar(story=number, begin=begin, end=end, stage=stage, played=played))

    for moment in story.moments:
        if moment.what == "resolved":
            close(_gone(moment))
            begin = until
        elif (reached := _stage_of(moment, stage)) is not None:
            if moment.what == "recurred":
                begin = moment.at
            close(moment.at)
            begin, stage, played = moment.at, reached, moment.n or played
    close(until if _lasts(story) else _gone(story.moments[-1]))
    return tuple(all_bars)


def _stage_of(moment: Moment, before: BarStage) -> BarStage | None:
    """The stage that a moment begins; of one that waits for a person's word before its first warning nobody is told."""
    if moment.what == "referred":
        return BarStage.WAITING if moment.why == "before_warning" else None
    if moment.what == "confirmed":
        return BarStage.ASKED if before is BarStage.WAITING else None
    return STAGES.get(moment.what)


def outages(reports: Iterable[ReportHealth], until: datetime) -> tuple[Outage, ...]:
    """The troubles of cameras, in order; one that is not over lasts until ``until``."""
    gaps: list[Outage] = []
    begun: dict[str, ReportHealth] = {}
    for report in reports:
        before = begun.pop(report.camera, None)
        if before is not None:
            gaps.append(_outage(before, report.at))
        if report.state != "ok":
            begun[report.camera] = report
    return (*gaps, *(_outage(before, until) for before in begun.values()))


def _outage(began: ReportHealth, end: datetime) -> Outage:
    return Outage(camera=began.camera, begin=began.at, end=end, cause=began.state)


def _lasts(story: Story) -> bool:
    """Whether nothing has ended it: an incident that is still open, or a thing that still stands."""
    if story.outcome == "still_there":
        return True
    return not story.near_miss and story.outcome not in {"resolved", "suppressed", "cancelled"}


def _gone(moment: Moment) -> datetime:
    return moment.last_seen or moment.at


def _lanes(stories: Iterable[tuple[Bar, ...]]) -> tuple[tuple[Bar, ...], ...]:
    """The fewest lanes in which no two stories overlap: each goes into the first that is free (they come in order)."""
    lanes: list[list[Bar]] = []
    for each in sorted((bars_ for bars_ in stories if bars_), key=lambda bars_: bars_[0].begin):
        free = next((lane for lane in lanes if lane[-1].end <= each[0].begin), None)
        if free is None:
            lanes.append(list(each))
        else:
            free.extend(each)
    return tuple(map(tuple, lanes))

"""The fold of the studio: what would have been by the zones as drawn, and every case that was near it.

The very fold of ``replay``; it only keeps, besides what the feed would be told, how each case stood after each event,
so that a person sees the candidates too. It gives up as soon as nobody waits for its answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from edge_agent.app.feed.reports import incident_report
from edge_agent.app.folding import fold
from edge_agent.app.replay.studio.seen import sides
from edge_agent.config.wire.plain import plain
from edge_agent.core.effects import Note, OpenWorkOrder, PublishIncident, UpdateWorkOrder
from edge_agent.core.explain.stories import gathered_stories as stories
from edge_agent.core.incident.world import World
from edge_agent.web.exchange import OutdatedError
from edge_agent.web.views import EventView, FoldView, LaneView, MomentView, SpanView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from edge_agent.app.feed.reports import CameraModel
    from edge_agent.app.replay.replay import Assumed
    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Event
    from edge_agent.core.incident.cases import Case
    from edge_agent.core.site.site import Site

MOST_LANES: Final = 500  # a person looks at the longest near misses, and at every incident
ASKED_EVERY: Final = 64  # events between two questions whether anybody still waits


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldRequest:
    """What is folded: the ``events`` of ``camera``, judged by ``site``, and what is assumed of speakers."""

    events: tuple[Event, ...]
    camera: str
    started: datetime
    site: Site
    assumed: Assumed
    sight: CameraModel


@dataclass(slots=True)
class _Lane:
    """One case while it is followed: its states and when each began."""

    case: Case
    states: list[tuple[str, datetime]]
    last: datetime


@dataclass(slots=True)
class _Chart:
    """All cases that were ever open, by id, and what the feed would be told."""

    trial: FoldRequest
    lanes: dict[str, _Lane] = field(default_factory=dict)
    told: list[EventView] = field(default_factory=list)
    heard: list[Effect] = field(default_factory=list)

    def follow(self, cases: Iterable[Case], at: datetime) -> None:
        """How the cases stand after an event."""
        for case in cases:
            state = case.state.state
            lane = self.lanes.get(case.id)
            if lane is None:
                lane = self.lanes[case.id] = _Lane(case, [(state, case.presence.since)], at)
            elif lane.states[-1][0] != state:
                lane.states.append((state, at))
            lane.case, lane.last = case, at

    def hear(self, effect: Effect) -> None:
        """What the core says of a case."""
        if not isinstance(effect, PublishIncident | Note | OpenWorkOrder | UpdateWorkOrder):
            return
        self.heard.append(effect)
        if isinstance(effect, PublishIncident):
            trial = self.trial
            report = plain(incident_report(effect.event, trial.site, trial.sight))
            line = json.dumps(report, ensure_ascii=False, separators=(",", ":"))
            self.told.append(EventView(at_s=_second(effect.event.at, trial), line=line))

    def moments(self) -> dict[str, tuple[MomentView, ...]]:
        """What is told of each case, in words."""
        moment_views: dict[str, tuple[MomentView, ...]] = {}
        for story in stories(self.heard):
            views = (
                MomentView(at_s=_second(each.at, self.trial), what=each.what, text=each.text) for each in story.moments
            )
            moment_views[story.case] = (*moment_views.get(story.case, ()), *views)
        return moment_views


class Folding:
    """A fold under way: advanced piece by piece, so that what comes early is seen early.

    ``folded`` is how many events have been.
    """

    def __init__(self, trial: FoldRequest) -> None:
        self._trial = trial
        self._chart = _Chart(trial)
        self._world = World(camera=trial.camera)
        self.folded = 0

    def advance(self, stale: Callable[[], bool], *, count: int | None = None, most: int = MOST_LANES) -> FoldView:
        """Fold ``count`` more events, or all that are left; tells everything so far, of near misses the ``most``.

        Raises:
            OutdatedError: ``stale`` says that nobody waits for it.
        """
        events = self._trial.events
        until = len(events) if count is None else min(len(events), self.folded + count)
        for place in range(self.folded, until):
            if place % ASKED_EVERY == 0 and stale():
                raise OutdatedError("a later question came meanwhile")
            self._fold(events[place])
        self.folded = until
        return self._view(most)

    def _fold(self, event: Event) -> None:
        trial = self._trial
        if trial.assumed.admits(event):
            self._world, _, effects = fold(self._world, event, trial.site, trial.assumed.respond)
            self._chart.follow(self._world.cases, event.at)
            for effect in effects:
                self._chart.hear(effect)

    def _view(self, most: int) -> FoldView:
        shown, left_out = _shown(self._chart, most)
        return FoldView(
            told=tuple(self._chart.told),
            lanes=shown,
            left_out=left_out,
            looks=self.folded,
            of=len(self._trial.events),
            through_s=0.0 if self._world.at is None else _second(self._world.at, self._trial),
        )


def _shown(chart: _Chart, most: int) -> tuple[tuple[LaneView, ...], int]:
    """Every incident and the longest near misses, in the order in which they began; and how many are left out."""
    incidents = [lane for lane in chart.lanes.values() if lane.case.record is not None]
    others = [lane for lane in chart.lanes.values() if lane.case.record is None]
    others.sort(key=lambda lane: -lane.case.clock_s)
    lanes = sorted(incidents + others[:most], key=lambda lane: (lane.states[0][1], lane.case.id))
    moments = chart.moments()
    shown = tuple(_view(lane, moments.get(lane.case.id, ()), chart.trial) for lane in lanes)
    return shown, max(0, len(others) - most)


def _view(lane: _Lane, moments: tuple[MomentView, ...], trial: FoldRequest) -> LaneView:
    case = lane.case
    ends = [*(began for _, began in lane.states[1:]), lane.last]
    zone_rule = trial.site.watch(trial.camera).zone_rule(case.zone, case.kind)
    return LaneView(
        case=case.id,
        zone=case.zone,
        kind=case.kind,
        incident=None if case.record is None else case.record.incident,
        box=sides(case.place),
        spans=tuple(
            SpanView(state=state, from_s=_second(began, trial), to_s=_second(end, trial))
            for (state, began), end in zip(lane.states, ends, strict=True)
        ),
        dwell_s=case.clock_s,
        needed_s=0.0 if zone_rule is None else zone_rule.rule.dwell.total_seconds(),
        moments=moments,
    )


def _second(at: datetime, trial: FoldRequest) -> float:
    return (at - trial.started).total_seconds()

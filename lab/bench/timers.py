"""Two zone timers of other projects, told the same detections, zone and dwell, and read as incidents.

*supervision* (MIT): ``ByteTrackTracker`` of ``trackers``, ``PolygonZone``, and the timer that its time-in-zone example
teaches: how long ago a track was first seen in the zone. *trio-retina* (Apache-2.0): ``IoUTracker`` and the dwell of
``ZoneRule``. What reaches the dwell is opened and warned then, and is over when its track was last in the zone.

They are helped where they say nothing: second boxes of one thing are taken out, names of one family are one name, the
foot of a box is what must lie in the zone, nothing is opened outside of its hours, and where a kind groups things,
alerts beside each other are one incident.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import supervision as sv
from retina import IoUTracker, ZoneRule
from retina import Zone as RetinaZone
from retina.detect import Detection as RetinaDetection
from retina.events import EventType
from trackers import ByteTrackTracker

from edge_agent.core.events import Detection, Event, FrameSeen
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.geometry import Box, iou
from edge_agent.core.incident.grouping import beside
from edge_agent.core.score.replayed import IncidentMessage
from edge_agent.core.site.hours_and_permits import Hours
from edge_agent.core.site.policy import Grouping
from edge_agent.core.site.site import Site

SIZE = (1920, 1080)
DUPLICATE = 0.6
REST = timedelta(minutes=10)  # an alert beside another one within this is the same incident, where a kind groups things


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """One track inside a zone at one look: since when, and where."""

    track: int
    since: datetime
    box: Box


@dataclass(slots=True)
class Alert:
    """An incident as a timer knows it: its tracks, when it was opened, when one of them was last there."""

    tracks: dict[int, Box]
    box: Box
    opened: datetime
    since: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """``buffer_s``: for how long a lost track is remembered; the other two as ``trackers`` names them."""

    buffer_s: float = 1.0
    activation: float = 0.7
    frames: int = 2
    rate: float = 1.0

    def inside(self, looks: Iterable[FrameSeen], zone: TimedRule) -> Iterator[tuple[datetime, list[Inside]]]:
        """What is in the zone at each look."""
        tracker = ByteTrackTracker(
            lost_track_buffer=round(30 * self.buffer_s),
            frame_rate=self.rate,
            track_activation_threshold=self.activation,
            high_conf_det_threshold=min(self.activation, 0.6),
            minimum_consecutive_frames=self.frames,
        )
        polygon = sv.PolygonZone(polygon=np.array([(x * SIZE[0], y * SIZE[1]) for x, y in zone.polygon]).astype(int))
        since: dict[int, datetime] = {}
        for look in looks:
            wanted = distinct(look.detections, zone)
            seen = sv.Detections.empty()
            if wanted:
                boxes = np.array([_pixels(d.box) for d in wanted])
                scores = np.array([d.score for d in wanted])
                seen = sv.Detections(xyxy=boxes, confidence=scores, class_id=np.zeros(len(wanted), dtype=int))
            tracked = tracker.update(seen)
            if not len(tracked):
                yield look.at, []
                continue
            here = tracked[polygon.trigger(tracked)]
            numbers = [int(n) for n in here.tracker_id] if here.tracker_id is not None else []
            yield (
                look.at,
                [
                    Inside(track=n, since=since.setdefault(n, look.at), box=_fractions(box))
                    for n, box in zip(numbers, here.xyxy, strict=True)
                    if n >= 0
                ],
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Retina:
    """``max_missed`` looks until a track is forgotten, ``exit_grace_s`` until it has left the zone."""

    max_missed: int = 15
    min_hits: int = 3
    exit_grace_s: float = 0.0

    def inside(self, looks: Iterable[FrameSeen], zone: TimedRule) -> Iterator[tuple[datetime, list[Inside]]]:
        """What has dwelt in the zone at each look; a track that has not is left out."""
        tracker = IoUTracker(max_missed=self.max_missed, min_hits=self.min_hits)
        area = RetinaZone(zone.name, [(x, y) for x, y in zone.polygon])
        rule = ZoneRule(area, dwell_s=zone.dwell.total_seconds(), exit_grace_s=self.exit_grace_s, anchor="feet")
        dwelt: dict[int, datetime] = {}
        for number, look in enumerate(looks):
            inside_boxes = [
                RetinaDetection(zone.family(d.label), (d.box.x0, d.box.y0, d.box.x1, d.box.y1), d.score)
                for d in distinct(look.detections, zone)
            ]
            tracks = tracker.update(inside_boxes, look.at.timestamp())
            for event in rule.update(tracks, look.at.timestamp(), number):
                if event.type == EventType.ZONE_DWELL:
                    dwelt[event.id] = look.at - timedelta(seconds=event.dur)
                elif event.type == EventType.ZONE_EXIT:
                    dwelt.pop(event.id, None)
            yield (
                look.at,
                [
                    Inside(track=t.track_id, since=dwelt[t.track_id], box=Box(*t.bbox))
                    for t in tracks
                    if t.track_id in dwelt
                ],
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedRule:
    """One kind in one zone, as a timer is told of it."""

    name: str
    kind: str
    polygon: tuple[tuple[float, float], ...]
    dwell: timedelta
    labels: frozenset[str]
    families: dict[str, str]
    groups: bool
    hours: Hours

    def family(self, label: str) -> str:
        """The name of a label's family."""
        return self.families.get(label, label)


@dataclass(slots=True)
class Timer:
    """A peer as a program that tells of incidents."""

    peer: Supervision | Retina

    def __call__(self, events: Iterable[Event], camera: str, site: Site) -> Iterator[IncidentMessage]:
        """All incidents of a day; the events are gone through once a duty."""
        looks = [event for event in events if isinstance(event, FrameSeen)]
        for zone_rule in zone_rules(site, camera):
            for number, alert in enumerate(self._alerts(looks, zone_rule)):
                name = f"{zone_rule.name}/{zone_rule.kind}/{number}"
                for what, at, end in (
                    (Happening.OPENED, alert.opened, None),
                    (Happening.WARNED, alert.opened, None),
                    (Happening.RESOLVED, alert.last, alert.last),
                ):
                    yield IncidentMessage(
                        type=what,
                        incident=name,
                        zone=zone_rule.name,
                        kind=zone_rule.kind,
                        at=at,
                        box=None if zone_rule.groups else alert.box,  # of a group it knows no extent: any place will do
                        dwell_s=(at - alert.since).total_seconds(),
                        end=end,
                    )

    def _alerts(self, looks: list[FrameSeen], zone_rule: TimedRule) -> list[Alert]:
        alerts: list[Alert] = []
        for at, inside in self.peer.inside(looks, zone_rule):
            for thing in inside:
                if at - thing.since >= zone_rule.dwell and zone_rule.hours.covers(at):
                    alert = next((a for a in reversed(alerts) if _same(a, thing, at, zone_rule)), None)
                    if alert is None:
                        alerts.append(Alert({thing.track: thing.box}, thing.box, at, thing.since, at))
                    else:
                        alert.tracks[thing.track] = thing.box
                        alert.last = at
        return alerts


def _same(alert: Alert, thing: Inside, at: datetime, zone_rule: TimedRule) -> bool:
    near = zone_rule.groups and at - alert.last <= REST and any(beside(box, thing.box) for box in alert.tracks.values())
    return thing.track in alert.tracks or near


def zone_rules(site: Site, camera: str) -> Iterator[TimedRule]:
    """What is to be timed on a camera."""
    for each in site.watch(camera).zone_rules:
        yield TimedRule(
            name=each.zone.id,
            kind=each.kind.name,
            polygon=tuple((p.x, p.y) for p in each.zone.polygon),
            dwell=each.rule.dwell,
            labels=each.kind.labels,
            families=site.policy.families,
            groups=each.kind.group is not Grouping.SPOT,
            hours=each.zone.hours,
        )


def distinct(detections: tuple[Detection, ...], zone_rule: TimedRule) -> list[Detection]:
    """What may break the rule, without the second box of one thing."""
    distinct_ones: list[Detection] = []
    for detection in sorted(detections, key=lambda d: -d.score):
        family = zone_rule.family(detection.label)
        if detection.label in zone_rule.labels and not any(
            zone_rule.family(k.label) == family and iou(k.box, detection.box) >= DUPLICATE for k in distinct_ones
        ):
            distinct_ones.append(detection)
    return distinct_ones


def _pixels(box: Box) -> tuple[float, float, float, float]:
    return box.x0 * SIZE[0], box.y0 * SIZE[1], box.x1 * SIZE[0], box.y1 * SIZE[1]


def _fractions(box: np.ndarray) -> Box:
    x0, y0, x1, y1 = (float(side) for side in box)
    return Box(x0 / SIZE[0], y0 / SIZE[1], x1 / SIZE[0], y1 / SIZE[1])

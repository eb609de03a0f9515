"""Sites for tests: the four kinds as the shipped policy has them, in one zone or several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from edge_agent.core.geometry import Point, Polygon
from edge_agent.core.site.frontages import Shop
from edge_agent.core.site.hours_and_permits import Always, Hours, Permit
from edge_agent.core.site.policy import Composition, Geometry, Grouping, Kind, Policy, Rule, Words
from edge_agent.core.site.site import Site
from edge_agent.core.site.zones import Zone
from edge_agent.core.track.settings import Seeing
from tests.street import at, span

WHOLE: Final[Polygon] = (Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1))
PARKING: Final = "illegal_parking"
STALL: Final = "prohibited_stall"
TRADING: Final = "out_of_store_trading"
GARBAGE: Final = "exposed_garbage"
WORDS: Final = Words(
    warnings={"en": ("warning {n} at {zone}, {left} left", "again", "last"), "zh-CN": ("第{n}次",)},
    order={"en": "go to {zone}"},
)
SHORT: Final = Rule(  # a whole ladder in under three minutes
    dwell=span(20),
    interval=span(30),
    warnings=2,
    final_grace=span(30),
    leave_grace=span(15),
    bridge=span(30),
    resume_window=span(120),
    return_window=span(60),
    retry=span(10),
    warn_window=span(30),
)


def kind(name: str, labels: set[str], group: Grouping, geometry: Geometry = Geometry.IN_ZONE) -> Kind:
    """A kind of violation."""
    return Kind(
        name=name,
        title={"en": name.replace("_", " "), "zh-CN": "违规"},
        labels=frozenset(labels),
        geometry=geometry,
        group=group,
        codes={"GB/T 47678.5-2026": "09009"},
        words=WORDS,
    )


KINDS: Final[Mapping[str, Kind]] = {
    PARKING: replace(kind(PARKING, {"car", "truck", "bus", "van"}, Grouping.SPOT), needs_appearance_to_return=True),
    STALL: replace(
        kind(STALL, {"stall", "umbrella", "table", "chair"}, Grouping.CLUSTER),
        composition=Composition(sufficient=frozenset({"stall"}), things=2, tended=frozenset({"umbrella", "table"})),
    ),
    TRADING: kind(TRADING, {"goods", "rack"}, Grouping.SHOP, Geometry.BEYOND_FRONTAGE),
    GARBAGE: replace(
        kind(GARBAGE, {"garbage", "overflow"}, Grouping.CLUSTER, Geometry.OUTSIDE_BIN),
        containers=frozenset({"bin"}),
        uncontained=frozenset({"overflow"}),
    ),
}
POLICY: Final = Policy(
    kinds=dict(KINDS), families={"car": "vehicle", "truck": "vehicle", "bus": "vehicle", "van": "vehicle"}
)


@dataclass(frozen=True, slots=True)
class Until:
    """Hours that run until one second of the story and never again."""

    second: float

    def covers(self, instant: datetime) -> bool:
        """Whether they still run."""
        return instant < at(self.second)

    def next_change(self, instant: datetime) -> datetime | None:
        """Their end, if it is still to come."""
        return at(self.second) if instant < at(self.second) else None


@dataclass(frozen=True, slots=True)
class Between:
    """Hours that run from one second of the story to another."""

    first: float
    last: float

    def covers(self, instant: datetime) -> bool:
        """Whether they run."""
        return at(self.first) <= instant < at(self.last)

    def next_change(self, instant: datetime) -> datetime | None:
        """Their next beginning or end."""
        return next((at(turn) for turn in (self.first, self.last) if instant < at(turn)), None)


def permit(until: float, **more: object) -> Permit:
    """Leave until a second of the story."""
    return replace(Permit(id="p1", holder="Li's fruit", hours=Until(until)), **more)  # type: ignore[arg-type]


def zone(
    name: str = PARKING,
    *,
    rule: Rule | None = None,
    ident: str = "z",
    camera: str = "c1",
    polygon: Polygon = WHOLE,
    hours: Hours | None = None,
    permits: tuple[Permit, ...] = (),
    shops: tuple[Shop, ...] = (),
) -> Zone:
    """A zone for one kind; over the whole picture where nothing else is said."""
    return Zone(
        id=ident,
        camera=camera,
        polygon=polygon,
        rules={name: rule or Rule()},
        hours=hours or Always(),
        permits=permits,
        shops=shops,
    )


def site(*zones: Zone, seeing: Seeing | None = None) -> Site:
    """A box with these zones; with one no-parking zone over the whole picture where none is given."""
    return Site(
        agent="box-01",
        adcode="320402",
        zones=zones or (zone(),),
        policy=replace(POLICY, seeing=seeing or Seeing()),
    )

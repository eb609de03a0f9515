"""What a case is worked on with: where, when, by which rule, and what holds there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from edge_agent.core.geometry import Point
from edge_agent.core.incident.cases import Case
from edge_agent.core.plate.traces import PlateTrace
from edge_agent.core.site.plates import NO_PLATES, PlateRules
from edge_agent.core.site.policy import Geometry, Grouping, Kind, Words
from edge_agent.core.site.zones import Zone
from edge_agent.core.speak.messages import DEFAULT_LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.core.feed.strikes import Strike, StrikeCount
    from edge_agent.core.site.hours_and_permits import Permit
    from edge_agent.core.site.policy import Rule
    from edge_agent.core.site.quiet_hours import Quiet
    from edge_agent.core.site.site import Site
    from edge_agent.core.site.strikes import Step

EVERYWHERE: Final = (Point(0, 0), Point(1, 0), Point(1, 1))  # of a zone that is not drawn any more; nobody looks at it


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContext:
    """Where and when a case is worked on: its camera, zone, kind, rule and the instant.

    ``permits`` are those that hold there; nothing may be said where it is ``silent``, and not as usual where it is
    ``quiet``; ``taken`` tells whether a thing of a case is the matter of another one. ``strikes`` is the camera's
    ledger, ``steps`` those of the rule; ``standing`` is where the party of the case that is worked on stands, ``step``
    by which its ``rule`` is changed. ``taught`` says that the camera was taught what things are, so that a second look
    is worth asking for before each later step too. ``plates`` are the site's rules, ``traces`` earlier incidents by
    plate. ``verb`` is the command that asked for the work, ``by`` whose it is, ``note`` what that person wrote,
    ``done_at`` when it was carried out, where that is not ``at``.
    """

    camera: str
    zone: Zone
    kind: Kind
    rule: Rule
    at: datetime
    policy_sha256: str
    permits: tuple[Permit, ...] = ()
    silent: bool = False
    quiet: Quiet | None = None
    strikes: tuple[Strike, ...] = ()
    steps: tuple[Step, ...] = ()
    step: Step | None = None
    standing: StrikeCount | None = None
    taken: Callable[[Case], bool] = lambda _case: False
    plates: PlateRules = NO_PLATES
    traces: tuple[PlateTrace, ...] = ()
    taught: bool = False
    verb: str | None = None
    by: str | None = None
    note: str | None = None
    done_at: datetime | None = None

    @property
    def dated(self) -> datetime:
        """The instant that the feed dates what happens to."""
        return self.at if self.done_at is None else self.done_at


def unwatched_scene(camera: str, case: Case, at: datetime, site: Site) -> CaseContext:
    """Where a case is worked on whose zone or kind the site no longer asks for: what is left to say of both."""
    nameless = Kind(
        name=case.kind,
        title=dict.fromkeys(DEFAULT_LANGUAGES, case.kind),
        labels=frozenset(),
        geometry=Geometry.IN_ZONE,
        group=Grouping.SPOT,
        codes={},
        words=Words(warnings={}, order={}),
    )
    drawn = next((zone for zone in site.zones_of(camera) if zone.id == case.zone), None)
    kind = site.policy.kinds.get(case.kind, nameless)
    return CaseContext(
        camera=camera,
        zone=drawn or Zone(id=case.zone, camera=camera, polygon=EVERYWHERE, rules={}),
        kind=kind,
        rule=kind.rule,
        at=at,
        policy_sha256=site.policy.sha256,
    )

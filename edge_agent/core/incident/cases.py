"""A case: one violation of one kind in one zone, from the first look to the end.

A case is made of spots (one vehicle; the parasol, table and chairs of one stall; all goods before one shop) and has
the clock, the rung of the ladder and, once opened, the record of an incident.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from edge_agent.core.effects import Remark
from edge_agent.core.errors import Bug
from edge_agent.core.events import Appearance
from edge_agent.core.feed.incidents import ReviewStatus, WarningRecord, derived_id
from edge_agent.core.feed.strikes import StrikeCount
from edge_agent.core.geometry import Box, around
from edge_agent.core.incident.ladder import START
from edge_agent.core.incident.ladder_states import Candidate, State
from edge_agent.core.plate.reading import NOTHING_KNOWN, Identified
from edge_agent.core.track.belief import doubt, doubt_of
from edge_agent.core.track.presence import Presence, Sighting

if TYPE_CHECKING:
    from edge_agent.core.track.spot import Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What has been told about an incident so far; ``seq`` is the number of its last event.

    ``notified`` is how often the centre was asked to let somebody know, ``owner`` whether that was a vehicle's owner.
    ``review`` is what became of its review, None while nobody was asked or is still to answer; ``confirmed_by`` is who
    confirmed it. ``strike`` is where its party stood as it opened.
    """

    incident: str
    opened: datetime
    seq: int = 0
    recurred: int = 0
    warnings: tuple[WarningRecord, ...] = ()
    notified: int = 0
    review: ReviewStatus | None = None
    confirmed_by: str | None = None
    strike: StrikeCount | None = None
    owner: bool = False


@dataclass(frozen=True, slots=True)
class PermitHold:
    """A permit under which the case stands, and the instant at which it ends, if it does."""

    permit: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One violation; ``members`` are spot ids, ``key`` names the shop for kinds grouped by shop."""

    id: str
    zone: str
    kind: str
    members: tuple[str, ...]
    place: Box
    presence: Presence
    state: State
    sighting: Sighting = Sighting.PRESENT
    appearance: Appearance | None = None
    shop: str | None = None
    record: Record | None = None
    leave: PermitHold | None = None
    score: float = 1.0  # of its surest thing, on the whole
    asked: timedelta | None = None  # the reading at which a second look was asked for before the next step
    unsure: Remark | None = None  # why none of its things is believed, by the last look
    known: Identified = NOTHING_KNOWN  # of a vehicle
    plate_asked: timedelta | None = None  # the dwell clock when its plate was last asked for

    @property
    def doubt(self) -> Remark | None:
        """Why it is not believed, however long it stands; None where it is."""
        return doubt(self.presence, self.unsure)

    def opened_record(self) -> Record:
        """The record of the incident that this case must have by now."""
        if self.record is None:
            msg = f"case {self.id} in state {self.state.state}: expected an incident, got none"
            raise Bug(msg)
        return self.record

    @property
    def confirmed(self) -> bool:
        """Whether a person has confirmed its incident."""
        return self.record is not None and self.record.review is ReviewStatus.CONFIRMED

    @property
    def clock_s(self) -> float:
        """The dwell clock at the last sighting, in seconds."""
        return self.presence.counted.total_seconds()


def case_id(camera: str, zone: str, kind: str, founder: str, taken: frozenset[str] = frozenset()) -> str:
    """The id of the case that a spot founds, or would have founded; none of those that are ``taken``.

    A spot may found a second case while the first goes on with others, or is remembered.
    """
    ident, nth = derived_id("case", camera, zone, kind, founder), 1
    while ident in taken:
        nth += 1
        ident = derived_id("case", camera, zone, kind, founder, str(nth))
    return ident


def opened_case(
    *,
    camera: str,
    zone: str,
    kind: str,
    spots: tuple[Spot, ...],
    founder: Spot,
    shop: str | None,
    taken: frozenset[str] = frozenset(),
) -> Case:
    """A new case of ``spots``; its clock is that of ``founder``, the one that made it a violation."""
    return Case(
        id=case_id(camera, zone, kind, founder.id, taken),
        zone=zone,
        kind=kind,
        members=tuple(s.id for s in spots),
        place=around(tuple(s.place for s in spots)),
        presence=founder.presence,
        state=START,
        appearance=founder.appearance,
        shop=shop,
        score=max(s.score for s in spots),
    )


def sighting_of(spots: tuple[Spot, ...]) -> Sighting:
    """What one look says about a case: there if any of its things is, hidden if any could be."""
    if any(s.sighting is Sighting.PRESENT for s in spots):
        return Sighting.PRESENT
    hidden = any(s.sighting is Sighting.UNOBSERVABLE for s in spots)
    return Sighting.UNOBSERVABLE if hidden else Sighting.ABSENT


def cause_of(spots: tuple[Spot, ...]) -> str:
    """Why nobody can tell of a case whether it is there: the cause of the first of its things that is hidden."""
    return next((s.presence.cause for s in spots if s.sighting is Sighting.UNOBSERVABLE), "")


def joined(case: Case, spots: tuple[Spot, ...], *, presence: Presence, sighting: Sighting, min_score: float) -> Case:
    """The case after one more look, with ``spots`` (at least one) as its members."""
    looks = next((s.appearance for s in spots if s.appearance is not None), None)
    return Case(
        id=case.id,
        zone=case.zone,
        kind=case.kind,
        members=tuple(s.id for s in spots),
        place=around(tuple(s.place for s in spots)),
        presence=presence,
        state=case.state,
        sighting=sighting,
        appearance=looks if looks is not None else case.appearance,
        shop=case.shop,
        record=case.record,
        leave=case.leave,
        asked=case.asked,
        score=max(s.score for s in spots),
        unsure=doubt_of(spots, min_score) if isinstance(case.state, Candidate) else None,
        known=case.known,
        plate_asked=case.plate_asked,
    )

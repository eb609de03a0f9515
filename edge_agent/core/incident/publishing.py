"""Telling: what an incident's events, warnings, pictures and orders say.

The wording of the outside world is put together here and nowhere else, so that the ladder never knows what a
message looks like and the feed never knows when it is due.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.effects import Note, Notify, PublishIncident, Remark, SaveSnapshot, Speak
from edge_agent.core.feed.incidents import Happening, IncidentEvent, Role, WarningRecord, derived_id, place_words
from edge_agent.core.feed.work_orders import order_id
from edge_agent.core.geometry import Box, Point
from edge_agent.core.incident.cases import Case, Record
from edge_agent.core.incident.ladder import played
from edge_agent.core.incident.ladder_states import Ordered
from edge_agent.core.site.policy import Geometry, Grouping, Kind, Words
from edge_agent.core.site.zones import Zone, told_next
from edge_agent.core.speak.messages import DEFAULT_LANGUAGES, event_text, order_text, warning_text

if TYPE_CHECKING:
    from edge_agent.core.events import WarningAnswered, Witness
    from edge_agent.core.site.hours_and_permits import Permit
    from edge_agent.core.site.policy import Rule
    from edge_agent.core.site.quiet_hours import Quiet
    from edge_agent.core.site.site import Site

SPEECH_EXPIRY: Final = timedelta(seconds=30)  # a late warning is worse than none
EVERYWHERE: Final = (Point(0, 0), Point(1, 0), Point(1, 1))  # of a zone that is not drawn any more; nobody looks at it


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContext:
    """Where and when a case is worked on: its camera, zone, kind, rule and the instant.

    ``permits`` are those that hold there; nothing may be said where it is ``silent``, and not as usual where it is
    ``quiet``. ``taught`` says that the camera was taught what things are, so that a second look is worth asking for
    before each later step too. ``verb`` is the command that
    asked for the work, ``by`` whose it is, ``done_at`` when it was carried out, where that is not ``at``.
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
    taught: bool = False
    verb: str | None = None
    by: str | None = None
    done_at: datetime | None = None

    @property
    def told_at(self) -> datetime:
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


def ask(case: Case, scene: CaseContext, n: int, attempt: int) -> tuple[Case, tuple[Speak]]:
    """Ask for warning ``n`` to be played, and write down that it was asked for."""
    record = case.told()
    asked = WarningRecord(n=n, asked=scene.at)
    speak = Speak(
        id=derived_id("say", record.incident, n, attempt, scene.at),
        at=scene.at,
        incident=record.incident,
        zone=case.zone,
        kind=case.kind,
        n=n,
        attempt=attempt,
        expires_at=scene.at + SPEECH_EXPIRY,
        text=warning_text(scene.kind, scene.zone, scene.rule, n=n, shop=case.shop, at=scene.at),
    )
    return replace(case, record=replace(record, warnings=(*record.warnings, asked))), (speak,)


def notify(case: Case, scene: CaseContext, event: IncidentEvent) -> tuple[Case, tuple[Notify, ...]]:
    """Let the next recipient know what ``event`` tells: that a warning was played, or that there is a work order.

    A merchant reads the words of the warning itself, anybody else the line that the centre reads.
    """
    recipient = told_next(scene.zone, case.shop, event.n)
    if recipient is None:
        return case, ()
    record = case.told()
    record = replace(record, notified=record.notified + 1)
    text = event.text
    if recipient.role is Role.MERCHANT and event.n is not None:
        text = warning_text(scene.kind, scene.zone, scene.rule, n=event.n, shop=case.shop, at=scene.at)
    notification = Notify(
        id=f"{record.incident}-notify-{record.notified}",
        at=scene.told_at,
        incident=record.incident,
        seq=record.notified,
        camera=scene.camera,
        zone=case.zone,
        kind=case.kind,
        role=recipient.role,
        contact=recipient.contact,
        text=text,
        n=event.n,
        shop=case.shop,
        work_order=event.work_order,
    )
    return replace(case, record=record), (notification,)


def note(
    case: Case,
    scene: CaseContext,
    what: Remark,
    needed: timedelta | None = None,
    *,
    n: int | None = None,
    reason: str = "",
    witnesses: tuple[Witness, ...] = (),
) -> Note:
    """A remark for the explanation of this case."""
    share = case.presence.share if what is Remark.SELDOM_SEEN else None
    return Note(
        at=scene.at,
        camera=scene.camera,
        case=case.id,
        zone=case.zone,
        kind=case.kind,
        what=what,
        dwell_s=case.clock_s,
        unobservable_s=case.presence.unobservable.total_seconds(),
        needed_s=None if needed is None else needed.total_seconds(),
        hidden_by=case.presence.hidden_by,
        n=n,
        reason=reason,
        share=share,
        box=case.place,
        since=case.presence.since,
        last_seen=case.presence.last_seen,
        witnesses=witnesses,
    )


def with_answer(warnings: tuple[WarningRecord, ...], event: WarningAnswered) -> tuple[WarningRecord, ...]:
    """The record with the answer written to the last attempt at that warning."""
    for place in range(len(warnings) - 1, -1, -1):
        if warnings[place].n == event.n and warnings[place].result is None:
            told = replace(
                warnings[place],
                result=event.result,
                answered=event.at,
                reason=event.reason,
                speaker=event.speaker,
            )
            return (*warnings[:place], told, *warnings[place + 1 :])
    return warnings


def publish(
    case: Case,
    scene: CaseContext,
    happening: Happening,
    *,
    n: int | None = None,
    stage: int | str | None = None,
    end: datetime | None = None,
    reason: str | None = None,
) -> tuple[Case, tuple[PublishIncident, SaveSnapshot]]:
    """The next event of the case's incident (which begins here if there is none) and its picture."""
    record = case.record or _new_record(case, scene)
    case = replace(case, record=replace(record, seq=record.seq + 1))
    event = replace(_event(case, scene, happening, reason, n), stage=stage, end=end)
    permit = "" if case.leave is None else case.leave.permit
    told = PublishIncident(event, case.id, case.presence.hidden_by, case.presence.since, permit)
    return case, (told, _picture(event))


def _event(case: Case, scene: CaseContext, happening: Happening, reason: str | None, n: int | None) -> IncidentEvent:
    """One event of an incident as it stands now."""
    record = case.told()
    return IncidentEvent(
        type=happening,
        id=f"{record.incident}-{record.seq}",
        incident=record.incident,
        seq=record.seq,
        camera=scene.camera,
        zone=case.zone,
        kind=case.kind,
        at=scene.told_at,
        opened=record.opened,
        dwell_s=case.clock_s,
        unobservable_s=case.presence.unobservable.total_seconds(),
        delivered=played(case.state),
        box=case.place,
        codes=scene.kind.codes,
        text=_text(case, scene, happening, n, reason),
        warnings=record.warnings,
        n=n,
        reason=reason,
        recurred=record.recurred,
        shop=case.shop,
        work_order=order_id(record.incident) if isinstance(case.state, Ordered) else None,
        by=scene.by,
        verb=scene.verb,
        policy_sha256=scene.policy_sha256,
        media_at=None if scene.told_at == scene.at else scene.at,
    )


def _text(case: Case, scene: CaseContext, happening: Happening, n: int | None, reason: str | None) -> dict[str, str]:
    """The words of an event; an order's own words hold only where every warning was heard."""
    texts = event_text(scene.kind, scene.zone, happening, n=n, shop=case.shop, reason=reason)
    if happening is Happening.ESCALATED and played(case.state) >= scene.rule.warnings:
        order = order_text(scene.kind, scene.zone, scene.rule, stood=case.presence.counted, shop=case.shop, at=scene.at)
        return texts | order
    return texts


def _picture(event: IncidentEvent) -> SaveSnapshot:
    """The picture of an event, named after its stage."""
    stage = event.type.removeprefix("incident.") + ("" if event.n is None else f"-{event.n}")
    return SaveSnapshot(
        at=event.media_at or event.at, incident=event.incident, event=event.id, stage=stage, box=event.box
    )


def incident_id(camera: str, zone: str, kind: str, case: str, place: Box, opened: datetime) -> str:
    """The id of the incident that a case became then and there."""
    return derived_id("inc", camera, zone, kind, case, place_words(place), opened)


def _new_record(case: Case, scene: CaseContext) -> Record:
    ident = incident_id(scene.camera, case.zone, case.kind, case.id, case.place, scene.at)
    return Record(incident=ident, opened=scene.at)

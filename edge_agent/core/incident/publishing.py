"""Telling: what an incident's events, warnings, pictures and orders say.

The wording of the outside world is put together here and nowhere else, so that the ladder never knows what a
message looks like and the feed never knows when it is due.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.effects import Note, Notify, PublishIncident, Remark, SaveSnapshot, Speak
from edge_agent.core.feed.incidents import (
    Happening,
    IncidentEvent,
    Recipient,
    ReviewStatus,
    Role,
    WarningRecord,
    derived_id,
    place_words,
)
from edge_agent.core.feed.work_orders import order_id
from edge_agent.core.geometry import Box
from edge_agent.core.incident.case_context import CaseContext
from edge_agent.core.incident.cases import Case, Record
from edge_agent.core.incident.deadlines import due
from edge_agent.core.incident.ladder import played
from edge_agent.core.incident.ladder_states import Cause, Ordered, OrderReview, WarningReview
from edge_agent.core.plate.reading import PlateReading
from edge_agent.core.plate.traces import recurrence
from edge_agent.core.site.zones import next_recipient
from edge_agent.core.speak.messages import AtStep, event_text, order_text, warning_text

if TYPE_CHECKING:
    from edge_agent.core.events import WarningAnswered, Witness

READS_THE_WARNING: Final = frozenset({Role.MERCHANT, Role.OWNER})
SPEECH_EXPIRY: Final = timedelta(seconds=30)  # a late warning is worse than none


def ask(case: Case, scene: CaseContext, n: int, attempt: int) -> tuple[Case, tuple[Speak]]:
    """Ask for warning ``n`` to be played, and write down that it was asked for."""
    record = case.opened_record()
    warning = WarningRecord(n=n, asked=scene.at)
    speak = Speak(
        id=derived_id("say", record.incident, n, attempt, scene.at),
        at=scene.at,
        incident=record.incident,
        zone=case.zone,
        kind=case.kind,
        n=n,
        attempt=attempt,
        expires_at=scene.at + SPEECH_EXPIRY,
        text=_spoken(case, scene, n),
        step="" if scene.step is None or not scene.step.warnings_text else scene.step.name,
    )
    return replace(case, record=replace(record, warnings=(*record.warnings, warning))), (speak,)


def notify(case: Case, scene: CaseContext, event: IncidentEvent) -> tuple[Case, tuple[Notify, ...]]:
    """Let the next recipient know what ``event`` tells: that a warning was played, or that there is a work order.

    A merchant and a vehicle's owner read the words of the warning itself, anybody else the line that the centre reads.
    """
    case, owner = _notify_owner(case, scene, event)
    recipient = next_recipient(scene.zone, case.shop, event.n)
    if recipient is None:
        return case, owner
    case, notification = _notified(case, scene, event, recipient)
    return case, (*owner, notification)


def _notify_owner(case: Case, scene: CaseContext, event: IncidentEvent) -> tuple[Case, tuple[Notify, ...]]:
    """Let a vehicle's owner, whom the centre knows, be told once an incident, as soon as the plate is known."""
    plate = case.known.plate
    if not scene.plates.owner or plate is None or not plate.province_sure or case.opened_record().owner:
        return case, ()
    case, notification = _notified(case, scene, event, Recipient(role=Role.OWNER, contact=plate.text))
    return replace(case, record=replace(case.opened_record(), owner=True)), (notification,)


def _notified(case: Case, scene: CaseContext, event: IncidentEvent, recipient: Recipient) -> tuple[Case, Notify]:
    record = case.opened_record()
    record = replace(record, notified=record.notified + 1)
    text = event.text
    if recipient.role in READS_THE_WARNING and event.n is not None:
        text = _spoken(case, scene, event.n)
    notification = Notify(
        id=f"{record.incident}-notify-{record.notified}",
        at=scene.dated,
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
    return replace(case, record=record), notification


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
            answered_warning = replace(
                warnings[place],
                result=event.result,
                answered=event.at,
                reason=event.reason,
                speaker=event.speaker,
            )
            return (*warnings[:place], answered_warning, *warnings[place + 1 :])
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
    effect = PublishIncident(event, case.id, case.presence.hidden_by, case.presence.since, permit)
    hide = scene.plates.on and scene.kind.of_vehicles and scene.zone.plate_basis is None
    return case, (effect, _picture(event, hide_plate=hide))


def _event(case: Case, scene: CaseContext, happening: Happening, reason: str | None, n: int | None) -> IncidentEvent:
    """One event of an incident as it stands now."""
    record, plate = case.opened_record(), case.known.plate
    watched = scene.plates.watched(plate)
    return IncidentEvent(
        type=happening,
        id=f"{record.incident}-{record.seq}",
        incident=record.incident,
        seq=record.seq,
        camera=scene.camera,
        zone=case.zone,
        kind=case.kind,
        at=scene.dated,
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
        media_at=None if scene.dated == scene.at else scene.at,
        review=_review(case),
        review_until=_review_until(case, scene),
        confirmed_by=record.confirmed_by,
        note=scene.note,
        strike=record.strike,
        plate=plate,
        vehicle=case.known.vehicle,
        recurrence=_recurrence(plate, record, scene),
        watched=None if watched is None else watched.why,
    )


def _recurrence(plate: PlateReading | None, record: Record, scene: CaseContext) -> int | None:
    return None if plate is None else recurrence(plate.text, record.incident, scene.traces, scene.at)


def _review(case: Case) -> ReviewStatus | None:
    """Where the review of a case stands."""
    if case.opened_record().review is not None:
        return case.opened_record().review
    if isinstance(case.state, WarningReview):
        return ReviewStatus.BEFORE_WARNING
    return ReviewStatus.BEFORE_ORDER if isinstance(case.state, OrderReview) else None


def _review_until(case: Case, scene: CaseContext) -> datetime | None:
    """When nobody waits any longer for a person's word, if the thing stays in view; None where nobody waits."""
    over = due(case.state, scene.rule) if isinstance(case.state, WarningReview | OrderReview) else None
    if over is None or case.opened_record().review is not None:
        return None
    return scene.dated + max(over - case.presence.counted, timedelta(0))


def _spoken(case: Case, scene: CaseContext, n: int) -> dict[str, str]:
    """The words of warning ``n`` of a case, by the step of its party."""
    at_step = AtStep(scene.step, 0 if scene.standing is None else scene.standing.n)
    return warning_text(
        scene.kind, scene.zone, scene.rule, n=n, shop=case.shop, at=scene.at, at_step=at_step, known=case.known
    )


def _text(case: Case, scene: CaseContext, happening: Happening, n: int | None, reason: str | None) -> dict[str, str]:
    """The words of an event; an order's own words hold only where every warning was heard, or none was meant to be."""
    at_step = AtStep(scene.step, 0 if scene.standing is None else scene.standing.n)
    texts = event_text(
        scene.kind, scene.zone, happening, n=n, shop=case.shop, reason=reason, at_step=at_step, known=case.known
    )
    written_for_silence = reason == Cause.SILENT and scene.kind.rule.silent
    if happening is Happening.ESCALATED and (written_for_silence or played(case.state) >= scene.rule.warnings > 0):
        stood = case.presence.counted
        order = order_text(
            scene.kind,
            scene.zone,
            scene.rule,
            stood=stood,
            shop=case.shop,
            at=scene.at,
            at_step=at_step,
            known=case.known,
        )
        return texts | order
    return texts


def _picture(event: IncidentEvent, *, hide_plate: bool) -> SaveSnapshot:
    """The picture of an event, named after its stage."""
    stage = event.type.removeprefix("incident.") + ("" if event.n is None else f"-{event.n}")
    return SaveSnapshot(
        at=event.media_at or event.at,
        incident=event.incident,
        event=event.id,
        stage=stage,
        box=event.box,
        hide_plate=hide_plate,
    )


def incident_id(camera: str, zone: str, kind: str, case: str, place: Box, opened: datetime) -> str:
    """The id of the incident that a case became then and there."""
    return derived_id("inc", camera, zone, kind, case, place_words(place), opened)


def _new_record(case: Case, scene: CaseContext) -> Record:
    ident = incident_id(scene.camera, case.zone, case.kind, case.id, case.place, scene.at)
    return Record(incident=ident, opened=scene.at, strike=scene.standing)

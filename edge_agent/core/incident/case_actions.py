"""Casework: one case, one thing that happened to it, and what must be done about it.

Here the ladder's moves (``ladder.py``: when) become effects (what, in which words, under which id). Every
function takes a case and gives back the case as it is afterwards and the effects, in the order they must happen.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, assert_never

from edge_agent.core.effects import Effect, LookAgain, PublishIncident, Remark, SaveSnapshot
from edge_agent.core.events import LookedAgain, Result, WarningAnswered
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.incident.case_context import CaseContext
from edge_agent.core.incident.case_endings import stage_of
from edge_agent.core.incident.cases import Case, PermitHold
from edge_agent.core.incident.deadlines import CONFIRM_AGAIN, asks_first, dwell_reached
from edge_agent.core.incident.ladder import answer, climb, confirm, hold, is_open, take
from edge_agent.core.incident.ladder_states import (
    Ask,
    AskedAgain,
    Candidate,
    Cause,
    Confirming,
    Drop,
    Escalate,
    Move,
    Opened,
    Refer,
    Suppressed,
    Unanswered,
    Unwarned,
    Warned,
    WarningPlayed,
)
from edge_agent.core.incident.person_review import refer, reviewed
from edge_agent.core.incident.plates import plate_wanted, rule_of
from edge_agent.core.incident.publishing import ask, note, notify, publish, with_answer
from edge_agent.core.site.policy import Review
from edge_agent.core.site.quiet_hours import Quiet
from edge_agent.core.track.presence import Sighting, standing_since

if TYPE_CHECKING:
    from edge_agent.core.track.presence import Presence

Worked = tuple[Case, tuple[Effect, ...]]


def look_at(case: Case, scene: CaseContext, *, leave: PermitHold | None) -> Worked:
    """One look at which the case is present: a permit suppresses it, otherwise it climbs the ladder."""
    if isinstance(case.state, Candidate) and scene.taken(case):
        case = replace(case, unsure=Remark.SAME_MATTER)
    if leave is not None:
        return _allowed(replace(case, leave=leave), scene)
    case, wanted = plate_wanted(case, scene)
    case, effects = _due(case, scene)
    return case, (*effects, *wanted)


def _due(case: Case, scene: CaseContext) -> Worked:
    """What is due of a case that is present and not allowed."""
    if case.leave is not None:
        case = _leave_ended(case, scene)
    if scene.silent:
        state = hold(case.state, case.presence.counted)
        return case if state is case.state else replace(case, state=state), ()
    if isinstance(case.state, Candidate) and case.doubt is not None:
        return case, ()
    state, moves = climb(case.state, case.presence.counted, rule_of(case, scene), confirmed=case.confirmed)
    if state is case.state:
        return case, ()  # as at most looks: nothing is due
    if scene.taught and isinstance(case.state, Warned | Unwarned):
        return _asked_again(case, scene)
    return carry_out(replace(case, state=state), moves, scene)


def _asked_again(case: Case, scene: CaseContext) -> Worked:
    """The next warning or the order is due: first a second look is asked for, and again until one agrees."""
    clock = case.presence.counted
    if case.asked is not None and clock < case.asked + CONFIRM_AGAIN:
        return case, ()
    return replace(case, asked=clock), (replace(_second_look(case, scene), again=True),)


def _heard_again(case: Case, scene: CaseContext, answer_event: LookedAgain) -> Worked:
    """A second look has answered before a later step: it is made at once, or waits for one that agrees."""
    if case.asked is None:
        return case, ()
    agreed = answer_event.confirmed and case.sighting is Sighting.PRESENT
    what = Remark.AGREED if agreed else Remark.DISAGREED
    shown = f"{answer_event.agreed}/{answer_event.of}" if answer_event.of else ""
    heard = note(case, scene, what, reason=shown, witnesses=answer_event.witnesses)
    if not agreed:
        return case, (heard,)
    state, moves = climb(case.state, case.presence.counted, rule_of(case, scene), confirmed=case.confirmed)
    worked, effects = carry_out(replace(case, state=state, asked=None), moves, scene)
    return worked, (*effects, heard)


def second_look(case: Case, scene: CaseContext, event: LookedAgain) -> Worked:
    """The second look has answered; nothing opens in a silence, or unless the case was present at the last look."""
    if scene.silent and event.confirmed:
        return case, ()
    if isinstance(case.state, Warned | Unwarned):
        return _heard_again(case, scene, event)
    here = case.sighting is Sighting.PRESENT
    state, moves = confirm(case.state, case.presence.counted, scene.rule, agreed=event.confirmed and here)
    worked, effects = carry_out(replace(case, state=state), moves, scene)
    if not isinstance(case.state, Confirming):
        return worked, effects
    shown = f"{event.agreed}/{event.of}" if event.of else ""
    if not isinstance(state, Candidate):
        heard = (note(case, scene, Remark.AGREED, reason=shown, witnesses=event.witnesses),) if event.witnesses else ()
        return worked, (*effects, *heard)
    what = Remark.NOT_THERE if event.confirmed else Remark.DISAGREED
    return worked, (*effects, note(case, scene, what, reason=shown, witnesses=event.witnesses))


def answered(case: Case, scene: CaseContext, event: WarningAnswered) -> Worked:
    """A speaker has answered for one of the case's warnings."""
    record = case.opened_record()
    case = replace(case, record=replace(record, warnings=with_answer(record.warnings, event)))
    clock = case.presence.counted
    since_seen = event.at - case.presence.last_seen
    if case.sighting is Sighting.PRESENT and since_seen <= scene.rule.bridge:  # a longer silence will not count
        clock += since_seen
    state, moves = answer(case.state, clock, n=event.n, result=event.result)
    worked, effects = carry_out(replace(case, state=state), moves, scene)
    if event.result is Result.PLAYED:
        return worked, effects
    return worked, (*effects, note(case, scene, Remark.NOT_PLAYED, n=event.n, reason=event.reason))


def cancelled(case: Case, scene: CaseContext, reason: str) -> Worked:
    """The centre rejects or cancels an open incident: this occupant is left alone until it has left."""
    case, effects = publish(case, scene, Happening.CANCELLED, reason=reason or None)
    return _moved(case, Cause.CENTRE), effects


def settled(case: Case, scene: CaseContext) -> Worked:
    """The centre says that it was put right, and needs no proof by the camera: left alone like a cancelled one."""
    stage, end = stage_of(case), case.presence.last_seen
    case, effects = publish(case, scene, Happening.RESOLVED, stage=stage, end=end, reason="by_centre")
    return _moved(case, Cause.CENTRE), effects


def ordered(case: Case, scene: CaseContext, cause: Cause) -> Worked:
    """A person is sent before the ladder would, because of ``cause``: the work order is opened now."""
    return _made_known(publish(_moved(case, cause), scene, Happening.ESCALATED, reason=cause.value), scene)


def unwatched(case: Case, scene: CaseContext) -> tuple[Effect, ...]:
    """The zone or the kind is no longer watched for: what was open is no violation any more."""
    if is_open(case.state):
        return publish(case, scene, Happening.SUPPRESSED, reason="zone_removed")[1]
    fell_short = isinstance(case.state, Candidate | Confirming)
    return (note(case, scene, Remark.ZONE_REMOVED, scene.rule.dwell),) if fell_short else ()


def returned(case: Case, scene: CaseContext, again: Case, presence: Presence) -> Worked:
    """The same thing is back: the same incident goes on where it stood."""
    record = case.opened_record()
    case = replace(
        _moved(case, Cause.RETURNED),
        record=replace(record, recurred=record.recurred + 1),
        members=again.members,
        place=again.place,
        presence=presence,
        sighting=Sighting.PRESENT,
        leave=None,
    )
    return publish(case, scene, Happening.RECURRED)


def closed_hours(case: Case, scene: CaseContext) -> tuple[Case | None, tuple[Effect, ...]]:
    """The zone's hours are over: an open incident is no violation any more."""
    if isinstance(case.state, Candidate | Confirming):
        return None, (note(case, scene, Remark.HOURS_ENDED, scene.rule.dwell),)
    if not is_open(case.state):
        return case, ()
    case, effects = publish(case, scene, Happening.SUPPRESSED, reason="hours")
    return replace(_moved(case, Cause.ALLOWED), record=None), effects


def reopened_hours(case: Case, since: datetime) -> Case:
    """The zone's hours have begun again over something that still stands: its dwell starts anew."""
    if not isinstance(case.state, Suppressed) or case.leave is not None:
        return case
    return replace(_moved(case, Cause.FORBIDDEN_ANEW), presence=standing_since(case.presence, since))


def carry_out(case: Case, moves: tuple[Move, ...], scene: CaseContext) -> Worked:
    """Turn the ladder's moves into effects, one after the other."""
    effects: tuple[Effect, ...] = ()
    for move in moves:
        case, more = _move(case, move, scene)
        effects += more
    return case, effects


def _move(case: Case, move: Move, scene: CaseContext) -> Worked:
    match move:
        case AskedAgain():
            return case, (_second_look(case, scene),)
        case Opened():
            return publish(case, scene, Happening.OPENED)
        case Ask(n=n, attempt=attempt):
            quiet = scene.quiet is Quiet.ORDER and scene.rule.orders
            return _ordered_unasked(case, scene) if quiet else ask(case, scene, n, attempt)
        case WarningPlayed(n=n):
            return _made_known(publish(case, scene, Happening.WARNED, n=n), scene)
        case Refer() | Unanswered() | Drop():
            return reviewed(case, move, scene)
        case Escalate(reason=reason):
            return _made_known(publish(case, scene, Happening.ESCALATED, reason=reason.value), scene)
        case _:
            assert_never(move)


def _ordered_unasked(case: Case, scene: CaseContext) -> Worked:
    """A warning is due in hours in which nobody is asked: a person is sent, where need be after a review."""
    if asks_first(scene.rule, Review.BEFORE_ORDER, confirmed=case.confirmed):
        return refer(_moved(case, Cause.REFER_QUIET), scene)
    return ordered(case, scene, Cause.QUIET_HOURS)


def _made_known(published: tuple[Case, tuple[PublishIncident, SaveSnapshot]], scene: CaseContext) -> Worked:
    """What was published, and whoever else is to be told of it."""
    case, effects = published
    case, notified = notify(case, scene, effects[0].event)
    return case, (*effects, *notified)


def _second_look(case: Case, scene: CaseContext) -> LookAgain:
    return LookAgain(
        at=scene.at,
        case=case.id,
        kind=case.kind,
        labels=scene.kind.labels,
        box=case.place,
        confirm=scene.rule.confirm,
        confirm_of=scene.rule.confirm_of,
        score=case.score,
    )


def _allowed(case: Case, scene: CaseContext) -> Worked:
    """A permit covers the case at this look."""
    waiting = isinstance(case.state, Candidate | Confirming)
    due = waiting and dwell_reached(case.presence.counted, rule_of(case, scene)) and case.doubt is None
    if not is_open(case.state) and not due:
        return case, ()
    case, effects = publish(case, scene, Happening.SUPPRESSED, reason="permit")
    return replace(_moved(case, Cause.ALLOWED), record=None), effects


def _leave_ended(case: Case, scene: CaseContext) -> Case:
    """The permit has ended over something that still stands: its dwell starts anew at that instant."""
    until = case.leave.until if case.leave is not None else None
    since = until if until is not None and until <= scene.at else scene.at
    case = replace(case, leave=None, presence=standing_since(case.presence, since))
    return _moved(case, Cause.FORBIDDEN_ANEW) if isinstance(case.state, Suppressed | Candidate | Confirming) else case


def _moved(case: Case, cause: Cause) -> Case:
    """The case after something from outside its clock moved it; ``TRANSITIONS`` says where to."""
    return replace(case, state=take(case.state, cause, case.presence.counted)[0])

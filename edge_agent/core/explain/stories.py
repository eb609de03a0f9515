"""Stories: what became of everything that stood where it may not, moment by moment, for people who ask why.

Folding says what happened, effect by effect, of all things at once. A story puts together what belongs to one: every
incident with all its moments, and every *near miss*, which is a thing that came close and of which nobody was warned.

What I dislike about it: a thing that is allowed by a permit has an incident at the centre and is a near miss here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from edge_agent.core.effects import Note, Notify, OpenWorkOrder, PublishIncident, RecordStrike, Remark, UpdateWorkOrder
from edge_agent.core.explain.explanations import LANGUAGES, explain_event, explain_note, explain_notice, explain_order
from edge_agent.core.explain.strike_words import counted_before, strike_words
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.feed.work_orders import ALL_LATE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.core.effects import Effect
    from edge_agent.core.feed.incidents import IncidentEvent
    from edge_agent.core.feed.strikes import Strike, StrikeCount
    from edge_agent.core.feed.work_orders import WorkOrder
    from edge_agent.core.geometry import Box

ORDER: Final = "work_order"
NOTICE: Final = "notified"
STRIKE: Final = "strike"
BESIDE: Final = frozenset({ORDER, NOTICE, STRIKE, Remark.AGREED.name.lower()})  # what does not move an incident
REMARKS: Final = frozenset(remark.name.lower() for remark in Remark)
UNFOUNDED: Final = ""  # the case of an incident whose beginning is not among the effects


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened to a case, or why nothing did.

    ``what`` is the last word of an event's type (``opened``, ``warned``, …), ``work_order``, ``notified``, ``strike``,
    or the name of a remark (``left_early``, …); ``why`` the reason that goes with it, the state of the work order, or
    the step of a strike. ``text`` says it in words, by language. ``dwell_s`` is the dwell clock then,
    ``unobservable_s`` how long nobody could see the thing until then, ``hidden_by`` how much of that is put down to
    which cause; ``needed_s`` is the span it fell short of. The thing stood at ``box`` from ``since`` to ``last_seen``,
    as far as was known then.
    """

    at: datetime
    what: str
    text: dict[str, str]
    dwell_s: float
    unobservable_s: float
    needed_s: float | None = None
    why: str = ""
    n: int | None = None
    hidden_by: dict[str, float] = field(default_factory=dict)
    box: Box | None = None
    since: datetime | None = None
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What became of one case: an incident, or a near miss, of which nobody was warned.

    ``outcome`` is the ``what`` of an incident's last event, or of a near miss's last remark: how it ended, or how
    far it came.
    """

    case: str
    incident: str | None
    camera: str
    zone: str
    kind: str
    moments: tuple[Moment, ...]
    near_miss: bool
    outcome: str

    @property
    def began(self) -> datetime:
        """Its first moment."""
        return self.moments[0].at

    @property
    def stood_since(self) -> datetime:
        """When the thing came, as far as is known: its first moment where nobody said."""
        return min((m.since for m in self.moments if m.since is not None), default=self.began)

    @property
    def nearness(self) -> float:
        """How much of the span that it needed it had reached at the nearest, 0 to 1; 1 for an incident."""
        if not self.near_miss:
            return 1.0
        shares = [m.dwell_s / m.needed_s for m in self.moments if m.needed_s]
        return min(1.0, max(shares, default=1.0))


@dataclass(slots=True)
class _Draft:
    case: str
    camera: str
    zone: str
    kind: str
    incident: str | None = None
    strike: StrikeCount | None = None  # as it was told last
    moments: list[Moment] = field(default_factory=list)


def gathered_stories(effects: Iterable[Effect]) -> tuple[Story, ...]:
    """Every incident and every near miss of ``effects``, which are in order, by their first moments."""
    teller = _Teller()
    for effect in effects:
        match effect:
            case PublishIncident(event=event, case=case):
                teller.event(event, case, effect)
            case Note():
                teller.note(effect)
            case OpenWorkOrder(order=order) if order.party is not None:
                teller.order(order)  # whom it is for; that it was opened is an event's to say
            case Notify():
                teller.notice(effect)
            case UpdateWorkOrder(order=order):
                teller.order(order)
            case RecordStrike(strike=strike):
                teller.strike(strike)
            case _:
                pass
    return tuple(sorted(map(_story, teller.drafts), key=lambda story: story.began))


class _Teller:
    """Sorts moments into drafts; a case has one at a time, and a suppressed one may begin another."""

    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self._of_case: dict[str, _Draft] = {}
        self._of_incident: dict[str, _Draft] = {}
        self._ledger: dict[str, Strike] = {}

    def event(self, event: IncidentEvent, case: str, effect: PublishIncident) -> None:
        draft = self._of_incident.get(event.incident)
        if draft is None:
            draft = self._of_incident[event.incident] = self._draft(case, event.camera, event.zone, event.kind)
            draft.incident = event.incident
        draft.moments.append(_event_moment(effect))
        counted_anew = draft.strike is not None and draft.strike != event.strike
        if event.strike is not None and (event.type is Happening.OPENED or counted_anew):
            draft.moments.append(_strike_moment(event.strike, self._known(event), draft.moments[-1]))
        draft.strike = event.strike
        if event.type is Happening.SUPPRESSED:
            self._of_case.pop(case, None)  # what still stands there begins anew

    def strike(self, strike: Strike) -> None:
        self._ledger[strike.incident] = strike

    def _known(self, event: IncidentEvent) -> tuple[Strike, ...]:
        """The entries of its kind that are about earlier incidents."""
        ledger = self._ledger.values()
        return tuple(each for each in ledger if each.kind == event.kind and each.incident != event.incident)

    def note(self, note: Note) -> None:
        self._draft(note.case, note.camera, note.zone, note.kind).moments.append(_note_moment(note))

    def notice(self, notice: Notify) -> None:
        draft = self._of_incident.get(notice.incident)
        if draft is not None:
            draft.moments.append(_notice_moment(notice, draft.moments[-1]))

    def order(self, order: WorkOrder) -> None:
        draft = self._of_incident.get(order.incident)
        if draft is not None:
            draft.moments.append(_order_moment(order, draft.moments[-1]))

    def _draft(self, case: str, camera: str, zone: str, kind: str) -> _Draft:
        known = self._of_case.get(case) if case != UNFOUNDED else None
        if known is None:
            known = self._of_case[case] = _Draft(case, camera, zone, kind)
            self.drafts.append(known)
        return known


def _event_moment(effect: PublishIncident) -> Moment:
    event = effect.event
    return Moment(
        at=event.at,
        what=event.type.removeprefix("incident."),
        text={language: explain_event(effect, language) for language in LANGUAGES},
        dwell_s=event.dwell_s,
        unobservable_s=event.unobservable_s,
        why=event.reason or "",
        n=event.n,
        hidden_by=effect.hidden_by,
        box=event.box,
        since=effect.since,
        last_seen=event.end or event.at,
    )


def _note_moment(note: Note) -> Moment:
    return Moment(
        at=note.at,
        what=note.what.name.lower(),
        text={language: explain_note(note, language) for language in LANGUAGES},
        dwell_s=note.dwell_s,
        unobservable_s=note.unobservable_s,
        needed_s=note.needed_s,
        why=note.reason,
        n=note.n,
        hidden_by=note.hidden_by,
        box=note.box,
        since=note.since,
        last_seen=note.last_seen,
    )


def _strike_moment(strike: StrikeCount, ledger: tuple[Strike, ...], opened: Moment) -> Moment:
    """Where its party stood then, and by which earlier incidents."""
    before = counted_before(strike, ledger)
    text = {language: strike_words(strike, before, language) for language in LANGUAGES}
    return replace(opened, what=STRIKE, text=text, why=strike.step, n=strike.n, needed_s=None)


def _notice_moment(notice: Notify, before: Moment) -> Moment:
    """Somebody was to be told; the clock is that of the moment before it."""
    return replace(
        before,
        at=notice.at,
        what=NOTICE,
        text={language: explain_notice(notice, language) for language in LANGUAGES},
        why=notice.role,
        n=notice.n,
        needed_s=None,
    )


def _order_moment(order: WorkOrder, before: Moment) -> Moment:
    """What became of a work order; its clock is that of the moment before it."""
    return replace(
        before,
        at=order.at,
        what=ORDER,
        text={language: explain_order(order, language) for language in LANGUAGES},
        why=order.reason.replace("limit_over", "late") if order.reason in ALL_LATE else order.status,
        n=None,
        needed_s=None,
    )


def _story(draft: _Draft) -> Story:
    events = [moment for moment in draft.moments if moment.what not in BESIDE]
    happened = [moment.what for moment in events if moment.what not in REMARKS]
    return Story(
        case=draft.case,
        incident=draft.incident,
        camera=draft.camera,
        zone=draft.zone,
        kind=draft.kind,
        moments=tuple(draft.moments),
        near_miss=happened in ([], ["suppressed"]),
        outcome=(happened or [events[-1].what])[-1],
    )

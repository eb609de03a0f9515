"""How a case ends when its thing has gone: an open incident is resolved, anything else fell short."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from edge_agent.core.effects import Effect, Remark
from edge_agent.core.feed.incidents import AFTER_ORDER, Happening
from edge_agent.core.incident.deadlines import dwell_reached
from edge_agent.core.incident.ladder import START, is_open, played, take
from edge_agent.core.incident.ladder_states import Candidate, Cause, Confirming, Ordered
from edge_agent.core.incident.publishing import note, publish

if TYPE_CHECKING:
    from datetime import datetime

    from edge_agent.core.incident.case_context import CaseContext
    from edge_agent.core.incident.cases import Case


def over(
    case: Case, scene: CaseContext, *, unknown: bool, end: datetime | None = None
) -> tuple[Case | None, tuple[Effect, ...]]:
    """The thing is gone (or out of sight for too long): an open incident is resolved, anything else just ends.

    ``end`` is when it was last in its place, where that is known better than by the last sighting.
    """
    state = case.state
    if not is_open(state):
        why = _shortfall(case, scene, unknown=unknown)
        fell_short = isinstance(state, Candidate | Confirming)
        return None, (note(case, scene, why, scene.rule.dwell),) if fell_short else ()
    reason = "unknown_end" if unknown else "left"
    case, effects = publish(
        case, scene, Happening.RESOLVED, stage=stage_of(case), end=end or case.presence.last_seen, reason=reason
    )
    # Out of sight for too long is no leaving: such a thing is not remembered as one that may come back.
    return None if unknown else replace(
        case, state=take(case.state, Cause.LEFT, case.presence.counted)[0], members=()
    ), effects


def stage_of(case: Case) -> int | str:
    """How far an open incident has come: the warnings that were played, or that there is a work order."""
    return AFTER_ORDER if isinstance(case.state, Ordered) else played(case.state)


def _shortfall(case: Case, scene: CaseContext, *, unknown: bool) -> Remark:
    """Why a case that is over was never opened.

    With its dwell reached, only doubt or a silence keeps it from a second look.
    """
    if dwell_reached(case.presence.counted, scene.rule):
        return case.doubt or (Remark.SILENCED if case.state == START else Remark.UNCONFIRMED)
    return Remark.LOST_SIGHT if unknown else Remark.LEFT_EARLY

"""A person's review: an incident is referred to the operations centre, which confirms it, rejects it or is silent.

::

    second look agrees ─▶ opened ─▶ referred ┬ confirm ─▶ confirmed ─▶ warning 1 at the next sighting
    or a work order is due ────────▶         ├ reject  ─▶ cancelled: left alone until it has left
                                             └ nobody within ``review_limit`` ─▶ goes on, or is dropped

The ladder says when (``ladder.py``). A confirmation is only written down here: what it lets happen waits, as all
does, for a look that shows the thing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.core.feed.incidents import Happening, ReviewStatus
from edge_agent.core.incident.ladder_states import Drop, Refer, Unanswered, WarningReview
from edge_agent.core.incident.publishing import publish
from edge_agent.core.site.policy import Review

if TYPE_CHECKING:
    from edge_agent.core.effects import Effect
    from edge_agent.core.incident.case_context import CaseContext
    from edge_agent.core.incident.cases import Case

    Worked = tuple[Case, tuple[Effect, ...]]

UNREVIEWED: Final = "unreviewed"  # why it was dropped


def reviewed(case: Case, move: Refer | Unanswered | Drop, scene: CaseContext) -> Worked:
    """One move of a review, as effects."""
    match move:
        case Refer():
            return refer(case, scene)
        case Unanswered():
            return replace(case, record=replace(case.opened_record(), review=ReviewStatus.UNANSWERED)), ()
        case Drop(rung=rung):  # what is told is how far it had come
            cancelled_case, effects = publish(replace(case, state=rung), scene, Happening.CANCELLED, reason=UNREVIEWED)
            return replace(cancelled_case, state=case.state), effects
        case _:
            assert_never(move)


def refer(case: Case, scene: CaseContext) -> Worked:
    """Ask a person of the centre to confirm it or to reject it before the ladder goes on."""
    before = Review.BEFORE_WARNING if isinstance(case.state, WarningReview) else Review.BEFORE_ORDER
    return publish(case, scene, Happening.REFERRED, reason=before.value)


def confirmed(case: Case, scene: CaseContext) -> Worked:
    """A person has confirmed it, whether anybody had been asked or not."""
    record = case.opened_record()
    case = replace(case, record=replace(record, review=ReviewStatus.CONFIRMED, confirmed_by=scene.by or ""))
    return publish(case, scene, Happening.CONFIRMED)

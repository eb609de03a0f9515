"""Overlay: what is shown upon a picture of each case that stands in it, so that people see what the core counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from edge_agent.core.explain.timeline import BarStage
from edge_agent.core.geometry import Box
from edge_agent.core.incident.deadlines import due
from edge_agent.core.incident.ladder_states import (
    Asking,
    Cancelled,
    Candidate,
    Confirming,
    Ordered,
    OrderReview,
    Resolved,
    State,
    Suppressed,
    Unwarned,
    Warned,
    WarningReview,
)
from edge_agent.core.site.steps import rule_at
from edge_agent.core.track.presence import Sighting

if TYPE_CHECKING:
    from edge_agent.core.incident.cases import Case
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.policy import Rule
    from edge_agent.core.site.site import Site

ZERO = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOverlay:
    """One case as it stands: where, how far it has come, what is said of it, and how much of the way to what is next.

    ``share`` is 0 to 1; ``seen`` says whether this very look showed the thing.
    """

    box: Box
    zone: str
    stage: BarStage
    text: str
    share: float
    seen: bool


def overlay(world: World, site: Site) -> tuple[CaseOverlay, ...]:
    """Every case of the camera after one look, in their order."""
    watch = site.watch(world.camera)
    return tuple(
        _standing(case, rule_at(zone_rule.rule, zone_rule.steps, None if case.record is None else case.record.strike))
        for case in world.cases
        if (zone_rule := watch.zone_rule(case.zone, case.kind)) is not None
    )


def _standing(case: Case, rule: Rule) -> CaseOverlay:
    clock, since = case.presence.counted, _since(case.state)
    next_ = due(case.state, rule)
    gone, whole = clock - since, None if next_ is None else next_ - since
    done = "" if whole is None else f" {gone.total_seconds():.0f}/{whole.total_seconds():.0f} s"
    return CaseOverlay(
        box=case.place,
        zone=case.zone,
        stage=_stage(case.state),
        text=f"{_word(case.state)}{done}",
        share=1.0 if not whole else min(1.0, gone / whole),
        seen=case.sighting is Sighting.PRESENT,
    )


def _since(state: State) -> timedelta:
    """The reading of the dwell clock from which the state counts."""
    match state:
        case Warned(mark=mark) | Unwarned(mark=mark):
            return mark
        case Asking(asked=asked_at) | Confirming(asked=asked_at):
            return asked_at
        case WarningReview(since=since) | OrderReview(since=since):
            return since
        case _:
            return ZERO


def _stage(state: State) -> BarStage:
    match state:
        case Candidate() | Confirming() | WarningReview():
            return BarStage.WAITING
        case Asking() | Warned() | Unwarned() | OrderReview() | Resolved():
            return BarStage.ASKED
        case Ordered():
            return BarStage.ORDERED
        case Suppressed() | Cancelled():
            return BarStage.ALLOWED
        case _:
            assert_never(state)


def _word(state: State) -> str:
    match state:
        case Candidate():
            return "stands"
        case Warned(played=played):
            return f"warned {played}"
        case Asking(played=played):
            return f"asking {played + 1}"
        case Ordered():
            return "work order"
        case WarningReview() | OrderReview():
            return "review"
        case Confirming() | Unwarned() | Suppressed() | Cancelled() | Resolved():
            return state.state
        case _:
            assert_never(state)

"""Tallies: how many people put it right after each warning, by zone, kind and hour; for programs and for metrics."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.app.health.instructions import plain_instructions
from edge_agent.core.score.outcomes import grouped, local_hour, tally
from edge_agent.ports import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from edge_agent.core.score.outcomes import IncidentOutcome, OutcomeCounts, ReviewCounts
    from edge_agent.core.score.strikes import StrikeCounts
    from edge_agent.core.site.overrides import InForce
    from edge_agent.core.site.site import Site
    from edge_agent.ports import Metrics

    Sections = Mapping[str, Mapping[str, OutcomeCounts]]

WINDOW: Final = timedelta(days=30)  # of the metrics and the page: what a month of a street says
ALL: Final = "all"


def sections(outcomes: Iterable[IncidentOutcome], zone: tzinfo) -> Sections:
    """Everything together, then by zone, by kind, and by the hour at which it opened, local to ``zone``."""
    outcomes_list = tuple(outcomes)
    return {
        ALL: {ALL: tally(outcomes_list)},
        "zone": grouped(outcomes_list, lambda each: each.zone),
        "kind": grouped(outcomes_list, lambda each: each.kind),
        "hour": grouped(outcomes_list, local_hour(zone)),
    }


def json_text(figures: Sections, standing: Iterable[InForce] = (), strikes: StrikeCounts | None = None) -> str:
    """The sections, the instructions that stand and the strikes, as one JSON object; a rate of nobody is null."""
    plain = {name: {group: _plain(each) for group, each in groups.items()} for name, groups in figures.items()}
    whole = {**plain, "instructions": plain_instructions(standing)}
    if strikes is not None:
        whole["strikes"] = asdict(strikes) | {"never_again": _rounded(strikes.never_again)}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def measure(outcomes: Iterable[IncidentOutcome], site: Site, metrics: Metrics) -> None:
    """Show what those did who heard each warning, for every zone and kind that is watched; none is nought."""
    by_place: dict[tuple[str, str], list[IncidentOutcome]] = {
        (zone.id, kind): [] for zone in site.zones for kind in zone.rules
    }
    for each in outcomes:
        by_place.setdefault((each.zone, each.kind), []).append(each)
    most = max((rule.spoken for zone in site.zones for rule in zone.rules.values()), default=0)
    for (zone, kind), outcomes_of in by_place.items():
        counts = tally(outcomes_of)
        after = {each.n: each for each in counts.after}
        for n in range(1, max(most, len(after)) + 1):
            left, stayed = (after[n].left, after[n].stayed) if n in after else (0, 0)
            metrics.level(Measure.AFTER_WARNING, left, zone=zone, kind=kind, warning=str(n), outcome="left")
            metrics.level(Measure.AFTER_WARNING, stayed, zone=zone, kind=kind, warning=str(n), outcome="stayed")
        if counts.to_leave is not None:
            metrics.level(Measure.TIME_TO_LEAVE, counts.to_leave.total_seconds(), zone=zone, kind=kind)


def _plain(each: OutcomeCounts) -> dict[str, object]:
    return {
        "incidents": each.incidents,
        "left_before": each.before,
        "corrected": each.corrected,
        "ordered": each.ordered,
        "rate": _rounded(each.rate),
        "to_leave_s": None if each.to_leave is None else each.to_leave.total_seconds(),
        "after": [
            {"warning": a.n, "heard": a.heard, "left": a.left, "stayed": a.stayed, "rate": _rounded(a.rate)}
            for a in each.after
        ],
        "review": _review(each.review),
    }


def _review(each: ReviewCounts) -> dict[str, object]:
    """What people said, the share of false reports, and how far it can be believed (95 %)."""
    low, high = (None, None) if each.false.value is None else (each.false.range.low, each.false.range.high)
    return {
        "confirmed": each.confirmed,
        "rejected": each.rejected,
        "unanswered": each.unanswered,
        "false": _rounded(each.false.value),
        "false_low": _rounded(low),
        "false_high": _rounded(high),
    }


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 4)

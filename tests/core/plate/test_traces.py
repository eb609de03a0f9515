"""Traces: earlier incidents of a plate, for 30 days and no more than 500 of a camera."""

from __future__ import annotations

from datetime import timedelta

from edge_agent.core.plate.traces import MOST, REMEMBERED, PlateTrace, recurrence, with_traces
from tests.street import at


def trace(incident: str, day: float, plate: str = "苏D12345") -> PlateTrace:
    """An incident of that day."""
    return PlateTrace(plate=plate, incident=incident, at=at(0) + timedelta(days=day))


NOW = at(0) + REMEMBERED


def test_other_incidents_of_the_plate_are_counted_for_thirty_days() -> None:
    """Not its own, not another's, not what is older; the thirtieth day still counts."""
    traces = (trace("a", -0.1), trace("b", 0), trace("c", 20), trace("d", 20, "苏D54321"), trace("e", 29))
    assert recurrence("苏D12345", "e", traces, NOW) == 2


def test_what_is_too_old_or_too_much_is_forgotten() -> None:
    """Of one incident the later word holds; of too many the newest stay."""
    traces = (trace("a", -0.1), trace("b", 1), trace("c", 2))
    assert with_traces(traces, {"b": trace("b", 1, "苏D54321")}, NOW) == (trace("c", 2), trace("b", 1, "苏D54321"))
    many = tuple(trace(f"i{number}", 1) for number in range(MOST))
    traces_kept = with_traces(many, {"new": trace("new", 2)}, NOW)
    assert (len(traces_kept), traces_kept[0].incident, traces_kept[-1].incident) == (MOST, "i1", "new")

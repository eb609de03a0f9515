"""Each worked example of ``docs/ladder.md``, folded through the core."""

from __future__ import annotations

import pytest

from edge_agent.core.effects import OpenWorkOrder
from edge_agent.core.events import Event
from edge_agent.core.site.site import Site
from tests.core_run import CoreRun, fails, tell, works
from tests.golden.examples import EXAMPLES, RATES, Example
from tests.golden.rows import assert_rows, rows_of
from tests.site import Until, permit, site, zone
from tests.street import looks, lost, silent

# Five looks a second are folded once, from a file, in ``test_command_line.py``.
PER_SECOND = pytest.mark.parametrize("per_second", RATES[:2])


def example(name: str) -> Example:
    """The example of that name."""
    return next(e for e in EXAMPLES if e.name == name)


def events_of(example: Example, per_second: float) -> tuple[Event, ...]:
    """What a steady camera tells the core of an example."""
    events = looks(example.things, until=example.until, per_second=per_second)
    if example.lost is not None:
        events = lost(events, *example.lost)
    return events if example.silent is None else silent(events, *example.silent)


def site_of(example: Example) -> Site:
    """One zone over the whole picture, with the example's hours and permit."""
    return site(
        zone(
            example.kind,
            hours=None if example.hours_until is None else Until(example.hours_until),
            permits=() if example.permit_until is None else (permit(example.permit_until),),
        )
    )


def run_of(example: Example, per_second: float) -> CoreRun:
    """An example, told to the core."""
    speaker = works if example.speaker == "works" else fails
    return tell(events_of(example, per_second), site_of(example), speaker=speaker)


@PER_SECOND
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_a_worked_example_comes_out(example: Example, per_second: float) -> None:
    """The events of the table, at their second or one look later, and no others."""
    assert_rows(rows_of(run_of(example, per_second).events), example, per_second)


@PER_SECOND
def test_a_broken_speaker_is_asked_every_minute(per_second: float) -> None:
    """Warning 1 is asked for at 60, 120, 180, 240 and 300; then a person is called."""
    told_ = run_of(example("speaker_fails"), per_second)
    assert told_.requests == [(1, second) for second in (60, 120, 180, 240, 300)]
    assert [order.order.why for order in told_.of(OpenWorkOrder)] == ["0 of 3 warnings delivered"]


@PER_SECOND
def test_a_restart_changes_no_id(per_second: float) -> None:
    """Killed at 500 and started again at 530, each event has the id it would have had."""
    whole, cut = (run_of(example(name), per_second) for name in ("stands", "killed_and_started_again"))
    assert [event.id for event in cut.events] == [event.id for event in whole.events]

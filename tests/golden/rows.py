"""How the rows of an example are compared with what was published, by the core or on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from edge_agent.core.feed.incidents import IncidentEvent
from tests.golden.examples import Example, Row
from tests.street import second_of


def assert_rows(rows: Sequence[Row], example: Example, per_second: float) -> None:
    """Every row and no other, at most one look (and the example's slack) late, ends at most one look early."""
    look = 1 / per_second
    for got, expected in zip_longest(rows, example.rows):
        assert got is not None, f"missing: {expected}; got {rows}"
        assert expected is not None, f"unexpected: {got}"
        late = got.second - expected.second
        early = (
            look + example.slack if expected.end is not None else 0
        )  # the last sighting may come a look early, and so the end
        assert -early - 1e-6 <= late <= look + example.slack + 1e-6, f"{got} is {late:g} s off {expected}"
        assert _words(got, expected) == _words(expected, expected)
        if expected.end is not None:
            assert got.end is not None
            assert abs(got.end - expected.end) <= look + example.slack + 1e-6, f"{got} for {expected}"


def rows_of(events: Sequence[IncidentEvent]) -> tuple[Row, ...]:
    """Published events as rows."""
    incidents = list(dict.fromkeys(event.incident for event in events))
    return tuple(
        Row(
            what=event.type.removeprefix("incident."),
            second=second_of(event.at),
            n=event.n,
            stage=event.stage,
            end=None if event.end is None else second_of(event.end),
            reason=event.reason,
            delivered=event.delivered,
            incident=incidents.index(event.incident) + 1,
        )
        for event in events
    )


def _words(row: Row, cell: Row) -> tuple[object, ...]:
    """Everything but the times; what the example leaves open is not compared."""
    reason = None if cell.reason is None else row.reason
    delivered = None if cell.delivered is None else row.delivered
    return (row.what, row.n, row.stage, reason, delivered, row.incident, row.end is None)

"""The looks of a round, found ahead and held against what is decoded."""

from __future__ import annotations

import pytest

from edge_agent.core.stream.sparse_decoding import Due, MissedError

TWO_S, END = 2_000_000, 10_000_000


def seconds(*values: float) -> list[int]:
    """In microseconds."""
    return [round(value * 1_000_000) for value in values]


def test_a_look_is_due_so_long_after_the_last() -> None:
    """A millisecond early will do; the first picture is due at once, where there was no look before."""
    due = Due(TWO_S, None, skip=0, until=END)
    assert [at for at in seconds(0, 1, 1.998, 1.9995, 2.1, 3.9995, 9, 10, 12) if due.takes(at)] == seconds(
        0, 1.9995, 3.9995, 9
    )


def test_the_look_before_counts_and_so_does_where_to_begin() -> None:
    """It may lie in the round before, at a time below zero."""
    assert not Due(TWO_S, -500_000, skip=0, until=END).takes(1_000_000)
    assert Due(TWO_S, -500_000, skip=0, until=END).takes(1_500_000)
    assert not Due(TWO_S, None, skip=3_000_000, until=END).takes(2_000_000)


def test_what_was_foreseen_comes() -> None:
    """Between them comes what they refer to."""
    due = Due(TWO_S, None, skip=0, until=END)
    assert [at for at in seconds(0, 1, 2, 3, 4) if due.foresees(at)] == seconds(0, 2, 4)
    assert [at for at in seconds(0, 1, 2, 4) if due.meets(at)] == seconds(0, 2, 4)
    assert not due.meets(5_000_000)
    due.close()


def test_what_does_not_come_is_missed() -> None:
    """At the next picture after it, or at the end; then all goes on after the last that did come."""
    due = Due(TWO_S, None, skip=0, until=END)
    assert [at for at in seconds(0, 2, 4) if due.foresees(at)] == seconds(0, 2, 4)
    with pytest.raises(MissedError):
        due.meets(1_000_000)
    assert due.again().takes(0)
    assert due.meets(0)
    assert due.meets(2_000_000)
    with pytest.raises(MissedError):
        due.close()
    again = due.again()
    assert [at for at in seconds(0, 2, 3, 4.4) if again.takes(at)] == seconds(4.4)


def test_it_goes_on_not_before_it_was_to_begin() -> None:
    """A look of the round before does not bring back what was to be skipped."""
    due = Due(TWO_S, -3_000_000, skip=5_000_000, until=END).again()
    assert not due.takes(4_000_000)
    assert due.takes(5_000_000)

"""Usage: what the work costs, as Linux counts it."""

from __future__ import annotations

import os
import threading

from edge_agent.adapters.process import (
    by_thread,
    cores,
    machine_s,
    one_core,
    processor_name,
    processor_s,
    resident_bytes,
)


def work(until_s: float) -> None:
    """Use the processor until so much has been used."""
    while processor_s() < until_s:
        sum(range(1000))


def test_work_is_counted() -> None:
    """It never falls, and what this process used the machine used too, to the tick of its clock."""
    before, all_before = processor_s(), machine_s()
    work(before + 0.1)
    assert processor_s() - before >= 0.1
    assert machine_s() - all_before >= 0.1 - 0.05


def test_a_thread_is_told_from_the_others() -> None:
    """This one has used time, and has a number by which it is found."""
    work(processor_s() + 0.05)
    assert by_thread()[threading.get_native_id()] > 0


def test_one_core_is_one_core_for_a_while() -> None:
    """And all that were there are there again."""
    before = os.sched_getaffinity(0)
    with one_core():
        assert cores() == 1
    assert os.sched_getaffinity(0) == before


def test_the_machine_says_what_it_is() -> None:
    """A process holds some megabytes, and a name is a line of text or nothing."""
    assert resident_bytes() > 1_000_000
    assert "\n" not in processor_name()

"""How many commands pass: each limit holds for its own, and is over after a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from edge_agent.app.agent.command_rate import A_MINUTE, LIFTED, MINUTE, OF_A_VERB, UNREADABLE, Floodgate
from edge_agent.config.wire.commands import Given
from edge_agent.core.commands import Cancel, Instruction, Silence
from tests.street import START

SECOND = timedelta(seconds=1)


def given(what: Instruction, by: str = "Li") -> Given:
    """A command of a person."""
    return Given(id="c", issued=START, expires=START + MINUTE, by=by, what=what)


def passed(gate: Floodgate, what: Given | None, times: int, now: datetime = START) -> int:
    """How many of so many pass at one moment."""
    return sum(gate.lets(what, now, {"z"}) for _ in range(times))


def test_each_limit_holds_for_its_own() -> None:
    """A person, a verb and garbage, and each anew after a minute."""
    gate = Floodgate()
    cancel = Cancel(incident="i")
    assert passed(gate, None, 100) == UNREADABLE
    assert passed(gate, given(cancel), 100) == A_MINUTE
    assert passed(gate, given(cancel, "Wang"), 100) == OF_A_VERB - A_MINUTE
    assert passed(gate, given(cancel, "Zhao"), 100) == 0
    assert passed(gate, given(Silence(zone="z", until=START + MINUTE), "Zhao"), 1) == 1
    assert passed(gate, given(cancel), 1, START + MINUTE - SECOND) == 0
    assert passed(gate, given(cancel), 100, START + MINUTE) == A_MINUTE
    assert passed(gate, None, 100, START + MINUTE) == UNREADABLE


def test_the_lift_of_a_silence_passes_while_it_may_change_something() -> None:
    """After every silence of the zone, and again after a while; one that does not exist is no way around."""
    gate = Floodgate()
    silence, lift = given(Silence(zone="z", until=START + MINUTE)), given(Silence(zone="z", until=START))
    assert passed(gate, silence, 100) == A_MINUTE
    assert passed(gate, lift, 100) == 1
    assert passed(gate, lift, 100, START + LIFTED) == 1
    assert passed(gate, given(Silence(zone="nowhere", until=START)), 100) == 0
    other = given(Silence(zone="z", until=START + MINUTE), "Wang")
    assert passed(gate, other, 1, START + LIFTED) == 1
    assert passed(gate, lift, 1, START + LIFTED) == 1

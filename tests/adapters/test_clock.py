"""The clocks tell aware UTC time that never goes back, whatever is done to the system's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.adapters.clock import SteadyClock, SystemClock, counter_ns, kernel_synchronised
from tests.clocks import MORNING, SimulatedClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.ports import Chronometer, Clock

HOUR: Final = timedelta(hours=1)
STEPS: Final = st.timedeltas(-HOUR, HOUR)


@dataclass(slots=True)
class Machine:
    """A computer whose system clock can be stepped; its counter cannot."""

    elapsed: timedelta = timedelta(0)
    stepped: timedelta = timedelta(0)
    trusted: bool | None = True
    clock: SteadyClock = field(init=False)

    def __post_init__(self) -> None:
        """Start the steady clock with the machine."""
        self.clock = SteadyClock(MORNING, system=self, counter=self.counter, synchronised=lambda: self.trusted)

    def now(self) -> datetime:
        """The system clock."""
        return MORNING + self.elapsed + self.stepped

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.elapsed += timedelta(seconds=seconds)

    def counter(self) -> int:
        """Nanoseconds since the start."""
        return self.elapsed // timedelta(microseconds=1) * 1000


@pytest.mark.parametrize("clock", [SystemClock(), SteadyClock.going_on(), SimulatedClock()])
def test_now_is_aware_and_goes_on(clock: Clock) -> None:
    """In UTC, so that no two parts of the agent disagree about the hour; a wait lets it pass."""
    before = clock.now()
    clock.sleep(0.01)
    assert before.tzinfo is UTC
    assert clock.now() - before >= timedelta(milliseconds=9)


@pytest.mark.parametrize("clock", [SystemClock(), SteadyClock.going_on(), SimulatedClock()])
def test_a_wait_that_is_over_already_returns_at_once(clock: Clock) -> None:
    """A deadline in the past is no error."""
    before = clock.now()
    clock.sleep(-3600)
    assert timedelta(0) <= clock.now() - before < timedelta(seconds=60)


def machine_and_clock() -> tuple[Machine, Chronometer]:
    """The real steady clock on a machine whose system clock the test holds."""
    machine = Machine(trusted=False)
    return machine, machine.clock


def simulated() -> tuple[SimulatedClock, Chronometer]:
    """The simulated one is its own machine."""
    clock = SimulatedClock(trusted=False)
    return clock, clock


@pytest.mark.parametrize("made", [machine_and_clock, simulated])
@pytest.mark.parametrize("step", [-HOUR, HOUR, timedelta(days=20_000)])
def test_a_step_of_the_system_clock_moves_nothing_but_the_offset(
    made: Callable[[], tuple[Machine | SimulatedClock, Chronometer]], step: timedelta
) -> None:
    """A person, NTP after a boot without network, a flat battery: five minutes stay five minutes."""
    machine, clock = made()
    machine.sleep(300)
    if isinstance(machine, Machine):
        machine.stepped += step
    else:
        machine.step(step)
    machine.sleep(300)
    assert clock.now() == MORNING + timedelta(minutes=10)
    assert clock.offset() == step
    assert clock.synchronised() is False


@given(steps=st.lists(st.tuples(st.timedeltas(timedelta(0), HOUR), STEPS, st.booleans()), max_size=20))
def test_it_never_goes_back_and_never_leans_by_more_than_500_ppm(
    steps: list[tuple[timedelta, timedelta, bool]],
) -> None:
    """Whatever is done to the system clock, and however often it steers."""
    machine = Machine()
    for passed, stepped, trusted in steps:
        machine.stepped += stepped
        machine.trusted = trusted
        machine.clock.steer()
        before = machine.clock.now()
        machine.elapsed += passed
        leant = machine.clock.now() - before - passed
        assert abs(leant) <= passed * 500 / 1_000_000 + timedelta(microseconds=1)


def test_it_meets_a_trusted_clock_and_stops_there() -> None:
    """One second off is made good in 2,000 s, and nothing is overshot in the hours after."""
    machine = Machine()
    machine.stepped = timedelta(seconds=1)
    assert machine.clock.steer() == timedelta(seconds=1)
    machine.sleep(1000)
    assert machine.clock.offset() == timedelta(milliseconds=500)
    machine.sleep(90_000)
    assert machine.clock.offset() == timedelta(0)


@pytest.mark.parametrize("trusted", [False, None])
def test_a_clock_that_nobody_vouches_for_is_not_followed(*, trusted: bool | None) -> None:
    """Two clocks that disagree, none of them known to be right: the one of the records so far goes on."""
    machine = Machine(trusted=trusted)
    machine.stepped = HOUR
    assert machine.clock.steer() == HOUR
    machine.sleep(90_000)
    assert machine.clock.offset() == HOUR


def test_it_begins_where_the_store_ended() -> None:
    """A boot without network time finds a system clock in the past: no record is dated before the last one."""
    remembered = SystemClock().now() + HOUR
    assert SteadyClock.going_on(remembered).now() >= remembered
    assert SteadyClock.going_on(MORNING - timedelta(days=9000)).offset() < timedelta(seconds=60)


def test_the_night_on_which_summer_time_ends_has_no_second_hour() -> None:
    """Local time shows 02:30 twice; instants are UTC and go on."""
    berlin = ZoneInfo("Europe/Berlin")
    clock = SteadyClock(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), counter=iter([0, 0, 3_600_000_000_000]).__next__)
    first, second = clock.now(), clock.now()
    assert first.astimezone(berlin).strftime("%H:%M") == second.astimezone(berlin).strftime("%H:%M") == "02:30"
    assert second - first == HOUR


def test_the_machine_says_what_it_knows() -> None:
    """The real kernel is asked; whatever it says, the counter goes on."""
    assert kernel_synchronised() in {True, False, None}
    before = counter_ns()
    assert counter_ns() >= before

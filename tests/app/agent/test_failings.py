"""What has failed, and that it is over, is told in the order in which it was."""

from __future__ import annotations

from threading import Event, Thread
from types import SimpleNamespace
from typing import Any, cast

from edge_agent.app.agent.failings import TOLD, Failings
from edge_agent.app.health.contained import PROVEN
from tests.app.recorded_metrics import RecordedMetrics
from tests.clocks import SimulatedClock


def test_a_failure_at_the_moment_at_which_all_is_well_again_is_told_after_it() -> None:
    """Else the centre would believe for hours that nothing is wrong."""
    clock, told, threads = SimulatedClock(), list[str](), list[Thread]()

    def tell(state: str, _reason: str) -> None:
        if state == "ok":
            threads.append(Thread(target=failings.hold_back, args=(0, "it died of it")))
            threads[0].start()
            threads[0].join(0.2)  # it has to wait; that it was not begun yet would only miss the fault
        told.append(state)

    parts = SimpleNamespace(clock=clock, metrics=RecordedMetrics(), tell=tell, stop=Event())
    failings = Failings("c1", cast("Any", parts))
    failings.hold_back(0, "it died of it")
    clock.sleep(2 * PROVEN.total_seconds())
    failings.looked(clock.now())
    threads[0].join()
    assert told == [TOLD, "ok", TOLD]

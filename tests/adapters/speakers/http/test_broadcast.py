"""A network that breaks while a sound is on its way: nobody claims that it was heard, and no session stays open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.speakers.axis import AxisOutlet
from edge_agent.adapters.speakers.http.broadcast import CHUNK, LEAD, SECOND
from edge_agent.adapters.speakers.isapi import IsapiOutlet
from edge_agent.core.events import Result
from tests.adapters.speakers.http_device import Answers
from tests.adapters.speakers.listening import CLIP_S, PASSWORD, announcement
from tests.adapters.speakers.loudspeakers import AUDIO, TRANSMIT, Axis, Isapi
from tests.cameras.fault_proxy import FaultProxy
from tests.cameras.faults import Cut, Pass, Refuse, Stall
from tests.clocks import MORNING, SimulatedClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.adapters.speakers.conftest import Papers


class Timed(SimulatedClock):
    """A clock that does something at its n-th wait, and remembers how long each was."""

    def __init__(self, n: int = 0, act: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.n = n
        self.act = act
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Let them pass."""
        self.waits.append(seconds)
        if len(self.waits) == self.n:
            self.act()
        super().sleep(seconds)


def isapi(port: int, clock: SimulatedClock) -> IsapiOutlet:
    """An outlet behind the network."""
    return IsapiOutlet(
        address=f"127.0.0.1:{port}", channel=1, username="agent", password=PASSWORD, seconds=0.4, clock=clock
    )


def axis(address: str, clock: SimulatedClock) -> AxisOutlet:
    """An outlet before a horn."""
    return AxisOutlet(address=address, username="agent", password=PASSWORD, seconds=0.4, clock=clock)


def breaking(network: FaultProxy, fault: Cut | Refuse, camera: Isapi) -> Callable[[], None]:
    """Break the network once the camera hears something, and wait until it has noticed."""

    def act() -> None:
        assert camera.hearing.wait(30)
        network.fault = fault
        assert camera.broken.wait(30)

    return act


def test_a_line_that_is_cut_in_the_middle_is_unknown_and_the_session_closed() -> None:
    """Over a new connection."""
    with Isapi() as camera, FaultProxy(("127.0.0.1", camera.port)) as network:
        answer = isapi(network.port, Timed(12, breaking(network, Cut(), camera))).play(announcement())
        assert answer.result is Result.UNKNOWN
        assert answer.reason.endswith("(in the middle of the sound)")
        assert camera.open_session is None


def test_a_camera_that_loses_its_power_in_the_middle_is_closed_when_it_is_back() -> None:
    """Unknown then; the next announcement begins with a close, and is played."""
    with Isapi() as camera, FaultProxy(("127.0.0.1", camera.port)) as network:
        clock = Timed(12, breaking(network, Refuse(), camera))
        speaker = isapi(network.port, clock)
        assert speaker.play(announcement()).result is Result.UNKNOWN
        network.fault = Pass()
        assert speaker.play(announcement()).result is Result.PLAYED
        assert camera.open_session is None


def test_a_network_that_stalls_in_the_middle_is_unknown() -> None:
    """What we send may arrive; what the device says does not."""
    with Isapi() as camera, FaultProxy(("127.0.0.1", camera.port)) as network:

        def stall() -> None:
            network.fault = Stall()

        answer = isapi(network.port, Timed(12, stall)).play(announcement())
        assert answer.result is Result.UNKNOWN
        assert "said nothing for 0.4 s" in answer.reason


def test_it_is_never_far_ahead_of_what_is_heard() -> None:
    """A lead at first, then chunk by chunk; together as long as the clip."""
    clock = Timed()
    with Axis() as horn:
        assert axis(horn.address, clock).play(announcement()).result is Result.PLAYED
    lead, chunk = LEAD / SECOND, CHUNK / SECOND
    at_once = [wait for wait in clock.waits if wait <= 0]
    assert len(at_once) == round(lead / chunk) + 1
    assert all(abs(wait - chunk) < 1e-6 for wait in clock.waits[len(at_once) : -1])
    assert sum(wait for wait in clock.waits if wait > 0) == pytest.approx(CLIP_S, abs=chunk)


def test_a_box_that_was_held_up_catches_up() -> None:
    """A wait that took a second longer is made good by the following ones."""

    def held_up() -> None:
        SimulatedClock.sleep(clock, 1.0)

    clock = Timed(12, held_up)
    with Axis() as horn:
        assert axis(horn.address, clock).play(announcement()).result is Result.PLAYED
    assert (clock.now() - MORNING) / SECOND < CLIP_S + 0.25


def test_a_refusal_over_tls_is_one(papers: Papers) -> None:
    """Seen when the device hangs up, or at the end."""
    with Axis(tls=papers.context) as horn:
        horn.faults[TRANSMIT] = Answers(503, at_once=True)
        speaker = AxisOutlet(
            address=horn.address,
            username="agent",
            password=PASSWORD,
            seconds=2,
            clock=SimulatedClock(),
            ca=papers.ca,
        )
        answer = speaker.play(announcement())
    assert answer.result is Result.FAILED
    assert "is busy (HTTP 503)" in answer.reason


def test_a_device_that_answers_first_and_then_goes_is_unknown() -> None:
    """It said yes to the headers, and did not live to hear the sound."""
    with Isapi() as camera, FaultProxy(("127.0.0.1", camera.port)) as network:
        camera.answers_first = True

        assert (
            isapi(network.port, Timed(20, breaking(network, Cut(), camera))).play(announcement()).result
            is Result.UNKNOWN
        )
        assert AUDIO not in [each.target for each in camera.requests]

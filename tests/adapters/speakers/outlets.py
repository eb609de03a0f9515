"""Each outlet that speaks HTTP, before a device of its kind: what the contract is tried on."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.speakers.axis import AxisOutlet
from edge_agent.adapters.speakers.isapi import IsapiOutlet
from edge_agent.adapters.speakers.lamps import HookLamp
from edge_agent.adapters.speakers.webhook import WebhookOutlet
from edge_agent.core.events import Result
from tests.adapters.speakers.digest import Doorkeeper
from tests.adapters.speakers.http_device import HttpDevice
from tests.adapters.speakers.listening import PASSWORD
from tests.adapters.speakers.loudspeakers import CHANNELS, PARAM, Axis, Isapi
from tests.clocks import SimulatedClock

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edge_agent.config.fields.secret import Secret
    from edge_agent.ports.outlets import Outlet

SECONDS: Final = 30.0  # how long a device may say nothing: long, for whether it answers in time is not tried by that
HASTY: Final = 0.4  # where it never does


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """A kind of outlet: how it is made, the device that it speaks to, and the first path that it asks for.

    ``unanswered`` is what becomes of an announcement where that first request is not answered.
    """

    device: Callable[[Doorkeeper, ssl.SSLContext | None], HttpDevice]
    outlet: Callable[[str, Secret, Path | None, float], Outlet]
    first: str
    unanswered: Result = Result.FAILED

    @contextmanager
    def installed(self, *, tls: ssl.SSLContext | None = None, way: str = "digest") -> Iterator[HttpDevice]:
        """A device of this make, running."""
        with self.device(Doorkeeper(way=way), tls) as device:
            yield device

    def before(
        self, address: str, *, password: Secret = PASSWORD, ca: Path | None = None, seconds: float = SECONDS
    ) -> Outlet:
        """An outlet that speaks to that address, and waits so long for a word."""
        return self.outlet(address, password, ca, seconds)


def _isapi(address: str, password: Secret, ca: Path | None, seconds: float) -> Outlet:
    return IsapiOutlet(
        address=address,
        channel=1,
        username="agent",
        password=password,
        seconds=seconds,
        clock=SimulatedClock(),
        ca=ca,
    )


def _axis(address: str, password: Secret, ca: Path | None, seconds: float) -> Outlet:
    return AxisOutlet(
        address=address, username="agent", password=password, seconds=seconds, clock=SimulatedClock(), ca=ca
    )


def _webhook(address: str, password: Secret, ca: Path | None, seconds: float) -> Outlet:
    return WebhookOutlet(
        url=f"{address}/say?token=hidden",
        method="POST",
        headers={"Content-Type": "application/json", "X-Key": "hidden"},
        body='{"incident": "{incident}"}',
        accepts=(200,),
        username="agent",
        password=password,
        seconds=seconds,
        ca=ca,
    )


def _lamp(address: str, password: Secret, ca: Path | None, seconds: float) -> Outlet:
    return HookLamp(
        on=f"{address}/on?token=hidden",
        off=f"{address}/off?token=hidden",
        username="agent",
        password=password,
        seconds=seconds,
        lit=timedelta(seconds=30),
        clock=SimulatedClock(),
        ca=ca,
    )


def _plain(doorkeeper: Doorkeeper, tls: ssl.SSLContext | None) -> HttpDevice:
    return HttpDevice(doorkeeper=doorkeeper, tls=tls)


MAKES: Final = {
    "isapi": Make(device=lambda who, tls: Isapi(doorkeeper=who, tls=tls), outlet=_isapi, first=CHANNELS),
    "axis": Make(device=lambda who, tls: Axis(doorkeeper=who, tls=tls), outlet=_axis, first=PARAM),
    "webhook": Make(device=_plain, outlet=_webhook, first="/say", unanswered=Result.UNKNOWN),
    "lamp": Make(device=_plain, outlet=_lamp, first="/on"),
}

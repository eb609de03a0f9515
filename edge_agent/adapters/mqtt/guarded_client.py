"""paho's client, guarded against what it does not guard itself against: its own end, and packets without measure.

It runs its network thread by itself, so both are watched from inside, by the methods that this thread calls.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from paho.mqtt.client import Client
from paho.mqtt.enums import MQTTErrorCode

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST: Final = 64 * 1024  # bytes of a packet that we take, unless more is asked for: a command has at most 16 KB
CHUNK: Final = 64 * 1024  # bytes read at once

_log = logging.getLogger(__name__)


class GuardedClient(Client):
    """paho's client, whose network thread cannot end without the link being told.

    A packet beyond ``takes`` bytes is not read: a broker that heeds what we announce (MQTT 5, 3.1.2.11.4) never sends
    one, and one that does not must not fill the memory of the box.
    """

    on_dead: Callable[[], None] | None = None
    takes: int = LARGEST
    oversized: int = 0

    def _sock_recv(self, bufsize: int) -> bytes:
        if self._in_packet["have_remaining"] and self._in_packet["remaining_length"] > self.takes:
            self.oversized = self._in_packet["remaining_length"]
            raise ConnectionError(f"a packet of {self.oversized} bytes")
        return super()._sock_recv(min(bufsize, CHUNK))

    def loop_forever(self, timeout: float = 1.0, retry_first_connection: bool = False) -> MQTTErrorCode:  # noqa: FBT001, FBT002 - as paho has it
        """The network thread's work; whatever ends it is told to the link."""
        try:
            return super().loop_forever(timeout, retry_first_connection)
        except Exception:  # noqa: BLE001 - whatever it is, nobody else will ever say that the thread is gone
            _log.exception("the network thread of the MQTT client failed")
            if self.on_dead is not None:
                self.on_dead()
            return MQTTErrorCode.MQTT_ERR_UNKNOWN

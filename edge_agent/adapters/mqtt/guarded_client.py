"""paho's client, guarded against what it does not guard itself against: its own end, and packets without measure.

It runs its network thread by itself, so both are watched from inside, by the methods that this thread calls. How the
connection is made is ours too: through a proxy, by another name than the host's, held against a pin.
"""

from __future__ import annotations

import logging
import socket
import ssl
from contextlib import suppress
from threading import Timer
from typing import TYPE_CHECKING, Final

from paho.mqtt.client import Client
from paho.mqtt.enums import MQTTErrorCode

from edge_agent.adapters.mqtt.proxied import through

if TYPE_CHECKING:
    from collections.abc import Callable

    from paho.mqtt.client import SocketLike

    from edge_agent.config.broker.broker_fields import Proxy

LARGEST: Final = 64 * 1024  # bytes of a packet that we take, unless more is asked for: a command has at most 16 KB
CHUNK: Final = 64 * 1024  # bytes read at once
MAKING_S: Final = 30.0  # for TLS and the WebSocket together, however slowly their bytes come

_log = logging.getLogger(__name__)


class NoWebSocketError(ConnectionError):
    """What answers is no WebSocket, or none for MQTT."""


class GuardedClient(Client):
    """paho's client, whose network thread cannot end without the link being told.

    A packet beyond ``takes`` bytes is not read: a broker that heeds what we announce (MQTT 5, 3.1.2.11.4) never sends
    one, and one that does not must not fill the memory of the box. ``server_name`` is what its certificate must be
    for, the host without it; ``shown`` is given the certificate, and raises where it is not the right one.
    """

    on_dead: Callable[[], None] | None = None
    takes: int = LARGEST
    oversized: int = 0
    way: Proxy | None = None
    server_name: str | None = None
    shown: Callable[[bytes], None] | None = None
    _made: socket.socket | None = None

    def _sock_recv(self, bufsize: int) -> bytes:
        if self._in_packet["have_remaining"] and self._in_packet["remaining_length"] > self.takes:
            self.oversized = self._in_packet["remaining_length"]
            raise ConnectionError(f"a packet of {self.oversized} bytes")
        return super()._sock_recv(min(bufsize, CHUNK))

    def _create_socket(self) -> SocketLike:
        """The connection with all that lies between it and MQTT, within a bounded time."""
        late = Timer(MAKING_S, self._hang_up)
        late.daemon = True
        late.start()
        try:
            return super()._create_socket()
        except (IndexError, UnicodeDecodeError) as error:  # of paho's, where the answer is no HTTP
            self._hang_up()
            raise NoWebSocketError from error
        except BaseException:
            self._hang_up()
            raise
        finally:
            late.cancel()
            self._made = None

    def _create_socket_connection(self) -> socket.socket:
        if self.way is not None:
            self._made = through(self.way, self._host, self._port, seconds=self._connect_timeout)
        else:
            self._made = socket.create_connection((self._host, self._port), timeout=self._connect_timeout)
        return self._made

    def _ssl_wrap_socket(self, tcp_sock: socket.socket) -> ssl.SSLSocket:
        context = self._ssl_context or ssl.create_default_context()
        name = self.server_name or self._host
        self._made = made = context.wrap_socket(tcp_sock, server_hostname=name, do_handshake_on_connect=False)
        made.settimeout(self._connect_timeout)
        made.do_handshake()
        if self.shown is not None:
            self.shown(made.getpeercert(binary_form=True) or b"")
        return made

    def _hang_up(self) -> None:
        made = self._made
        if made is not None:
            with suppress(OSError):
                made.shutdown(socket.SHUT_RDWR)
            made.close()

    def loop_forever(self, timeout: float = 1.0, retry_first_connection: bool = False) -> MQTTErrorCode:  # noqa: FBT001, FBT002 - as paho has it
        """The network thread's work; whatever ends it is told to the link."""
        try:
            return super().loop_forever(timeout, retry_first_connection)
        except Exception:  # noqa: BLE001 - whatever it is, nobody else will ever say that the thread is gone
            _log.exception("the network thread of the MQTT client failed")
            if self.on_dead is not None:
                self.on_dead()
            return MQTTErrorCode.MQTT_ERR_UNKNOWN

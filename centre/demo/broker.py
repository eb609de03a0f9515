"""A broker for the demo: rumqttd out of the ``iotcore`` wheel, as a child on the loopback that ends with us.

The agent has one of its own, with the same settings of rumqttd in it (``edge_agent/adapters/broker.py``). They stay
two: the centre may import nothing of the agent, and a third package for one table of settings would tie both to it.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Final

from centre.demo.child import await_connection
from centre.ingest.listener import BrokerAddress

HOST: Final = "127.0.0.1"
USER: Final = "demo"
SETTINGS: Final = """\
id = 0
[router]
id = 0
max_connections = 100
max_outgoing_packet_count = 200
max_segment_size = 104857600
max_segment_count = 10
[v5.1]
name = "mqtt5"
listen = "{host}:{port}"
next_connection_delay_ms = 1
[v5.1.connections]
connection_timeout_ms = 60000
max_payload_size = 1048576
max_inflight_count = 100
dynamic_filters = true
[v5.1.connections.auth]
{user} = "{password}"
"""


@contextmanager
def running_broker(folder: Path) -> Iterator[BrokerAddress]:
    """A broker with a login, for the length of the block.

    Raises:
        OutsideError: It takes no connection.
    """
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    password = secrets.token_urlsafe(16)
    settings = folder / "broker.toml"
    settings.touch(mode=0o600)
    settings.write_text(SETTINGS.format(host=HOST, port=port, user=USER, password=password), encoding="utf-8")
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and this very module
        [sys.executable, "-P", "-m", "centre.demo.broker", str(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        await_connection("broker", child, HOST, port)
        yield BrokerAddress(host=HOST, port=port, user=USER, password=password)
    finally:
        child.terminate()
        child.wait()
        settings.unlink(missing_ok=True)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()  # returns when the parent's end of the pipe is closed, however it ended
    os._exit(0)


def _serve(settings: str) -> None:
    from iotcore import IotCoreBroker  # noqa: PLC0415 - only the child needs it

    Thread(target=_end_with_parent, daemon=True).start()
    broker = IotCoreBroker(config_path=settings)
    broker.check_ports()
    broker.run_forever()


if __name__ == "__main__":
    _serve(sys.argv[1])

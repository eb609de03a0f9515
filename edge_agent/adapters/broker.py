"""An embedded MQTT broker: rumqttd out of the ``iotcore`` wheel, as a child process on the loopback.

For the demo, the tests, and boxes that stand alone; a site with its own broker never starts it. Its memory ends with
it, which the outbox does not mind. The child cannot outlive its parent: it holds the reading end of a pipe that the
system closes when the parent ends, be it by SIGKILL, and exits then. It gets a session of its own, so that Ctrl-C
reaches the agent alone and the last messages still find a broker.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Self

from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

HOST: Final = "127.0.0.1"
TRIES: Final = 1200  # a minute, for a machine that is busy with other things
TRY_SECONDS: Final = 0.05
PORTS: Final = 3  # that are tried: one that was free may be another program's a moment later
STOP_SECONDS: Final = 5.0

# rumqttd wants every one of these. Without dynamic_filters it refuses topics that are not listed beforehand.
_SETTINGS: Final = """\
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
"""


class _TakenError(OutsideError):
    """Another program has the port, or may have it."""


@dataclass(slots=True)
class EmbeddedBroker:
    """A broker for the length of a ``with`` block, speaking MQTT 5 on ``127.0.0.1``.

    ``port`` 0 takes a free one. ``logins`` are names and passwords; with none, everybody on the machine may connect.
    While it starts, its settings stand in ``folder``, which is made where missing; without one, in the system's
    temporary folder.

    Raises:
        OutsideError: On entering, when the broker does not come up, or the folder cannot be written.
    """

    port: int = 0
    folder: Path | None = None
    logins: dict[str, str] = field(default_factory=dict, repr=False)
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def pid(self) -> int | None:
        """The process id of the child while it runs."""
        return None if self._child is None else self._child.pid

    @property
    def runs(self) -> bool:
        """Whether the child is there."""
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        """Start the child and wait until it takes connections; ``port`` then says where."""
        if self.port:
            self._start(self.port)
            return
        for _ in range(PORTS - 1):
            with suppress(_TakenError):
                self._start(free_port())
                return
        self._start(free_port())

    def _start(self, port: int) -> None:
        if _answers(port):
            raise _TakenError(f"broker {HOST}:{port}: the port is taken by another program")
        with _own_folder(self.folder) as folder:
            settings = Path(folder, "rumqttd.toml")  # read once at the start; it may hold passwords
            settings.touch(mode=0o600)
            settings.write_text(_settings(port, self.logins), encoding="utf-8")
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and this very module
                [sys.executable, "-P", "-m", "edge_agent.adapters.broker", str(settings)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                _await(self._child, port)
            except BaseException:
                self.stop()
                raise
        self.port = port

    def stop(self) -> None:
        """End the child, and only it; stopping twice is fine."""
        child, self._child = self._child, None
        if child is None:
            return
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdin is not None:
            child.stdin.close()

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()


@contextmanager
def _own_folder(within: Path | None) -> Iterator[str]:
    try:
        if within is not None:
            within.mkdir(parents=True, exist_ok=True)
        folder = TemporaryDirectory(prefix=".broker-", dir=within)
    except OSError as error:
        raise OutsideError(f"broker: {within}: cannot be written: {error.strerror}") from error
    with folder as path:
        yield path


def _settings(port: int, logins: dict[str, str]) -> str:
    lines = [_SETTINGS.format(host=HOST, port=port)]
    if logins:
        lines.append("[v5.1.connections.auth]\n")
        lines.extend(f"{_quoted(name)} = {_quoted(word)}\n" for name, word in logins.items())
    return "".join(lines)


def _quoted(text: str) -> str:
    """A TOML basic string; characters that would end or bend it are escaped by their number."""
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in text) + '"'


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _await(child: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(TRIES):
        try:
            code = child.wait(TRY_SECONDS)
        except subprocess.TimeoutExpired:
            if _answers(port):
                return
        else:
            raise _TakenError(f"broker {HOST}:{port}: ended at once with code {code}")
    raise OutsideError(f"broker {HOST}:{port}: took no connection within {TRIES * TRY_SECONDS:.0f} s")


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=TRY_SECONDS):
            return True
    except OSError:
        return False


def _end_with_parent() -> None:
    sys.stdin.buffer.read()  # returns when the parent's end of the pipe is closed, however it ended
    os._exit(0)


def _serve(settings: str) -> None:
    """The child: a broker until its parent is gone."""
    from iotcore import IotCoreBroker  # noqa: PLC0415 - 14 MB that the parent need not load

    threading.Thread(target=_end_with_parent, daemon=True).start()
    broker = IotCoreBroker(config_path=settings)
    broker.check_ports()
    broker.run_forever()


if __name__ == "__main__":
    _serve(sys.argv[1])

"""The broker that the tests of the feed talk to: mosquitto where it is installed, else the embedded rumqttd.

Both are child processes on a port of the loopback that nobody else has, ended with the ``with`` block. ``kill`` is
SIGKILL; ``start`` brings the broker back on the same port, with what it had put on the disk.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final, Protocol, Self

from edge_agent.adapters.broker import HOST, EmbeddedBroker
from edge_agent.config.broker.broker_settings import BrokerSettings
from tests.ports import free_port

if TYPE_CHECKING:
    from types import TracebackType

MOSQUITTO: Final = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
TRIES: Final = 1200  # a minute, for a machine that is busy with other things
TRY_S: Final = 0.05

# As Debian ships it, but for the loopback and the limit on what waits for a slow listener.
PLAIN: Final = """\
listener {port} 127.0.0.1
allow_anonymous true
max_queued_messages 0
"""
# Everything that is queued goes to the disk as soon as it is, and nothing is dropped for being too much.
LASTING: Final = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
autosave_on_changes true
autosave_interval 1
max_inflight_messages 0
max_queued_messages 0
"""
# The same, saved once a second whatever changes: with a long queue, a save at each change takes all its time.
EACH_SECOND: Final = LASTING.replace("autosave_on_changes true", "autosave_on_changes false")


class Broker(Protocol):
    """A broker that can be killed and come back."""

    port: int

    def start(self) -> None:
        """Start it and wait until it takes connections."""

    def kill(self) -> None:
        """End it as a power cut does."""

    def stop(self) -> None:
        """End it in order."""


@dataclass(slots=True, kw_only=True)
class Mosquitto:
    """Debian's mosquitto with ``settings``, in which ``{port}`` and ``{folder}`` are filled in."""

    folder: Path
    settings: str = LASTING
    port: int = 0
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def pid(self) -> int:
        """The process id, while it runs."""
        assert self._child is not None
        return self._child.pid

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        assert MOSQUITTO is not None
        self.port = self.port or free_port()
        file = self.folder / "mosquitto.conf"
        text = self.settings.format(port=self.port, folder=self.folder)
        file.write_text(f"{text}user root\n")  # as whoever runs the tests: the folder is theirs
        self._child = subprocess.Popen(
            [MOSQUITTO, "-c", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(TRIES):
            assert self._child.poll() is None, text
            if answers(self.port):
                return
            Event().wait(TRY_S)
        raise AssertionError("mosquitto takes no connection")

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end("kill")

    def stop(self) -> None:
        """End it in order; twice is fine."""
        self._end("terminate")

    def _end(self, how: str) -> None:
        child, self._child = self._child, None
        if child is not None:
            getattr(child, how)()
            child.wait()

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()


def answers(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        with socket.create_connection((HOST, port), timeout=TRY_S):
            return True
    except OSError:
        return False


def broker_of(folder: Path, settings: str = LASTING) -> Mosquitto | EmbeddedBroker:
    """The best broker of this machine, not started yet."""
    return EmbeddedBroker(port=free_port()) if MOSQUITTO is None else Mosquitto(folder=folder, settings=settings)


def settings_of(port: int) -> BrokerSettings:
    """Where a broker of this machine is."""
    return BrokerSettings(host=HOST, port=port)


def version() -> str:
    """Which broker the tests run against, for the report."""
    if MOSQUITTO is None:
        return "the embedded rumqttd (mosquitto is not installed)"
    output = subprocess.run([MOSQUITTO, "-h"], capture_output=True, text=True, check=False)
    return output.stdout.partition("\n")[0]

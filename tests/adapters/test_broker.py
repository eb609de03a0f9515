"""The embedded broker lives exactly as long as its parent, and ends nothing but itself."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.broker import PORTS, EmbeddedBroker
from edge_agent.adapters.mqtt import MqttPublisher
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.fields.secret import Secret
from edge_agent.core.errors import OutsideError
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE = threading.Event()  # never set: its wait is a pause between two looks at another process
PARENT = """
import sys
from edge_agent.adapters.broker import EmbeddedBroker
broker = EmbeddedBroker()
broker.start()
print(broker.pid, broker.port, flush=True)
sys.stdin.read()
"""


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def becomes(true: Callable[[], bool]) -> bool:
    """Whether it is true within a minute."""
    return any(true() or PAUSE.wait(0.01) for _ in range(6000))


def ended(pid: int) -> bool:
    """Whether process ``pid`` is gone, or has ended and nobody has asked how yet."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] == "Z"
    return True


def test_it_listens_while_it_runs_and_not_after() -> None:
    """On the port it names, on the loopback."""
    with EmbeddedBroker() as broker:
        assert broker.port > 0
        assert listens(broker.port)
        pid = broker.pid
    assert not listens(broker.port)
    assert broker.pid is None
    assert pid is not None
    assert ended(pid)


def test_it_leaves_nothing_in_its_folder(tmp_path: Path) -> None:
    """Its settings, which may hold passwords, stand there while it starts and no longer."""
    folder = tmp_path / "state"
    with EmbeddedBroker(folder=folder, logins={"box": "secret"}):
        assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """In one sentence, before a child is started."""
    taken = tmp_path / "file"
    taken.write_text("no folder", encoding="utf-8")
    with (
        pytest.raises(OutsideError, match=r"broker: .*file: cannot be written: File exists"),
        EmbeddedBroker(folder=taken),
    ):
        pass


def test_stopping_twice_is_fine() -> None:
    """As is stopping what never started."""
    broker = EmbeddedBroker()
    broker.stop()
    broker.start()
    broker.stop()
    broker.stop()
    assert broker.pid is None


def test_it_dies_with_a_parent_that_is_killed() -> None:
    """SIGKILL leaves the parent no last word; the child notices all the same."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid, port = map(int, parent.stdout.readline().split())
        assert listens(port)
        parent.send_signal(signal.SIGKILL)
        assert becomes(lambda: ended(pid))
    assert becomes(lambda: not listens(port))


def test_a_port_that_is_taken_is_said() -> None:
    """And whoever has it keeps it."""
    with EmbeddedBroker() as first:
        with pytest.raises(OutsideError, match=rf"broker 127\.0\.0\.1:{first.port}: the port is taken"):
            EmbeddedBroker(port=first.port).start()
        assert listens(first.port)


def test_a_broker_that_does_not_come_up_is_said() -> None:
    """The port is held by a program that takes no connections: the child ends, and so does the waiting."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        broker = EmbeddedBroker(port=holder.getsockname()[1])
        with pytest.raises(OutsideError, match=rf"broker 127\.0\.0\.1:{broker.port}: ended at once with code"):
            broker.start()
    assert broker.pid is None


def test_a_port_that_somebody_takes_meanwhile_is_left_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was free when it was chosen; with one that nobody named, another does as well."""
    with socket.socket() as holder, socket.create_server(("127.0.0.1", 0)) as listener:
        holder.bind(("127.0.0.1", 0))
        taken = [each.getsockname()[1] for each in (holder, listener)]
        ports = iter([*taken, free_port()])
        monkeypatch.setattr("edge_agent.adapters.broker.free_port", lambda: next(ports))
        with EmbeddedBroker() as broker:
            assert broker.port not in taken
            assert listens(broker.port)
        ports = iter([taken[1]] * PORTS)
        nobody = EmbeddedBroker()
        with pytest.raises(OutsideError, match="the port is taken by another program"):
            nobody.start()
        assert nobody.port == 0


def test_any_login_can_be_written_down() -> None:
    """Quotes, backslashes, line ends and Chinese in a password are the password."""
    name, password = "盒子", 'a"b\\c\nd é 密码'
    with EmbeddedBroker(logins={name: password}) as broker:
        login = BrokerSettings(host="127.0.0.1", port=broker.port, username=name, password=Secret("a test", password))
        publisher = MqttPublisher(login, client_id="x")
        publisher.publish("x", b"1")
        publisher.close()
        wrong = BrokerSettings(host="127.0.0.1", port=broker.port, username=name, password=Secret("a test", "x"))
        with pytest.raises(OutsideError):
            MqttPublisher(wrong, client_id="x").publish("x", b"1")

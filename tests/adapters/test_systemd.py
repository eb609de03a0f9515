"""systemd hears what ``sd_notify`` would send, over a real datagram socket."""

from __future__ import annotations

import os
import socket
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.systemd import Supervisor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["file", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """A listening manager and the address it hands out."""
    name = str(tmp_path / "notify") if request.param == "file" else f"@edge-agent-test-{os.getpid()}"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        listening.bind(name if request.param == "file" else "\0" + name[1:])
        listening.settimeout(60)
        yield listening, name


def test_every_word_is_one_datagram(manager: tuple[socket.socket, str]) -> None:
    """In the order they were said; a status stays on one line and can smuggle no other word in."""
    listening, name = manager
    supervisor = Supervisor({"NOTIFY_SOCKET": name})
    supervisor.ready()
    supervisor.alive()
    supervisor.status("2 cameras, 1 down\nSTOPPING=1")
    supervisor.stopping()
    heard = [listening.recv(4096) for _ in range(4)]
    assert heard == [b"READY=1", b"WATCHDOG=1", b"STATUS=2 cameras, 1 down STOPPING=1", b"STOPPING=1"]


def test_the_watchdog_is_ours_only_if_it_names_us() -> None:
    """A child inherits the environment of the one that is watched; half a watchdog is none."""
    ours = {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "30000000"}
    assert Supervisor(ours).patience == timedelta(seconds=30)
    assert Supervisor(ours | {"WATCHDOG_PID": str(os.getpid())}).patience == timedelta(seconds=30)
    assert Supervisor(ours | {"WATCHDOG_PID": "1"}).patience is None
    assert Supervisor(ours | {"WATCHDOG_USEC": "soon"}).patience is None
    assert Supervisor({"WATCHDOG_USEC": "30000000"}).patience is None


def test_without_a_manager_nobody_is_told() -> None:
    """Started by hand, the agent runs as well."""
    supervisor = Supervisor({})
    supervisor.ready()
    supervisor.stopping()
    assert supervisor.patience is None


def test_a_manager_that_is_gone_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """And no reason to stop watching cameras."""
    Supervisor({"NOTIFY_SOCKET": str(tmp_path / "gone")}).alive()
    assert "systemd was not told WATCHDOG=1: No such file or directory" in caplog.text


def test_a_manager_that_does_not_read_holds_up_nobody(
    manager: tuple[socket.socket, str], caplog: pytest.LogCaptureFixture
) -> None:
    """Its queue fills; the agent goes on and says so."""
    _, name = manager
    supervisor = Supervisor({"NOTIFY_SOCKET": name})
    for _ in range(2000):
        supervisor.alive()
        if caplog.records:
            break
    assert "systemd was not told WATCHDOG=1: Resource temporarily unavailable" in caplog.text

"""The embedded broker of a site: a login that only the agent's user can read, and a broker that is kept running."""

from __future__ import annotations

import os
import signal
import socket
import stat
from contextlib import closing
from pathlib import Path

import pytest

from edge_agent.adapters.broker import HOST
from edge_agent.adapters.mqtt import MqttPublisher
from edge_agent.app.agent.embedded_broker import LOGIN, BrokerLogin, MaintainedBroker, new_login, read_login
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.core.errors import BadInputError, OutsideError
from tests.feed.waiting import wait_for
from tests.ports import free_port


def lets_in(settings: BrokerSettings) -> bool:
    """Whether one comes in that way."""
    publisher = MqttPublisher(settings, client_id="somebody")
    try:
        publisher.connect()
    except OutsideError:
        return False
    finally:
        publisher.close()
    return True


def test_nobody_without_the_login_comes_in(tmp_path: Path) -> None:
    """Not without a name, not with another password; whoever can read the file does, and nobody else can read it."""
    mask = os.umask(0)
    try:
        with MaintainedBroker(tmp_path / "state") as broker:
            file = tmp_path / "state" / LOGIN
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert lets_in(read_login(file).settings)
            assert not lets_in(BrokerSettings(host=HOST, port=broker.login.port))
            assert not lets_in(BrokerLogin(broker.login.port, "a guess").settings)
            assert broker.login.password not in repr(broker.login.settings)
    finally:
        os.umask(mask)


def test_the_password_stays_over_starts_and_differs_between_boxes(tmp_path: Path) -> None:
    """A receiver that has read it need not read it again; the port is the one of the last start."""
    first, again = new_login(tmp_path / "a" / LOGIN, 1001), new_login(tmp_path / "a" / LOGIN, 1002)
    other = new_login(tmp_path / "b" / LOGIN, 1001)
    assert first.password == again.password != other.password
    assert len(first.password) >= 32
    assert read_login(tmp_path / "a" / LOGIN) == again
    (tmp_path / "a" / LOGIN).write_text('{"port": []}')
    with pytest.raises(BadInputError, match="expected the login of an embedded broker"):
        read_login(tmp_path / "a" / LOGIN)
    assert new_login(tmp_path / "a" / LOGIN, 1003).password != first.password


def test_a_fixed_port_that_is_taken_is_waited_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The agent goes on; the broker is there once the port is free."""
    port = free_port()
    with closing(socket.create_server((HOST, port))) as taken, MaintainedBroker(tmp_path, port) as broker:
        assert f"going on without the embedded broker and trying again: broker {HOST}:{port}: the port is taken" in (
            caplog.text
        )
        taken.close()
        wait_for(lambda: lets_in(broker.login.settings))
        assert broker.login.port == port


def test_a_broker_that_ends_is_started_anew(tmp_path: Path) -> None:
    """On its port, with its login."""
    with MaintainedBroker(tmp_path) as broker:
        pid = broker.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: broker.pid not in {None, pid} and lets_in(broker.login.settings))


def test_a_login_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The state folder is a file."""
    (tmp_path / "state").write_text("")
    with pytest.raises(OutsideError, match=r"broker-login\.json: cannot be written: "):
        MaintainedBroker(tmp_path / "state")

"""No broker, whatever it does, and no taken port keeps a live agent from watching; each is said, and tried again."""

from __future__ import annotations

import socket
import socketserver
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Final

import pytest
import trustme

from edge_agent.adapters.broker import HOST
from edge_agent.app.agent.running import run_live
from edge_agent.app.plan import Plan
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.broker.tls import Tls
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.config.site.service import MonitoringSettings
from edge_agent.web.monitoring import MonitoringServer, fetched
from tests.app.live.agent_process import Agent
from tests.feed.brokers import MOSQUITTO, Mosquitto, broker_of
from tests.feed.waiting import wait_for
from tests.ports import free_port

NOWHERE: Final = "rtsp://127.0.0.1:9/street"
MODES: Final[dict[str, bytes | None]] = {
    "hangs up": None,
    "speaks garbage": bytes((n * 89 + 41) % 256 for n in range(3000)),
    "speaks HTTP": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "says a length without an end": b"\x20\xff\xff\xff\xff\xff",
    "says an answer of random bits": b"\x20\x05\xd7\x91\x08\xfa\x33",
    "refuses the password": b"\x20\x03\x00\x86\x00",
    "takes nothing that is retained": b"\x20\x03\x00\x9a\x00",
    "wants another server": b"\x20\x03\x00\x9c\x00",
}


@contextmanager
def answering(first: bytes | None) -> Iterator[int]:
    """Somebody on a port who takes connections, says ``first`` (nothing where None) and hangs up."""

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if first is not None:
                self.request.recv(4096)
                self.request.sendall(first)

    with socketserver.ThreadingTCPServer((HOST, 0), Connection) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def watching(loaded: LoadedSite, broker: BrokerSettings) -> Iterator[Callable[[str], str]]:
    """A live agent; gives what it answers at a path of its monitoring address, empty where it does not."""
    stop, failed = Event(), list[BaseException]()

    def live() -> None:
        try:
            run_live(Plan(loaded=loaded, broker=broker), stop=stop)
        except BaseException as error:  # noqa: BLE001 - it is what must not happen
            failed.append(error)

    def said(path: str) -> str:
        assert failed == []
        page = fetched(loaded.monitoring.host, loaded.monitoring.port, path)
        if page is None:
            return ""
        assert page.ok
        return page.body.decode()

    thread = Thread(target=live)
    thread.start()
    try:
        yield said
    finally:
        stop.set()
        thread.join()
    assert failed == []


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoadedSite:
    """A site whose one camera is away, and whose monitoring has a port that is free."""
    monkeypatch.setattr("edge_agent.app.agent.running.DRAIN_S", 0.2)
    made = load_site(Agent(tmp_path, NOWHERE).folder / "site.yaml")
    return replace(made, monitoring=MonitoringSettings(port=free_port()))


UNSEEN: Final = "degraded: not seen since the start: c1"  # all else is well


def health(health_text: Callable[[str], str]) -> str:
    """What it says of its health."""
    return health_text("/healthz").strip()


@pytest.mark.parametrize("mode", MODES)
def test_a_broker_that_is_none_does_not_end_the_agent(loaded: LoadedSite, mode: str) -> None:
    """It watches, says that it is degraded and why, and does not ask to be restarted for it."""
    with answering(MODES[mode]) as port, watching(loaded, BrokerSettings(host=HOST, port=port)) as health_text:
        wait_for(lambda: health(health_text).startswith(f"degraded: without the broker: broker {HOST}:{port}: "))
        wait_for(lambda: "without the commands: " in health(health_text))
        assert 'edge_agent_degraded{part="broker"} 1.0' in health_text("/metrics")


def test_a_broker_that_says_nothing_does_not_keep_the_cameras_waiting(loaded: LoadedSite) -> None:
    """The agent is there long before it has given up waiting for an answer."""
    with (
        closing(socket.create_server((HOST, 0))) as mute,
        watching(loaded, BrokerSettings(host=HOST, port=mute.getsockname()[1])) as health_text,
    ):
        wait_for(lambda: health(health_text) == UNSEEN)
        wait_for(lambda: "no answer within 10 s" in health(health_text))


def test_a_broker_that_comes_later_is_used(loaded: LoadedSite, tmp_path: Path) -> None:
    """Health is in order again, and nobody has started the agent anew."""
    port = free_port()
    with watching(loaded, BrokerSettings(host=HOST, port=port)) as health_text:
        wait_for(lambda: "degraded" in health(health_text))
        broker = broker_of(tmp_path)
        broker.port = port
        with broker:
            wait_for(lambda: health(health_text) == UNSEEN)
            assert 'edge_agent_degraded{part="broker"} 0.0' in health_text("/metrics")
            assert 'edge_agent_degraded{part="commands"} 0.0' in health_text("/metrics")


@pytest.mark.skipif(MOSQUITTO is None, reason="the embedded broker speaks no TLS")
@pytest.mark.parametrize(
    ("host", "valid_from", "valid_to", "sentence"),
    [
        (HOST, None, datetime(2025, 1, 1, tzinfo=UTC), "its certificate has expired"),
        (
            HOST,
            datetime(2099, 1, 1, tzinfo=UTC),
            None,
            "its certificate is not valid yet; is the clock of this box right?",
        ),
        ("mqtt.example.org", None, None, "its certificate is for another address"),
    ],
)
def test_a_certificate_that_is_wrong_does_not_end_the_agent(
    loaded: LoadedSite, tmp_path: Path, host: str, valid_from: datetime | None, valid_to: datetime | None, sentence: str
) -> None:
    """Expired, not valid yet (or a clock that is behind), of another name."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    leaf = authority.issue_cert(host, not_before=valid_from, not_after=valid_to)
    leaf.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "broker.pem"))
    settings = (
        "listener {port} 127.0.0.1\nallow_anonymous true\ncertfile {folder}/broker.pem\nkeyfile {folder}/broker.pem\n"
    )
    with Mosquitto(folder=tmp_path, settings=settings) as broker:
        to = BrokerSettings(host=HOST, port=broker.port, tls=Tls(ca=tmp_path / "ca.pem"))
        with watching(loaded, to) as health_text:
            wait_for(lambda: sentence in health(health_text))


def test_a_taken_monitoring_port_does_not_end_the_agent(
    loaded: LoadedSite, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It watches without, says so in the log, and serves its pages as soon as the port is free."""
    at = loaded.monitoring
    with broker_of(tmp_path) as broker:
        taken = MonitoringServer({}, host=at.host, port=at.port)
        taken.__enter__()
        with watching(loaded, BrokerSettings(host=HOST, port=broker.port)) as health_text:
            wait_for(lambda: "cannot be listened on: Address already in use" in caplog.text)
            taken.__exit__(None, None, None)
            wait_for(lambda: health(health_text) == UNSEEN)
            assert 'edge_agent_degraded{part="monitoring"} 0.0' in health_text("/metrics")

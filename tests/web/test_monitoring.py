"""The monitoring server answers what it was given, over a real socket on the loopback."""

from __future__ import annotations

import socket
from contextlib import suppress
from http.client import HTTPConnection, RemoteDisconnected

import pytest

from edge_agent.core.errors import OutsideError
from edge_agent.web.listening import MOST_AT_ONCE
from edge_agent.web.monitoring import MonitoringServer, Page
from tests.feed.waiting import wait_for

HOST = "127.0.0.1"


def got(port: int, path: str) -> tuple[int, bytes]:
    """Status and body of an address."""
    client = HTTPConnection(HOST, port, timeout=60)
    try:
        client.request("GET", path)
        answer = client.getresponse()
        return answer.status, answer.read()
    finally:
        client.close()


def answered(port: int) -> tuple[int, bytes] | None:
    """The same of the page, None where it was hung up on."""
    with suppress(OSError):
        return got(port, "/")
    return None


def test_a_page_is_made_when_it_is_asked_for() -> None:
    """What is well now may be unwell at the next question: 200, then 503, with the reason."""
    pages = [Page(body=b"ok\n"), Page(body=b"camera c1 has been silent for 90 s\n", ok=False)]
    with MonitoringServer({"/healthz": lambda: pages.pop(0)}, host=HOST, port=0) as server:
        assert got(server.port, "/healthz") == (200, b"ok\n")
        assert got(server.port, "/healthz?verbose=1") == (503, b"camera c1 has been silent for 90 s\n")


def test_a_load_balancer_may_ask_for_the_head_alone() -> None:
    """The same status and length, and no body."""
    with MonitoringServer({"/healthz": lambda: Page(body=b"ok\n")}, host=HOST, port=0) as server:
        assert server.addresses() == (f"http://{HOST}:{server.port}/healthz",)
        client = HTTPConnection(HOST, server.port, timeout=60)
        client.request("HEAD", "/healthz")
        answer = client.getresponse()
        assert (answer.status, answer.headers["Content-Length"], answer.read()) == (200, "3", b"")
        client.close()


def test_nothing_else_is_served() -> None:
    """Not even where a file of that name exists."""
    with MonitoringServer({}, host=HOST, port=0) as server:
        for path in ("/", "/etc/passwd", "/../pyproject.toml"):
            status, body = got(server.port, path)
            assert status == 404
            assert b"edge_agent" not in body


def test_a_client_that_hangs_holds_up_nobody() -> None:
    """Neither the next question nor the end."""
    with MonitoringServer({"/": lambda: Page(body=b"here")}, host=HOST, port=0) as server:
        silent = socket.create_connection((HOST, server.port))
        assert got(server.port, "/") == (200, b"here")
    silent.close()


def test_a_taken_port_is_named() -> None:
    """The sentence says which."""
    with (
        MonitoringServer({}, host=HOST, port=0) as first,
        pytest.raises(OutsideError, match=rf"monitoring {HOST}:{first.port}: cannot be listened on"),
        MonitoringServer({}, host=HOST, port=first.port),
    ):
        pass


def test_the_port_is_free_afterwards() -> None:
    """A restart finds it."""
    with MonitoringServer({}, host=HOST, port=0) as first:
        port = first.port
    with MonitoringServer({}, host=HOST, port=port) as second:
        assert second.port == port


def test_a_page_that_cannot_be_made_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The client gets no answer, the log the reason, and the next question one again."""

    def broken() -> Page:
        raise ZeroDivisionError

    with MonitoringServer({"/bad": broken, "/": lambda: Page(body=b"here")}, host=HOST, port=0) as server:
        with pytest.raises(RemoteDisconnected):
            got(server.port, "/bad")
        assert got(server.port, "/") == (200, b"here")
    assert "could not be made" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_who_holds_every_connection_is_outlasted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then keeps no connection for ever, and so many at once are all there are."""
    monkeypatch.setattr("edge_agent.web.monitoring.LONGEST_S", 4.0)  # to come to all of them, on a slow machine too
    monkeypatch.setattr("edge_agent.web.monitoring.PATIENCE_S", 60.0)  # so that none is left for its silence
    with MonitoringServer({"/": lambda: Page(body=b"here")}, host=HOST, port=0) as server:
        slow = []
        for _ in range(MOST_AT_ONCE):
            slow.append(socket.create_connection((HOST, server.port), timeout=60))
            slow[-1].sendall(b"GET / HTTP/1.1\r\nX")  # before its time is over, however long the others take
        one_more = socket.create_connection((HOST, server.port), timeout=60)
        assert one_more.recv(1) == b""
        for each in slow:
            assert each.recv(1) == b""
            each.close()
        one_more.close()
        wait_for(lambda: answered(server.port) == (200, b"here"))  # its room is free a moment after it was hung up on

"""Whatever a device says, an outlet answers: no words of it can end the agent."""

from __future__ import annotations

import logging
import socket
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.core.events import Result
from tests.adapters.speakers.http_device import HOST
from tests.adapters.speakers.listening import announcement, clip
from tests.adapters.speakers.outlets import HASTY, MAKES, Make

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT = announcement(sounds={"en": clip(8000, 0.1)})
HEADERS = (
    "WWW-Authenticate: Digest",
    "WWW-Authenticate: Digest qop=auth",
    'WWW-Authenticate: Digest realm="a", nonce="b", algorithm=WHIRL',
    'WWW-Authenticate: Digest realm="a", nonce="\u00e9", qop="auth-int"',
    'WWW-Authenticate: Digest realm="a, nonce=b=c, qop="auth"',
    "WWW-Authenticate: Basic",
    "Location: http://[",
    "Location: //\u00e9\u00e9:port/",
    "Location: ",
    "Content-Length: many",
    "Content-Length: -1",
    "Content-Encoding: gzip",
    "Transfer-Encoding: chunked",
    "Content-Type: text/xml; charset=klingon",
    "Set-Cookie: a=b; Domain=.; Path=\x01",
    "Connection: close",
    ": nothing",
)
BODIES = (b"", b"ha", b"\x1f\x8b\x08", b"ffffffffff\r\n", b"-1\r\n", b"<?xml version='9'?><a/>", b"<a", b"\xff\xfe<")


@contextmanager
def saying(reply: bytes) -> Iterator[str]:
    """The address of somebody who says that to everybody, and hangs up."""
    with socket.create_server((HOST, 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    client, _ = server.accept()
                    with client, suppress(OSError):
                        client.settimeout(5)
                        client.recv(65_536)
                        client.sendall(reply)
                        client.shutdown(socket.SHUT_WR)

        thread = Thread(target=serve)
        thread.start()
        try:
            yield f"http://{HOST}:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def replies() -> st.SearchStrategy[bytes]:
    """Something like HTTP."""
    status = st.sampled_from(("HTTP/1.1 200 OK", "HTTP/1.1 401 No", "HTTP/1.1 302 There", "HTTP/1.0 503", "HTTP/9 x"))
    headers = st.lists(st.sampled_from(HEADERS), max_size=4)
    like = st.builds(
        lambda first, lines, body: "\r\n".join([first, *lines, "", ""]).encode("utf-8") + body,
        status,
        headers,
        st.sampled_from(BODIES),
    )
    return like | st.binary(max_size=200)


@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
@given(replies())
@settings(max_examples=60, deadline=None)
def test_no_answer_is_too_odd(make: Make, reply: bytes) -> None:
    """Played at best where the hook's answer is that; never an error of ours."""
    with saying(reply) as address:
        outlet = make.before(address, seconds=HASTY)
        answer = outlet.play(SHORT)
        outlet.recall(SHORT)
        outlet.close()
    if answer.result is Result.PLAYED:
        assert reply.startswith(b"HTTP/1.1 200")
    else:
        assert answer.reason


def test_an_odd_answer_is_not_written_down_with_the_address(caplog: pytest.LogCaptureFixture) -> None:
    """The library would warn of it, and name the whole address."""
    caplog.set_level(logging.DEBUG)
    with saying(b"HTTP/1.1 200 OK\r\n: nothing\r\nContent-Length: 0\r\n\r\n") as address:
        assert MAKES["webhook"].before(address).play(SHORT).result is Result.PLAYED
    assert "hidden" not in caplog.text

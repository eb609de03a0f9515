"""The server around the desk, asked over real sockets on the loopback."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from edge_agent.adapters.clock import SystemClock
from edge_agent.app.replay.studio.camera_bench import Wanted
from edge_agent.app.replay.studio.serving import PageAddress, serving
from edge_agent.config.fields.secret import Secret
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.web.exchange import MOST_BYTES
from edge_agent.web.listening import MOST_AT_ONCE
from tests.architecture import ROOT
from tests.cli.streets import refused, street
from tests.web.browsing import served

PATIENCE_S = 60


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Where a studio listens."""
    with served(street(tmp_path)) as url:
        yield urlsplit(url).port or 0


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> HTTPResponse:
    """What a server answers to our own page."""
    client = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    client.request(method, path, body, {"X-Edge-Agent": "studio"} | named)
    answer = client.getresponse()
    answer.read()
    client.close()
    return answer


def test_every_answer_is_guarded(port: int) -> None:
    """No script but ours, no frame around it, nothing kept, nothing guessed."""
    for path in ("/", "/api/site", "/static/main.js", "/nothing"):
        headers = ask(port, "GET", path).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Access-Control-Allow-Origin"] is None


def test_no_page_has_a_script_or_style_in_it() -> None:
    """The policy above would stop it, and nobody would see why."""
    for page in (ROOT / "edge_agent" / "web" / "static").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?://", text) == [], page


@pytest.mark.parametrize("length", [str(MOST_BYTES + 1), "-1", "many", "9" * 30, "0" * 5000 + "2"])
def test_a_body_too_large_is_not_read(port: int, length: str) -> None:
    """Nor one of unknown length."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
        head = f"PUT /api/cameras/c1/zones HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n"
        client.sendall(head.encode())
        assert client.makefile("rb").readline().startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "text",
    [
        "GET /api/site HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 27\r\n\r\nGET /no HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /api/site HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /api/site HTTP/1.1\r\nHost: evil\r\nHost: 127.0.0.1\r\n\r\n",
        "GET http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "PUT http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nContent-Length: 9\r\n\r\n",
    ],
)
def test_what_may_mean_two_things_is_refused_once(port: int, text: str) -> None:
    """A proxy before us could take it for something else; nothing that follows on the connection is answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
        client.sendall(text.encode())
        answer = client.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("host", ["127.0.0.1#.evil.com", "evil@127.0.0.1", "127.0.0.1/.evil.com", "127.0.0.1:1:2"])
def test_a_host_with_more_than_a_name_is_not_ours(port: int, host: str) -> None:
    """Whatever stands at its beginning or end."""
    assert ask(port, "GET", "/api/site", Host=host).status == 421


@pytest.mark.parametrize("levels", [33, 300, 100_000])
def test_a_body_that_goes_too_deep_is_refused(port: int, levels: int) -> None:
    """Before anything is made of it."""
    body = b'{"zones":' + b"[" * levels + b"]" * levels + b"}"
    assert ask(port, "POST", "/api/cameras/c1/zones/compare", body).status == 400


def test_only_so_many_are_answered_at_once(port: int) -> None:
    """The rest is hung up on, and there is room again when they have left."""
    held = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) for _ in range(MOST_AT_ONCE + 20)]
    ends = []
    for each in held[MOST_AT_ONCE:]:
        with suppress(OSError):
            ends.append(each.recv(1))
    assert set(ends) <= {b""}
    for each in held:
        each.close()
    for _ in range(100):
        with suppress(OSError, HTTPException):
            assert ask(port, "GET", "/api/site").status == 200
            return
        SystemClock().sleep(0.05)
    raise AssertionError


@pytest.mark.parametrize("method", ["DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_do_nothing(port: int, method: str) -> None:
    """OPTIONS above all: it would let other pages in."""
    assert ask(port, method, "/api/cameras/c1/zones", b"{}").status == 501


def test_a_browser_that_hangs_up_harms_nobody(port: int) -> None:
    """The next one is answered."""
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"PUT /api/cameras/c1/zones HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\n{")
    assert ask(port, "GET", "/api/site").status == 200


def test_on_the_network_a_token_is_made_and_shown_in_the_address(tmp_path: Path) -> None:
    """Long enough not to be guessed, another one at every start."""
    tokens = set()
    for _ in range(2):
        address = PageAddress(host="0.0.0.0", port=0)  # noqa: S104 - it is what is tested
        with serving(street(tmp_path), Wanted(), address, SystemClock()) as server:
            assert server.token_made
            parts = urlsplit(server.url)
            tokens.add(parts.query.removeprefix("token="))
            assert ask(parts.port or 0, "GET", "/api/site").status == 401
            entered = ask(parts.port or 0, "GET", f"/?{parts.query}")
            cookie = str(entered.headers["Set-Cookie"]).partition(";")[0]
            assert ask(parts.port or 0, "GET", "/api/site", Cookie=cookie).status == 200
    assert len(tokens) == 2
    assert all(len(token) >= 32 for token in tokens)


def test_a_token_too_short_to_be_one_is_refused(tmp_path: Path) -> None:
    """And not repeated."""
    address = PageAddress(host="127.0.0.1", port=0, token=Secret("environment variable TOKEN", "sesame"))
    serve = serving(street(tmp_path), Wanted(), address, SystemClock())
    with pytest.raises(BadInputError, match="TOKEN: a token of 6 characters, expected at least 16") as refusal, serve:
        pass
    assert "sesame" not in str(refusal.value)


def test_an_address_that_is_taken_is_told(tmp_path: Path) -> None:
    """In one sentence."""
    site = street(tmp_path)
    with served(site) as url:
        address = PageAddress(host="127.0.0.1", port=urlsplit(url).port or 0)
        with (
            pytest.raises(OutsideError, match="cannot be listened on"),
            serving(site, Wanted(), address, SystemClock()),
        ):
            pass


def test_the_page_is_served_on_ipv6(tmp_path: Path) -> None:
    """Where the machine has it."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error}")
    with serving(street(tmp_path), Wanted(), PageAddress(host="::1", port=0), SystemClock()) as server:
        client = HTTPConnection("::1", urlsplit(server.url).port, timeout=PATIENCE_S)
        client.request("GET", "/api/site")
        assert json.loads(client.getresponse().read())["agent"] == "box-01"
        client.close()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_ended(tmp_path: Path, end: signal.Signals) -> None:
    """It tells its address, and ends with 0; in the background too, where Ctrl-C must be asked for to be heard."""
    words = [sys.executable, "-m", "edge_agent", "studio", str(street(tmp_path)), "--port", "0"]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        url = running.stdout.readline().rpartition(" ")[2].strip()
        assert ask(urlsplit(url).port or 0, "GET", "/").status == 200
        running.send_signal(end)
        output, _ = running.communicate(timeout=PATIENCE_S)
        assert output.endswith("Ended.\n")
    assert running.returncode == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--camera", "c9"], "camera 'c9': not in the site"),
        (["--video", "none.mp4"], "none.mp4"),
        (["--log", "none.jsonl"], "none.jsonl: no such file"),
        (["--token-file", "none"], "--token-file: found a secret file none"),
        (["--token-env", "NO_SUCH_VARIABLE"], "--token-env: found no environment variable NO_SUCH_VARIABLE"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_sentence(tmp_path: Path, words: list[str], says: str) -> None:
    """Before anything listens."""
    assert says in refused("studio", street(tmp_path), "--port", "0", *words)

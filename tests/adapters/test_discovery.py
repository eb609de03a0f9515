"""Discovery hears cameras, and believes nobody else: tried against a fake on the loopback."""

from __future__ import annotations

import json
import re
import socket
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Final

import pytest

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.discovery import DiscoveredCamera, answered, discovered
from edge_agent.cli.setting_up.discover import NOBODY
from tests.cli.streets import done, refused, typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOST: Final = "127.0.0.1"
MATCH: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"
 xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">
<SOAP-ENV:Header><wsa:RelatesTo>uuid:{id}</wsa:RelatesTo></SOAP-ENV:Header><SOAP-ENV:Body><d:ProbeMatches><d:ProbeMatch>
<d:Types>dn:NetworkVideoTransmitter</d:Types>
<d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/hardware/IPC-{n}
 onvif://www.onvif.org/name/North%20gate</d:Scopes>
<d:XAddrs>http://192.0.2.{n}/onvif/device_service http://[fe80::1]/onvif/device_service</d:XAddrs>
</d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>"""


def camera(ident: str) -> list[bytes]:
    """The answer of a camera, twice, as some send it."""
    return 2 * [MATCH.format(id=ident, n=7).encode()]


@contextmanager
def answering(answers: Callable[[str], list[bytes]]) -> Iterator[str]:
    """Somebody on the loopback who answers one question; where."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as fake:
        fake.bind((HOST, 0))
        fake.settimeout(20)

        def answer() -> None:
            probe, asker = fake.recvfrom(65_507)
            assert b"dn:NetworkVideoTransmitter" in probe
            (ident,) = re.findall(r"<w:MessageID>uuid:([^<]+)<", probe.decode())
            for each in answers(ident):
                fake.sendto(each, asker)

        thread = Thread(target=answer)
        thread.start()
        yield f"{HOST}:{fake.getsockname()[1]}"
        thread.join()


def test_a_camera_says_where_it_is() -> None:
    """Once, however often it says so."""
    with answering(camera) as place:
        (line,) = done("discover", "--to", place, "--seconds", "4", "--json").splitlines()
    assert json.loads(line) == {
        "host": HOST,
        "name": "North gate",
        "hardware": "IPC-7",
        "services": ["http://192.0.2.7/onvif/device_service", "http://[fe80::1]/onvif/device_service"],
    }
    with answering(camera) as place:
        assert "North gate IPC-7" in done("discover", "--to", place, "--seconds", "4")


def test_what_is_no_answer_is_left_out() -> None:
    """Noise, another one's answer, entities, bytes of no encoding; the camera among them is heard."""

    def noise(ident: str) -> list[bytes]:
        bomb = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]>' + MATCH.format(id=ident, n=8).encode()
        odd = MATCH.format(id=ident, n=8).encode().replace(b"UTF-8", b"no-such-encoding")
        return [b"", b"<", b"\xff\xfe", MATCH.format(id="another", n=9).encode(), bomb, odd, *camera(ident)]

    with answering(noise) as place:
        host, port = place.split(":")
        (reply,) = discovered(4, SystemClock(), to=(host, int(port)))
    assert reply.hardware == "IPC-7"


def test_signs_that_steer_a_terminal_are_harmless() -> None:
    """What a device calls itself is a stranger's text."""
    reply = MATCH.format(id="1", n=7).replace("North%20gate", "%1b%5b2J" + 500 * "x")
    answer = answered(reply.encode(), HOST, "1")
    assert isinstance(answer, DiscoveredCamera)
    assert "\x1b" not in answer.name
    assert len(answer.name) == 200


def test_nobody_is_no_failure_and_a_place_that_is_none_is_refused() -> None:
    """In one sentence each."""
    with answering(lambda _: []) as place:
        result = typed("discover", "--to", place, "--seconds", "0.3")
    assert (result.exit_code, result.stdout, result.stderr.strip()) == (0, "", NOBODY)
    assert refused("discover", "--to", "box:port") == "--to box:port: expected HOST or HOST:PORT"


@pytest.mark.parametrize("place", ["no-such-host.invalid"])
def test_a_network_that_cannot_be_asked_is_named(place: str) -> None:
    """Instead of a traceback."""
    assert refused("discover", "--to", place, "--seconds", "0.2").startswith(
        f"discovery at {place}:3702: cannot be asked"
    )

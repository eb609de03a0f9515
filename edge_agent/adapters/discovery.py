"""Cameras of the local network, asked for by WS-Discovery as ONVIF does: one question to all, and who answers in time.

WS-Discovery is SOAP over UDP: a Probe goes to a multicast group, each device sends ProbeMatches back to whoever asked.
Nothing of an answer is believed beyond its text: anybody on the network may send one.
"""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote
from uuid import UUID
from xml.etree import ElementTree as ET

from edge_agent.core.errors import OutsideError
from edge_agent.core.printable import printable_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.ports import Clock

GROUP: Final = ("239.255.255.250", 3702)  # of WS-Discovery
LARGEST: Final = 65_507  # bytes of a datagram
MOST: Final = 1000  # answers: no street has more, and a flood is no list
LONGEST: Final = 200  # characters of one text that a device says of itself
WAYS: Final = 2  # routers between us and whom the group reaches
_ADDRESSING: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_DISCOVERY: Final = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_SCOPE: Final = "onvif://www.onvif.org/"
_PROBE: Final = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="{_ADDRESSING}" xmlns:d="{_DISCOVERY}" \
xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><e:Header><w:MessageID>uuid:{{id}}</w:MessageID>\
<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To><w:Action>{_DISCOVERY}/Probe</w:Action></e:Header>\
<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>"""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DiscoveredCamera:
    """What a device says of itself: ``host`` is where its answer came from, ``services`` where ONVIF answers."""

    host: str
    name: str = ""
    hardware: str = ""
    services: tuple[str, ...] = ()


def discovered(within_s: float, clock: Clock, *, to: tuple[str, int] = GROUP) -> tuple[DiscoveredCamera, ...]:
    """Every camera that answers within so many seconds, each host once; what is no answer to our question is left out.

    Raises:
        OutsideError: The network cannot be asked.
    """
    ident = str(UUID(bytes=secrets.token_bytes(16), version=4))  # nobody can answer who has not heard the question
    cameras: dict[str, DiscoveredCamera] = {}
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, WAYS)
            asking.sendto(_PROBE.format(id=ident).encode(), to)
            for host, answer in _answers(asking, timedelta(seconds=within_s), clock):
                camera = answered(answer, host, ident)
                if camera is not None:
                    cameras.setdefault(host, camera)
    except OSError as error:
        raise OutsideError(f"discovery at {to[0]}:{to[1]}: cannot be asked: {error.strerror or error}") from error
    return tuple(sorted(cameras.values()))


def _answers(asking: socket.socket, within: timedelta, clock: Clock) -> Iterator[tuple[str, bytes]]:
    until = clock.now() + within
    for _ in range(MOST):
        left = (until - clock.now()).total_seconds()
        if left <= 0:
            return
        asking.settimeout(left)
        try:
            answer, (host, _port) = asking.recvfrom(LARGEST)
        except TimeoutError:
            return
        yield host, answer


def answered(answer: bytes, host: str, ident: str) -> DiscoveredCamera | None:
    """The camera that answers the question ``ident``; None where this is no such answer."""
    if b"<!DOCTYPE" in answer or b"<!ENTITY" in answer:  # SOAP has neither
        return None
    try:
        envelope = ET.fromstring(answer)  # noqa: S314 - without entities there is nothing to expand
    except (ET.ParseError, ValueError, LookupError):
        return None
    if ident not in "".join(each.text or "" for each in envelope.iter(f"{{{_ADDRESSING}}}RelatesTo")):
        return None
    match = next(envelope.iter(f"{{{_DISCOVERY}}}ProbeMatch"), None)
    if match is None:
        return None
    scopes = (match.findtext(f"{{{_DISCOVERY}}}Scopes") or "").split()
    services = (match.findtext(f"{{{_DISCOVERY}}}XAddrs") or "").split()
    return DiscoveredCamera(
        host=host,
        name=_scope_of(scopes, "name"),
        hardware=_scope_of(scopes, "hardware"),
        services=tuple(printable_line(each)[:LONGEST] for each in services),
    )


def _scope_of(scopes: list[str], what: str) -> str:
    start = f"{_SCOPE}{what}/"
    scope = next((each for each in scopes if each.startswith(start)), start)
    return printable_line(unquote(scope.removeprefix(start)))[:LONGEST]

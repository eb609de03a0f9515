"""How single things of a broker are written: hosts, other addresses, names, topics, a proxy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, StringConstraints, WithJsonSchema

from edge_agent.config.fields.secret import SecretField
from edge_agent.config.fields.values import KEYS, Text, shown, wrong

PORTS: Final = 65535
HOST_EXPECTED: Final = "a host name or an address alone, such as mqtt.example.org"
STANDBY_EXPECTED: Final = "HOST or HOST:PORT, such as mqtt2.example.org:8883 or [2001:db8::1]:1883"
PREFIX_EXPECTED: Final = "levels of a topic without '+', '#' and slashes at the ends"
PATH_EXPECTED: Final = "the path of a WebSocket, such as /mqtt"
CLIENT_EXPECTED: Final = "a client id of printable characters"
_HOST: Final = re.compile(r"[^\s:/@?#\[\]]+")
_ADDRESS: Final = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.%\w]+)\]|(?P<host>[^\s:/@?#\[\]]+))(?::(?P<port>[0-9]{1,5}))?")
_SIX: Final = re.compile(r"[0-9A-Fa-f]*:[0-9A-Fa-f:.]+(%\w+)?")


def _host(text: str) -> str:
    if _HOST.fullmatch(text) or _SIX.fullmatch(text):
        return text
    scheme, mark, _ = text.partition("://")
    if mark:
        raise wrong(f"a scheme ({shown(scheme)}) in the host", HOST_EXPECTED)
    if text != text.strip() or any(sign.isspace() for sign in text):
        raise wrong(f"{shown(text)}, a host with blanks", HOST_EXPECTED)
    if ":" in text:
        raise wrong(f"{shown(text)}, a host with a port", "the port under port")
    raise wrong(shown(text), HOST_EXPECTED)


HostField = Annotated[Text, AfterValidator(_host)]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a broker listens; without a ``port``, on that of the first address."""

    host: str
    port: int | None = None


def _address(value: object) -> Address:
    parts = _ADDRESS.fullmatch(value) if isinstance(value, str) else None
    port = int(parts["port"]) if parts is not None and parts["port"] else None
    if parts is None or (port is not None and not 1 <= port <= PORTS):
        raise wrong(shown(value), STANDBY_EXPECTED)
    return Address(parts["six"] or parts["host"], port)


_SAID: Final[dict[str, Any]] = {"type": "string", "description": STANDBY_EXPECTED}
AddressField = Annotated[Address, PlainValidator(_address), WithJsonSchema(_SAID)]


def _prefix(text: str) -> str:
    if text.strip("/") != text or any(sign in text for sign in "+#") or not text.isprintable() or "//" in text:
        raise wrong(shown(text), PREFIX_EXPECTED)
    return text


PrefixField = Annotated[Text, AfterValidator(_prefix)]


def _path(text: str) -> str:
    if not text.startswith("/") or any(sign.isspace() for sign in text) or not text.isascii():
        raise wrong(shown(text), PATH_EXPECTED)
    return text


PathField = Annotated[Text, AfterValidator(_path)]


def _client(text: str) -> str:
    if not text.isprintable() or not text.strip():
        raise wrong(shown(text), CLIENT_EXPECTED)
    return text


ClientField = Annotated[Annotated[str, StringConstraints(min_length=1, max_length=128)], AfterValidator(_client)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy on the way to a broker: HTTP with CONNECT, or SOCKS version 5; it finds the broker's name itself."""

    kind: Literal["http", "socks5"]
    host: HostField
    port: Annotated[int, Field(ge=1, le=PORTS)]
    username: Text | None = None
    password: SecretField | None = None
    __pydantic_config__: ClassVar[ConfigDict] = KEYS

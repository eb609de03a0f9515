"""How single things of a broker are written: hosts, other addresses, names, topics, certificates, a proxy."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, StringConstraints, WithJsonSchema

from edge_agent.config.fields.secret import SecretField
from edge_agent.config.fields.values import Text, shown, wrong
from edge_agent.config.site.policy_file import KEYS

PORTS: Final = 65535
HOST_EXPECTED: Final = "a host name or an address alone, such as mqtt.example.org"
STANDBY_EXPECTED: Final = "HOST or HOST:PORT, such as mqtt2.example.org:8883 or [2001:db8::1]:1883"
PIN_EXPECTED: Final = "sha256// and the public key's digest in base64, or the certificate's SHA-256 in 64 hex digits"
PREFIX_EXPECTED: Final = "levels of a topic without '+', '#' and slashes at the ends"
PATH_EXPECTED: Final = "the path of a WebSocket, such as /mqtt"
CLIENT_EXPECTED: Final = "a client id of printable characters"
SHA256_BYTES: Final = 32
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


@dataclass(frozen=True, slots=True)
class Pin:
    """The SHA-256 of what a broker must show: of its public key (SubjectPublicKeyInfo), or of its whole certificate."""

    of: Literal["key", "certificate"]
    digest: str


def _pin(value: object) -> Pin:
    text = value.strip() if isinstance(value, str) else ""
    if text.startswith("sha256//"):
        try:
            digest = b64decode(text.removeprefix("sha256//"), validate=True)
        except (NotBase64, ValueError):
            digest = b""
        if len(digest) == SHA256_BYTES:
            return Pin("key", digest.hex())
    elif re.fullmatch(r"[0-9a-f]{64}", bare := text.replace(":", "").lower()):
        return Pin("certificate", bare)
    raise wrong(shown(value), PIN_EXPECTED)


def _pins(value: object) -> tuple[Pin, ...]:
    pins = tuple(map(_pin, value if isinstance(value, list) else [value]))
    if not pins:
        raise wrong("nothing in it", "at least one entry")
    return pins


_ONE: Final[dict[str, Any]] = {"type": "string", "description": PIN_EXPECTED}
PinsField = Annotated[
    tuple[Pin, ...],
    PlainValidator(_pins),
    WithJsonSchema({"anyOf": [_ONE, {"type": "array", "items": _ONE, "minItems": 1}]}),
]


def _protocols(value: object) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(each, str) and 0 < len(each.encode()) <= 255 for each in names):  # noqa: PLR2004 - RFC 7301, 3.1
        raise wrong(shown(value), "the name of a protocol for ALPN, such as mqtt, or a list of them")
    return tuple(names)


_NAMES: Final[dict[str, Any]] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
AlpnField = Annotated[tuple[str, ...], PlainValidator(_protocols), WithJsonSchema(_NAMES)]


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

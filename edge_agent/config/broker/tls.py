"""How TLS is written in a site, for a broker as for a camera; `trust` makes of it what a connection is opened with."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import ConfigDict, GetPydanticSchema, PlainValidator, ValidatorFunctionWrapHandler, WithJsonSchema
from pydantic_core import core_schema

from edge_agent.config.broker.broker_fields import HostField
from edge_agent.config.fields.values import KEYS, RelativePath, shown, wrong

PIN_EXPECTED: Final = "sha256// and the public key's digest in base64, or the certificate's SHA-256 in 64 hex digits"
SHA256_BYTES: Final = 32


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """How the other side is trusted, and how it is shown who we are; without ``ca`` the system's authorities are.

    ``pin`` is what its key or certificate must be; without a ``ca`` beside it, that alone is looked at. ``server_name``
    is what it is called in its certificate, where that is not the host; ``alpn`` which protocols are offered.
    """

    ca: RelativePath | None = None
    certificate: RelativePath | None = None
    key: RelativePath | None = None
    server_name: HostField | None = None
    pin: PinsField = ()
    alpn: AlpnField = ()
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


def _tls(value: object, then: ValidatorFunctionWrapHandler) -> Tls:
    if value == "system":
        return Tls()
    if not isinstance(value, dict) or not value:
        raise wrong(shown(value), "system, or a mapping with ca, certificate and key, server_name, pin or alpn")
    tls: Tls = then(value)
    if (tls.certificate is None) != (tls.key is None):
        raise wrong("one of certificate and key", "both of them, or neither")
    return tls


TlsField = Annotated[
    Tls,
    GetPydanticSchema(
        lambda _source, handler: core_schema.no_info_wrap_validator_function(_tls, handler.generate_schema(Tls)),
        lambda schema, handler: {"anyOf": [{"const": "system"}, handler(schema)]},
    ),
]

"""Where a camera's loudspeaker is: its RTSP address taken apart, and shown without what is secret in it.

A login may stand before the host (``rtsp://user:password@host/…``) and, with some makers, in the path or the query, so
neither is ever shown. In a login, what has a meaning in an address is written as in any URL: ``%40`` for ``@``.

The holes in the words of a hook: ``{text}`` and what else an announcement has; any other brace stays as it is.

Where speakers are: addresses, some of which are secrets, and the words that are sent to hooks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Any, Final
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, PlainValidator, StringConstraints, ValidationInfo, WithJsonSchema

from edge_agent.config.fields.secret import SECRET_SCHEMA, Secret, read_secret
from edge_agent.config.fields.values import Text, shown, wrong
from edge_agent.core.errors import BadInputError

PORT: Final = 554
PORTS: Final = range(1, 65536)
FORM: Final = "rtsp://host/path or rtsp://user:password@host:port/path"
_PARTS: Final = re.compile(
    r"rtsp://(?:(?P<login>[^/?#]*)@)?(?P<host>\[[^\]@]+\]|[^@:/?#\[\]\s]+)(?::(?P<port>\d+))?(?P<rest>(?:[/?][^\s@]*)?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraAddress:
    """A camera's RTSP address; ``url`` is what is asked for, without the login."""

    host: str
    port: int
    url: str = field(repr=False)
    user: str = field(repr=False)
    password: str = field(repr=False)

    def __str__(self) -> str:
        """For messages: ``rtsp://host:554/…``."""
        return f"rtsp://{self.host}:{self.port}/…"


def camera_address(text: str) -> CameraAddress:
    """The parts of an address.

    Raises:
        BadInputError: It is none; what was found is not repeated, as there may be a login in it.
    """
    parts = _PARTS.fullmatch(text)
    port = int(parts["port"] or PORT) if parts else 0
    if parts is None or port not in PORTS:
        raise BadInputError(f"speaker: an address that is none (not shown: it may hold a login), expected {FORM}")
    user, _, password = (parts["login"] or "").partition(":")
    where = parts["host"] + (f":{port}" if parts["port"] else "")
    return CameraAddress(
        host=parts["host"],
        port=port,
        url=f"rtsp://{where}{parts['rest'] or '/'}",
        user=unquote(user),
        password=unquote(password),
    )


FIELDS: Final = ("text", "language", "zone", "kind", "n", "incident", "volume")
HOLE: Final = re.compile(r"\{([a-z_]+)\}")


def named(words: str) -> frozenset[str]:
    """The fields that these words name, known or not."""
    return frozenset(HOLE.findall(words))


def unknown(words: str) -> str | None:
    """The first field that is named and nothing fills, if any."""
    return min(named(words) - set(FIELDS), default=None)


def known() -> str:
    """All fields, as they are written."""
    return ", ".join(f"{{{name}}}" for name in FIELDS)


HTTP: Final = ("http://", "https://")
RTSP: Final = ("rtsp://",)


def _address(value: object, info: ValidationInfo, schemes: tuple[str, ...], login: str) -> Secret:
    match value:
        case dict():
            secret = read_secret(value, info)
        case str() if "@" in value.partition("?")[0]:
            raise wrong("a login in the address", login)
        case str():
            secret = Secret("the site file", value)
        case _:
            raise wrong(shown(value), f"an address that starts with {' or '.join(schemes)}")
    if secret.missing:
        return secret
    if "#" in secret.reveal():
        raise wrong("a '#' in the address", "it to be written as %23")
    if not secret.reveal().startswith(schemes):
        value_shown = shown(value) if isinstance(value, str) else f"an address ({secret.origin}) of another kind"
        raise wrong(value_shown, f"one that starts with {' or '.join(schemes)}")
    return secret


def _hook(value: object, info: ValidationInfo) -> Secret:
    login = "username and password, or {env: NAME} or {file: PATH} that holds the address"
    address = _address(value, info, HTTP, login)
    if not address.missing:
        _somewhere(address.reveal(), address.origin)
    return address


def _somewhere(address: str, origin: str) -> None:
    """An address that has a host, and no port that cannot be."""
    try:
        parts = urlsplit(address)
        there = bool(parts.hostname) and parts.port != 0
    except ValueError:
        there = False
    if not there:
        expected = "http://HOST or https://HOST, with a port where it is another than usual"
        raise wrong(f"an address ({origin}) that is none", expected)


def filled_in(text: str) -> str:
    """The words of a hook, none of whose holes would stay empty."""
    field = unknown(text)
    if field is not None:
        raise wrong(f"an unknown field {{{field}}}", f"one of {known()}")
    return text


def _wordy(value: Secret) -> Secret:
    if not value.missing:
        filled_in(value.reveal())
    return value


def _stream(value: object, info: ValidationInfo) -> Secret:
    address = _address(value, info, RTSP, "{env: NAME} or {file: PATH} that holds the address")
    if address.missing:
        return address
    try:
        camera_address(address.reveal())
    except BadInputError as error:
        raise wrong(f"an address ({address.origin}) that is none", FORM) from error
    return address


def _header(value: object, info: ValidationInfo) -> Secret:
    return read_secret(value, info) if isinstance(value, dict) else Secret("the site file", str(value))


_TEXT: Final[dict[str, Any]] = {"type": "string"}
_OR_SECRET: Final[dict[str, Any]] = {"anyOf": [_TEXT, SECRET_SCHEMA]}
HookField = Annotated[Secret, PlainValidator(_hook), WithJsonSchema(_OR_SECRET)]
WordyHookField = Annotated[Secret, PlainValidator(_hook), AfterValidator(_wordy), WithJsonSchema(_OR_SECRET)]
StreamAddress = Annotated[Secret, PlainValidator(_stream), WithJsonSchema(_OR_SECRET)]
HeaderField = Annotated[Secret, PlainValidator(_header), AfterValidator(_wordy), WithJsonSchema(_OR_SECRET)]
BodyField = Annotated[str, StringConstraints(max_length=10_000)]


def _host(address: str) -> str:
    if not address.startswith(HTTP):
        raise wrong(shown(address), "an address that starts with http:// or https://")
    if "@" in address:
        raise wrong("a login in the address", "username and password beside it")
    _somewhere(address, "the site file")
    return address


HostField = Annotated[Text, AfterValidator(_host)]

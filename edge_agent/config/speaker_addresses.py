"""Where speakers are: addresses, some of which are secrets, and the words that are sent to hooks."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, PlainValidator, StringConstraints, ValidationInfo, WithJsonSchema

from edge_agent.config.fields import Text, shown, wrong
from edge_agent.config.hook_fields import known, unknown
from edge_agent.config.rtsp_address import FORM, camera_address
from edge_agent.config.secret import SECRET_SCHEMA, Secret, read_secret
from edge_agent.core.errors import BadInputError

HTTP: Final = ("http://", "https://")
RTSP: Final = ("rtsp://",)


def _address(value: object, info: ValidationInfo, schemes: tuple[str, ...], login: str) -> Secret:
    match value:
        case dict():
            found = read_secret(value, info)
        case str() if "@" in value.partition("?")[0]:
            raise wrong("a login in the address", login)
        case str():
            found = Secret("the site file", value)
        case _:
            raise wrong(shown(value), f"an address that starts with {' or '.join(schemes)}")
    if "#" in found.reveal():
        raise wrong("a '#' in the address", "it to be written as %23")
    if not found.reveal().startswith(schemes):
        said = shown(value) if isinstance(value, str) else f"an address ({found.origin}) of another kind"
        raise wrong(said, f"one that starts with {' or '.join(schemes)}")
    return found


def _hook(value: object, info: ValidationInfo) -> Secret:
    login = "username and password, or {env: NAME} or {file: PATH} that holds the address"
    found = _address(value, info, HTTP, login)
    _somewhere(found.reveal(), found.origin)
    return found


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
    filled_in(value.reveal())
    return value


def _stream(value: object, info: ValidationInfo) -> Secret:
    found = _address(value, info, RTSP, "{env: NAME} or {file: PATH} that holds the address")
    try:
        camera_address(found.reveal())
    except BadInputError as error:
        raise wrong(f"an address ({found.origin}) that is none", FORM) from error
    return found


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

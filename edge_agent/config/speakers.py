"""The speakers of a site file: what stands on the street, how it is reached, and how it is to behave there.

Each has an id, by which zones name it, a ``driver`` with its own keys, and the manners that every speaker has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)

from edge_agent.config.fields import Duration, NotEmpty, RelativePath, Text, shown, wrong
from edge_agent.config.hook_fields import known, unknown
from edge_agent.config.instants import HoursField
from edge_agent.config.policy_file import KEYS
from edge_agent.config.rtsp_address import FORM, camera_address
from edge_agent.config.secret import SECRET_SCHEMA, Secret, SecretField, read_secret
from edge_agent.core.errors import BadInputError
from edge_agent.core.manners import Manners

HTTP: Final = ("http://", "https://")
RTSP: Final = ("rtsp://",)
FILE: Final = "{file}"
LONGEST: Final = timedelta(minutes=2)
Share = Annotated[float, Field(gt=0, le=1)]
Method = Literal["GET", "POST", "PUT"]


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
    return _address(value, info, HTTP, "username and password, or {env: NAME} or {file: PATH} that holds the address")


def _words(text: str) -> str:
    field = unknown(text)
    if field is not None:
        raise wrong(f"an unknown field {{{field}}}", f"one of {known()}")
    return text


def _wordy(value: Secret) -> Secret:
    _words(value.reveal())
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
StreamAddress = Annotated[Secret, PlainValidator(_stream), WithJsonSchema(_OR_SECRET)]
HeaderField = Annotated[Secret, PlainValidator(_header), AfterValidator(_wordy), WithJsonSchema(_OR_SECRET)]


def _short(span: timedelta) -> timedelta:
    if not timedelta(0) < span <= LONGEST:
        raise wrong(f"{span.total_seconds():g}s", f"more than nothing and at most {LONGEST.total_seconds():g}s")
    return span


Patience = Annotated[Duration, AfterValidator(_short)]


def _host(address: str) -> str:
    if not address.startswith(HTTP):
        raise wrong(shown(address), "an address that starts with http:// or https://")
    if "@" in address:
        raise wrong("a login in the address", "username and password beside it")
    return address


HostField = Annotated[Text, AfterValidator(_host)]


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeAt:
    """Another volume at some hours."""

    hours: HoursField
    volume: Share
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What every speaker can be told of its manners; a ``lamp`` is seen and not heard."""

    gap: Duration = timedelta(seconds=30)
    hourly_cap: Annotated[int, Field(ge=1)] | None = 40
    volume: Share = 1.0
    volume_at: tuple[VolumeAt, ...] = ()
    quiet_volume: Share = 0.3
    silent: HoursField | None = None
    together: Annotated[int, Field(ge=1, le=20)] = 4
    lamp: bool = False

    @property
    def manners(self) -> Manners:
        """The same as the core has it."""
        return Manners(
            gap=self.gap,
            hourly_cap=self.hourly_cap,
            volume=self.volume,
            volume_at=tuple((each.hours, each.volume) for each in self.volume_at),
            quiet_volume=self.quiet_volume,
            silent=self.silent,
            together=self.together,
            gather=timedelta(seconds=1) if self.together > 1 else timedelta(0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesSpeaker(Behaviour):
    """Writes each warning as WAV files into ``folder``; nobody is disturbed, so no gap and no cap."""

    driver: Literal["files"]
    folder: RelativePath
    gap: Duration = timedelta(0)
    hourly_cap: Annotated[int, Field(ge=1)] | None = None
    together: Annotated[int, Field(ge=1, le=20)] = 1
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


def _playing(command: tuple[str, ...]) -> tuple[str, ...]:
    if not any(FILE in part for part in command[1:]):
        raise wrong("no argument with {file}", "a program and its arguments, one of them with {file}")
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpeaker(Behaviour):
    """Has a program play a WAV file; it may take ``timeout`` longer than the sound."""

    driver: Literal["command"]
    command: Annotated[tuple[Text, ...], AfterValidator(_playing), NotEmpty]
    timeout: Patience = timedelta(seconds=10)
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsaSpeaker(Behaviour):
    """The box's own sound card, by ALSA's ``aplay``."""

    driver: Literal["alsa"]
    device: Text = "default"
    timeout: Patience = timedelta(seconds=10)
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class PipewireSpeaker(Behaviour):
    """The box's own sound, by PipeWire's ``pw-play``."""

    driver: Literal["pipewire"]
    target: Text = "auto"
    timeout: Patience = timedelta(seconds=10)
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class IsapiSpeaker(Behaviour):
    """A camera or horn with Hikvision's ISAPI: two-way audio."""

    driver: Literal["isapi"]
    address: HostField
    username: Text
    password: SecretField
    channel: Annotated[int, Field(ge=1, le=64)] = 1
    timeout: Patience = timedelta(seconds=5)
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisSpeaker(Behaviour):
    """A camera or horn with Axis' VAPIX."""

    driver: Literal["axis"]
    address: HostField
    username: Text
    password: SecretField
    timeout: Patience = timedelta(seconds=5)
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class OnvifSpeaker(Behaviour):
    """A camera with ONVIF's audio backchannel over RTSP."""

    driver: Literal["onvif"]
    address: StreamAddress
    timeout: Patience = timedelta(seconds=5)
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSpeaker(Behaviour):
    """Anything that speaks when a request over HTTP asks it to; ``accepts`` are the answers that mean it did."""

    driver: Literal["webhook"]
    url: Annotated[HookField, AfterValidator(_wordy)]
    method: Method = "POST"
    headers: Mapping[str, HeaderField] = field(default_factory=dict)
    body: Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_words)] = ""
    accepts: Annotated[tuple[Annotated[int, Field(ge=200, le=299)], ...], NotEmpty] = (200, 201, 202, 204)
    username: Text | None = None
    password: SecretField | None = None
    timeout: Patience = timedelta(seconds=5)
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRelay:
    """A relay that is switched by requests."""

    on: HookField
    off: HookField
    on_body: Annotated[str, StringConstraints(max_length=10_000)] = ""
    off_body: Annotated[str, StringConstraints(max_length=10_000)] = ""
    method: Method = "GET"
    username: Text | None = None
    password: SecretField | None = None
    timeout: Patience = timedelta(seconds=5)
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRelay:
    """A relay that listens to a topic of the site's broker."""

    topic: Text
    on: Text = "1"
    off: Text = "0"
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRelay:
    """A relay behind a file, such as a GPIO's ``value``."""

    path: RelativePath
    on: Text = "1"
    off: Text = "0"
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySpeaker(Behaviour):
    """A lamp: switched on for ``lit``, by one of a webhook, a topic and a file."""

    driver: Literal["relay"]
    lit: Patience = timedelta(seconds=20)
    webhook: HookRelay | None = None
    topic: TopicRelay | None = None
    file: FileRelay | None = None
    lamp: bool = True
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


def _one_way(relay: SpeakerSettings) -> SpeakerSettings:
    if isinstance(relay, RelaySpeaker):
        ways = [way for way in (relay.webhook, relay.topic, relay.file) if way is not None]
        if len(ways) != 1:
            raise wrong(f"{len(ways) or 'no'} ways to switch it", "one of webhook, topic and file")
    return relay


SpeakerSettings = (
    FilesSpeaker
    | CommandSpeaker
    | AlsaSpeaker
    | PipewireSpeaker
    | IsapiSpeaker
    | AxisSpeaker
    | OnvifSpeaker
    | WebhookSpeaker
    | RelaySpeaker
)
SpeakerField = Annotated[
    Annotated[SpeakerSettings, Field(discriminator="driver")],
    AfterValidator(_one_way),
]

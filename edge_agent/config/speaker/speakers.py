"""The speakers of a site file: what stands on the street, how it is reached, and how it is to behave there.

Each has an id, by which zones name it, a ``driver`` with its own keys, and the limits that every speaker has
(``files_speaker``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, ConfigDict, Field

from edge_agent.config.fields.addresses import (
    BodyField,
    HeaderField,
    HookField,
    HostField,
    StreamAddress,
    WordyHookField,
    filled_in,
)
from edge_agent.config.fields.secret import SecretField
from edge_agent.config.fields.values import KEYS, Duration, NotEmpty, RelativePath, Text, wrong
from edge_agent.config.speaker.files_speaker import Behaviour, FilesSpeaker

FILE: Final = "{file}"
LONGEST: Final = timedelta(minutes=2)
Method = Literal["GET", "POST", "PUT"]


def _short(span: timedelta) -> timedelta:
    if not timedelta(0) < span <= LONGEST:
        raise wrong(f"{span.total_seconds():g}s", f"more than nothing and at most {LONGEST.total_seconds():g}s")
    return span


Patience = Annotated[Duration, AfterValidator(_short)]


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
    """A camera with ONVIF's audio backchannel over RTSP; ``basic_auth`` allows a password in the clear."""

    driver: Literal["onvif"]
    address: StreamAddress
    basic_auth: bool = False
    timeout: Patience = timedelta(seconds=5)
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSpeaker(Behaviour):
    """Anything that speaks when a request over HTTP asks it to; ``accepts`` are the answers that mean it did."""

    driver: Literal["webhook"]
    url: WordyHookField
    method: Method = "POST"
    headers: Mapping[str, HeaderField] = field(default_factory=dict)
    body: Annotated[BodyField, AfterValidator(filled_in)] = ""
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
    on_body: BodyField = ""
    off_body: BodyField = ""
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


Way = HookRelay | TopicRelay | FileRelay


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

    def __post_init__(self) -> None:
        """Refuse a lamp that is switched in no way, or in several (a ValueError)."""
        if len(self._ways) != 1:
            raise wrong(f"{len(self._ways) or 'no'} ways to switch it", "one of webhook, topic and file")

    @property
    def way(self) -> Way:
        """By what it is switched."""
        return self._ways[0]

    @property
    def _ways(self) -> tuple[Way, ...]:
        return tuple(way for way in (self.webhook, self.topic, self.file) if way is not None)


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
AnySpeaker = Annotated[SpeakerSettings, Field(discriminator="driver")]
DRIVERS: Final[Mapping[str, type[SpeakerSettings]]] = {
    "files": FilesSpeaker,
    "command": CommandSpeaker,
    "alsa": AlsaSpeaker,
    "pipewire": PipewireSpeaker,
    "isapi": IsapiSpeaker,
    "axis": AxisSpeaker,
    "onvif": OnvifSpeaker,
    "webhook": WebhookSpeaker,
    "relay": RelaySpeaker,
}

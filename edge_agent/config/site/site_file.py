"""The site file: what box this is, which cameras it looks at, and how it reaches the world."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    TypeAdapter,
    ValidationInfo,
    WithJsonSchema,
)

from edge_agent.config.broker.broker_settings import BrokerField, EmbeddedBrokerSettings
from edge_agent.config.broker.home_assistant import HomeAssistantSettings
from edge_agent.config.broker.tls import TlsField
from edge_agent.config.fields.instants import ExamField, FromField, HoursField
from edge_agent.config.fields.secret import SECRET_SCHEMA, Secret, read_secret
from edge_agent.config.fields.shapes import LonLatField, PolygonField
from edge_agent.config.fields.stream_address import advice, target
from edge_agent.config.fields.values import (
    ADCODE_PATTERN,
    KEYS,
    PATTERNS,
    Duration,
    Identifier,
    NotEmpty,
    RelativePath,
    Text,
    Translated,
    reading,
    shown,
    when_written,
    wrong,
)
from edge_agent.config.policy.policy_file import RuleSettings
from edge_agent.config.site.evidence_store import EvidenceSettings
from edge_agent.config.site.plate_settings import PlateSettings, PlateSettingsField
from edge_agent.config.site.service import MonitoringSettings, PrivacySettings, StorageSettings
from edge_agent.config.site.voice_settings import VoiceSettings, VoiceSettingsField
from edge_agent.config.speaker.speaker_field import SpeakerField
from edge_agent.core.site.camera_card import CameraCard

STREAMS: Final = ("rtsp://", "rtsps://")
FORM: Final = "rtsp://host/path or rtsp://host:port/path"
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class VideoFileSettings:
    """A recording, played as if it were live."""

    path: Path


@dataclass(frozen=True, slots=True)
class Stream:
    """A camera's RTSP address; it may hold a password and is therefore never shown."""

    url: Secret


Source = VideoFileSettings | Stream


def _source(value: object, info: ValidationInfo) -> Source:
    match value:
        case dict():
            return _stream(read_secret(value, info))
        case str() if "://" not in value and value.strip():
            return VideoFileSettings(reading(info).folder / value)
        case str() if "@" in value:
            raise wrong("a password in the address", "{env: NAME} or {file: PATH} that holds the address")
        case str():
            return _stream(Secret("the site file", value))
        case _:
            raise wrong(shown(value), "a video file, an rtsp:// address, {env: NAME} or {file: PATH}")


def _stream(url: Secret) -> Stream:
    if url.missing:
        return Stream(url)
    address = url.reveal()
    if not address.startswith(STREAMS):
        raise wrong(f"an address ({url.origin}) of another kind", "one that starts with rtsp:// or rtsps://")
    if target(address) is None:
        escapes = advice(address)
        raise wrong(f"an address ({url.origin}) that is none", f"{FORM}; {escapes}" if escapes else FORM)
    return Stream(url)


def _main(value: object, info: ValidationInfo) -> Stream:
    address = _source(value, info)
    if not isinstance(address, Stream):
        raise wrong(shown(value), "an rtsp:// address, {env: NAME} or {file: PATH}")
    return address


def _zone_name(value: object) -> ZoneInfo:
    if not isinstance(value, str):
        raise wrong(shown(value), "a time zone such as Asia/Shanghai")
    try:
        return ZoneInfo(value)
    except (OSError, ValueError, KeyError) as error:
        raise wrong(f"{shown(value)}, a time zone that does not exist", "one such as Asia/Shanghai") from error


def _quoted(value: object) -> object:
    """A district code without quotes is a number to YAML, and loses its leading zeros."""
    if not isinstance(value, str):
        raise wrong(shown(value), PATTERNS[ADCODE_PATTERN])
    return value


_TEXT: Final[dict[str, Any]] = {"type": "string"}
SourceField = Annotated[
    Source,
    PlainValidator(_source),
    WithJsonSchema({"anyOf": [_TEXT, SECRET_SCHEMA], "description": "a video file or an rtsp:// address"}),
]
StreamField = Annotated[
    Stream,
    PlainValidator(_main),
    WithJsonSchema({"anyOf": [_TEXT, SECRET_SCHEMA], "description": "an rtsp:// address"}),
]
TimezoneField = Annotated[
    ZoneInfo,
    PlainValidator(_zone_name),
    WithJsonSchema({"type": "string", "description": "a time zone such as Asia/Shanghai"}),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSettings:
    """One camera: its source, its zone file, how often it is looked at, what turns its picture into metres.

    ``taught`` is what it was taught with ``edge-agent teach``; ``main`` is the large stream of a live camera, of
    which clips are kept as evidence. ``started`` dates the first picture of a recording; without it the shell
    decides. In ``ignore`` nothing is looked for; what lies in ``mask`` is black in all that is kept. ``tls`` says whom
    to believe behind ``rtsps://``; with ``basic_auth`` the password may be given in the clear. ``name``, ``position``,
    ``legal_basis`` and ``public_notice`` are told to the centre.
    """

    source: SourceField
    zones: RelativePath
    looks_per_second: Annotated[float, Field(gt=0, le=60)] = 1.0
    started: FromField | None = None
    calibration: RelativePath | None = None
    taught: RelativePath | None = None
    main: StreamField | None = None
    ignore: tuple[PolygonField, ...] = ()
    name: Translated = field(default_factory=dict)
    position: LonLatField | None = None
    legal_basis: Text | None = None
    public_notice: Text | None = None
    mask: tuple[PolygonField, ...] = ()
    tls: TlsField | None = None
    basic_auth: bool = False
    __pydantic_config__: ClassVar[ConfigDict] = KEYS

    @property
    def card(self) -> CameraCard:
        """What is told of it."""
        return CameraCard(
            name=self.name,
            position=self.position,
            legal_basis=self.legal_basis,
            public_notice=self.public_notice,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeSettings:
    """What runs the detector: ``models bench`` tells which of them is fastest on a box.

    ``providers`` are ONNX Runtime's, best first; ``device`` is OpenVINO's. ``pixels`` is how large a picture a model
    that takes any size is given; its own wish without it. ``detectors`` is how many run side by side for live cameras,
    one a core without it. ``unchanged`` is what becomes of a picture of a live camera that shows
    what the last one did: the detector looks at it, or what was seen then is held.
    """

    engine: Literal["onnxruntime", "openvino"] = "onnxruntime"
    providers: tuple[Text, ...] = ("CPUExecutionProvider",)
    device: Text = "CPU"
    threads: Annotated[int, Field(ge=1, le=64)] = 1
    pixels: Annotated[int, Field(ge=1024)] | None = None
    detectors: Annotated[int, Field(ge=1, le=64)] | None = None
    unchanged: Literal["look", "hold"] = "look"
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile:
    """The site file as written; ``rules`` override the policy's for the whole site.

    ``working_hours`` are those of the people who handle work orders; ``exams`` are days on which it is quiet;
    ``longest_instruction`` is for how long a silence or permit by command may stand; ``thumbnails`` whether messages
    carry small pictures. ``position`` is where the sun of its hours rises; ``holidays`` is a city's own file of days;
    ``plates`` what becomes of number plates; ``voice`` says what nobody has recorded. ``home_assistant`` has Home
    Assistant told what there is to see.
    """

    version: Literal[1]
    agent: Identifier
    adcode: Annotated[str, StringConstraints(pattern=ADCODE_PATTERN), BeforeValidator(_quoted)]
    timezone: TimezoneField
    model: RelativePath
    cameras: Annotated[dict[Identifier, CameraSettings], NotEmpty]
    state: RelativePath | None = None
    broker: BrokerField = field(default_factory=EmbeddedBrokerSettings)
    speakers: Annotated[dict[Identifier, SpeakerField], NotEmpty] | None = None
    runtime: Annotated[RuntimeSettings, when_written(RuntimeSettings)] = field(default_factory=RuntimeSettings)
    storage: Annotated[StorageSettings, when_written(StorageSettings)] = field(default_factory=StorageSettings)
    monitoring: Annotated[MonitoringSettings, when_written(MonitoringSettings)] = field(
        default_factory=MonitoringSettings
    )
    privacy: Annotated[PrivacySettings, when_written(PrivacySettings)] = field(default_factory=PrivacySettings)
    evidence: Annotated[EvidenceSettings, when_written(EvidenceSettings)] = field(default_factory=EvidenceSettings)
    policy: RelativePath | None = None
    rules: dict[str, RuleSettings] = field(default_factory=dict)
    working_hours: HoursField | None = None
    recorded: RelativePath | None = None
    exams: tuple[ExamField, ...] = ()
    longest_instruction: Duration = WEEK
    thumbnails: bool = True
    home_assistant: Annotated[HomeAssistantSettings, when_written(HomeAssistantSettings)] | None = None
    position: LonLatField | None = None
    holidays: RelativePath | None = None
    plates: PlateSettingsField = field(default_factory=PlateSettings)
    voice: VoiceSettingsField = field(default_factory=VoiceSettings)
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


SITE_FILE: Final[TypeAdapter[SiteFile]] = TypeAdapter(SiteFile)

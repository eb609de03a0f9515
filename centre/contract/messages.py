"""The messages of a box: read once, checked against the contract, and refused with a reason where they differ.

Keys that we do not know are kept with the message and otherwise ignored, for the contract allows new ones at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from centre.contract.topics import TopicParts
from centre.errors import BadMessageError

GIANT: Final = 512 * 1024  # bytes; a receipt with a picture has up to 70 KB
NUMBERS: Final = 2**31 - 1  # what a column holds

Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
Name = Annotated[str, StringConstraints(max_length=500)]
Words = Annotated[str, StringConstraints(max_length=4000)]
Texts = Annotated[dict[Annotated[str, StringConstraints(max_length=35)], Words], Field(max_length=20)]
Count = Annotated[int, Field(ge=0, le=NUMBERS)]
Sequence = Annotated[int, Field(ge=1, le=NUMBERS)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=-1, le=2, allow_inf_nan=False)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Read(BaseModel):
    """Read from a box, never changed."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=False)


LonLat = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]


class Position(Read):
    """Degrees of CGCS2000, longitude before latitude."""

    lonlat: LonLat
    left_out_m: Seconds | None = None


class Warned(Read):
    """One attempt to say a warning."""

    n: Count
    asked: AwareDatetime
    result: Name = ""
    answered: AwareDatetime | None = None
    speaker: Name = ""
    reason: Words = ""


class Evidence(Read):
    """A file that the box keeps, and may have brought to the store."""

    role: Name
    media_type: Name
    sha256: Digest
    bytes: Count | None = None
    url: Annotated[str, StringConstraints(max_length=2000)] | None = None
    width: Count | None = None
    height: Count | None = None
    redacted: bool | list[Name] | None = None


class Thumbnail(Read):
    """A small picture in the message itself, in base64."""

    media_type: Literal["image/jpeg", "image/png", "image/webp"]
    data: Annotated[str, StringConstraints(max_length=100_000)]
    width: Count | None = None
    height: Count | None = None


class Plate(Read):
    """A number plate, or its hash under a key of that box alone: two boxes' hashes say nothing to each other."""

    text: Name
    hashed: bool = False
    province_sure: bool = True


class CaseMessage(Read):
    """What the messages of an incident, a work order and a notification have in common."""

    incident: Id
    seq: Sequence
    camera: Id
    zone: Id
    kind: Id
    at: AwareDatetime
    zone_name: Texts = Field(default_factory=dict)
    camera_name: Texts | Name = ""
    text: Texts = Field(default_factory=dict)
    address: Name = ""
    national: dict[Name, Words] = Field(default_factory=dict)
    position: Position | None = None
    responsible: Name = ""
    severity: Literal["low", "middle", "high"] | None = None
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=100)] = ()
    thumbnail: Thumbnail | None = None


class Incident(CaseMessage):
    """``data`` of an ``incident.*`` message."""

    opened: AwareDatetime
    dwell_s: Seconds = 0
    delivered: Count = 0
    box: tuple[Fraction, Fraction, Fraction, Fraction] | None = None
    warnings: Annotated[tuple[Warned, ...], Field(max_length=200)] = ()
    work_order: Id | None = None
    reason: Words = ""
    stage: Name | Count | None = None
    end: AwareDatetime | None = None
    recurred: Count = 0
    shop: Name | None = None
    plate: Plate | None = None


class WorkOrder(CaseMessage):
    """``data`` of a ``work_order.*`` message."""

    work_order: Id
    opened: AwareDatetime
    status: Name
    why: Words = ""
    delivered: Count = 0
    due: AwareDatetime | None = None
    late: bool = False
    to: Name | None = None
    reason: Words = ""
    verified_by: Name | None = None
    closed: AwareDatetime | None = None


class Notification(CaseMessage):
    """``data`` of a ``notify.*`` message."""

    role: Name
    contact: Id
    work_order: Id | None = None


class Receipt(Read):
    """``data`` of ``command.receipt``."""

    command: Id
    at: AwareDatetime
    verb: Name = ""
    outcome: Name
    reason: Words = ""
    result: dict[str, Any] | None = None


class Health(Read):
    """``data`` of ``camera.health`` and ``agent.health``."""

    at: AwareDatetime
    state: Name
    reason: Words = ""
    camera: Id | None = None


class Stored(Read):
    """``data`` of ``evidence.stored``: files that have arrived in the store."""

    incident: Id
    at: AwareDatetime
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=100)] = ()


Data = Incident | WorkOrder | Notification | Receipt | Health | Stored
_MODELS: Final[dict[str, type[Data]]] = {
    "incident.": Incident,
    "work_order.": WorkOrder,
    "notify.": Notification,
    "command.receipt": Receipt,
    "camera.health": Health,
    "agent.health": Health,
    "evidence.stored": Stored,
}


class Envelope(Read):
    """The CloudEvent around it."""

    specversion: Literal["1.0"]
    id: Id
    source: Id
    type: Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=60)]
    subject: Id
    time: AwareDatetime
    agentseq: Annotated[int, Field(ge=1, le=2**62)] | None = None
    clocksynchronised: bool | None = None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a box, whole and checked.

    ``data`` is what we know of its data, and None where we do not know the type; ``raw`` is all of it, and ``text`` the
    whole message.
    """

    source: str
    id: str
    type: str
    subject: str
    time: datetime
    seq: int | None
    agentseq: int | None
    clock_ok: bool
    data: Data | None
    raw: dict[str, Any]
    text: str

    @property
    def event(self) -> str:
        """What happened, without what it happened to: ``opened`` of ``incident.opened``."""
        return self.type.partition(".")[2]


def read(place: TopicParts, payload: bytes) -> Message:
    """Read one message that came on a topic.

    Raises:
        BadMessageError: It is not as the contract says; the message of the error says where it differs.
    """
    text = text_of(payload)
    try:
        envelope = Envelope.model_validate_json(text)
        data = _data(envelope)
    except ValidationError as error:
        raise BadMessageError(_reason(error)) from error
    if envelope.source != place.source:
        raise BadMessageError(f"source {envelope.source!r}: expected {place.source!r}, by its topic")
    return Message(
        source=envelope.source,
        id=envelope.id,
        type=envelope.type,
        subject=envelope.subject,
        time=envelope.time,
        seq=getattr(data, "seq", None),
        agentseq=envelope.agentseq,
        clock_ok=envelope.clocksynchronised is not False,
        data=data,
        raw=envelope.data,
        text=text,
    )


def text_of(payload: bytes) -> str:
    """The text of a payload that is not too large and that the database can keep.

    Raises:
        BadMessageError: It is too large, no UTF-8, or has a NUL character in it.
    """
    if len(payload) > GIANT:
        raise BadMessageError(f"{len(payload)} bytes, expected at most {GIANT}")
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadMessageError(f"byte {error.start} is no UTF-8") from error
    if "\\u0000" in text:
        raise BadMessageError("a NUL character, which no text may hold")
    return text


def _data(envelope: Envelope) -> Data | None:
    for beginning, model in _MODELS.items():
        if envelope.type.startswith(beginning):
            return model.model_validate(envelope.data)
    return None


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the message"
    value = repr(first.get("input"))
    return f"{where[:100]}: {first['msg']}, found {value[:100]}"

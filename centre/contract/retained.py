"""What the broker keeps of each box: plain JSON without an envelope. ``status``, ``site`` and ``open``."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from centre.contract.messages import Count, Id, LonLat, Name, Position, Read, Seconds, Texts, text_of
from centre.errors import BadMessageError

MANY: Final = 5000


class Status(Read):
    """Whether a box is there."""

    agent: Id
    state: Name
    software: Name | None = None
    uptime_s: Seconds | None = None


class SiteCamera(Read):
    """A camera, as its box describes it."""

    id: Id
    name: Texts | Name = ""
    position: Position | None = None
    legal: dict[str, Any] | None = None


class SiteOutline(Read):
    """Where a zone lies on the ground."""

    lonlats: Annotated[tuple[LonLat, ...], Field(max_length=2000)] = ()


class SiteZone(Read):
    """A zone, as its box describes it."""

    id: Id
    camera: Id
    name: Texts = Field(default_factory=dict)
    address: Name = ""
    kinds: Annotated[tuple[Name, ...] | dict[str, Any], Field(max_length=100)] = ()
    polygon: Annotated[tuple[tuple[float, float], ...], Field(max_length=2000)] = ()
    outline: SiteOutline | None = None


class SiteDescription(Read):
    """What a box watches."""

    agent: Id
    software: Name | None = None
    cameras: Annotated[tuple[SiteCamera, ...], Field(max_length=MANY)] = ()
    zones: Annotated[tuple[SiteZone, ...], Field(max_length=MANY)] = ()


class OpenSubject(Read):
    """One incident or work order that is open, with the number of its last message."""

    id: Id
    seq: Count = 0
    stage: Name | None = None


class OpenList(Read):
    """All that is open on a box."""

    incidents: Annotated[tuple[OpenSubject, ...], Field(max_length=MANY)] = ()
    work_orders: Annotated[tuple[OpenSubject, ...], Field(max_length=MANY)] = ()


Retained = Status | SiteDescription | OpenList
_MODELS: Final[dict[str, type[Retained]]] = {"status": Status, "site": SiteDescription, "open": OpenList}


def read_retained(below: str, payload: bytes) -> tuple[Retained, str]:
    """Read a retained message by the name of its topic below the box; gives it with its text.

    Raises:
        BadMessageError: It is not as the contract says.
    """
    text = text_of(payload)
    try:
        return _MODELS[below].model_validate_json(text), text
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or below
        raise BadMessageError(f"{where[:100]}: {first['msg']}") from error

"""What a site file says of the agent as a service: what it keeps, who may see it, and where it can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, WithJsonSchema

from edge_agent.config.fields.spans_and_sizes import SIZE_PATTERN, parse_size, size_text
from edge_agent.config.fields.values import KEYS, NotEmpty, Text, shown, wrong
from edge_agent.core.evidence import Redacted

GB: Final = 10**9
SMALLEST: Final = 10**8  # with less a full disk would find nothing to give up
_EXPECTED: Final = "a size such as 500MB or 20GB"


def _size(value: object) -> int:
    if not isinstance(value, str):
        raise wrong(shown(value), _EXPECTED)
    try:
        return parse_size(value)
    except ValueError as error:
        raise wrong(shown(value), _EXPECTED) from error


Size = Annotated[
    int, PlainValidator(_size), WithJsonSchema({"type": "string", "pattern": SIZE_PATTERN, "description": _EXPECTED})
]


def _useful(size: int) -> int:
    if size < SMALLEST:
        raise wrong(f"less than {size_text(SMALLEST)}", f"at least {size_text(SMALLEST)}")
    return size


Room = Annotated[Size, AfterValidator(_useful)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings:
    """How much the agent may keep: ``limit`` bytes in all, leaving ``keep_free`` bytes of the disk to others.

    Evidence, and the history in the database, are kept for ``evidence_days`` and no longer; evidence of what never
    became a work order for ``unordered_days``.
    """

    limit: Room = 20 * GB
    keep_free: Room = 1 * GB
    evidence_days: Annotated[int, Field(ge=1, le=3660)] = 30
    unordered_days: Annotated[int, Field(ge=1, le=3660)] = 7
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringSettings:
    """Where metrics and health are served over HTTP; anything but the loopback shows them to the network."""

    host: Text = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 9464
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacySettings:
    """What pictures that leave the box must not show, and to whom the originals may be handed out.

    Each of ``originals`` names a person or an authority; nobody else is given one.
    """

    redact: Annotated[tuple[Redacted, ...], NotEmpty] = tuple(Redacted)
    originals: tuple[Text, ...] = ()
    __pydantic_config__: ClassVar[ConfigDict] = KEYS

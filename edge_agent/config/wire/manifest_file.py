"""The manifest of sealed evidence, as bytes: JSON in the one form that RFC 8785 allows, so that one hash fits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, ClassVar, Final, Literal

import rfc8785
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import from_json

from edge_agent.core.errors import BadInputError

FORMAT: Final = "edge-agent-evidence"
VERSION: Final = 1
_STRICT: Final = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """One file: ``role`` is panorama, annotated, redacted, subject, clip, note, events or other.

    ``at`` is the moment it shows. ``camera`` and ``stream`` (``watched``, ``main``) say where it comes from;
    ``redacted`` whether people, faces and plates, as far as the site asks for it, were made unrecognisable in it: its
    note counts them. What does not apply or was not noted is None.
    """

    name: str
    role: str
    media_type: str
    sha256: str
    bytes: int
    width: int | None = None
    height: int | None = None
    at: str | None = None
    camera: str | None = None
    stream: str | None = None
    redacted: bool = False
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedEvent:
    """One message about the incident: id, type, instant, number within its subject, and the SHA-256 of its bytes."""

    id: str
    type: str
    at: str
    seq: int | None
    sha256: str
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """The place in the agent's chain: a number from 1, and the SHA-256 of the manifest before; the first has None."""

    number: int
    previous: str | None
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCheck:
    """One demand of a standard: met or not, what was found, what is expected."""

    standard: str
    name: str
    met: bool
    found: str
    expected: str
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedClock:
    """How far the instants may be trusted: ``off_s`` at most; ``synchronised`` is None where nobody knows."""

    synchronised: bool | None
    off_s: float
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBy:
    """What judged: hashes of software, model, policy and calibration, and the zone's polygon, as they were when sealed.

    The policies and models that each event was judged by stand in the events themselves.
    """

    version: str
    software_sha256: str
    model_sha256: str | None
    policy_sha256: str
    calibration_sha256: str | None
    zone: str | None
    polygon: tuple[tuple[float, float], ...] | None
    polygon_sha256: str | None
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All that is sealed of one incident."""

    agent: str
    incident: str
    sealed: str
    key: str
    chain: ChainLink
    files: tuple[SealedFile, ...]
    events: tuple[SealedEvent, ...]
    clock: SealedClock
    checks: tuple[SealedCheck, ...]
    made_by: MadeBy
    format: Literal["edge-agent-evidence"] = FORMAT
    version: Literal[1] = VERSION
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest as canonical JSON."""
    return canonical(asdict(manifest))


def canonical(value: Any) -> bytes:  # noqa: ANN401 - whatever JSON can hold
    """A value as JSON in the form of RFC 8785; raises BadInputError for what that cannot hold."""
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise BadInputError(f"evidence: a value has no place in canonical JSON: {error}") from error


def decode_manifest(content: bytes) -> Manifest:
    """The same again.

    Raises:
        BadInputError: It is none, is of a newer version, or is not in canonical form.
    """
    try:
        document: Any = from_json(content)
        version = document["version"] if document["format"] == FORMAT else None
    except (ValueError, KeyError, TypeError) as error:
        raise BadInputError("manifest.json: is no manifest of evidence") from error
    if isinstance(version, int) and version > VERSION:
        raise BadInputError(f"manifest.json: is of version {version}, expected {VERSION}: a newer edge-agent reads it")
    try:
        manifest = _adapter().validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInputError(f"manifest.json: {where}: {first['msg']}") from error
    if encode_manifest(manifest) != content:
        raise BadInputError("manifest.json: is not in canonical form (RFC 8785)")
    return manifest


@cache
def _adapter() -> TypeAdapter[Manifest]:
    return TypeAdapter(Manifest)

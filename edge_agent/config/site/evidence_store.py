"""Where evidence is uploaded to, as the site file says it: a service of Apache OpenDAL, and its options."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, ValidationInfo, WithJsonSchema

from edge_agent.config.fields.secret import SECRET_SCHEMA, Secret, read_secret
from edge_agent.config.fields.values import KEYS, Text, shown, wrong
from edge_agent.config.site.service import Size

MB: Final = 10**6
LEAST: Final = 10_000  # bytes a second: with less a day's pictures take a day
SECRETS: Final = ("secret", "password", "token", "key")
OPEN: Final = ("access_key_id",)  # a name, not a secret
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_OPTIONS: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": {"anyOf": [_TEXT, SECRET_SCHEMA]},
    "description": "the options of the service; what must not be seen as {env: NAME} or {file: PATH}",
}


def _options(value: object, info: ValidationInfo) -> dict[str, Secret]:
    if not isinstance(value, dict):
        raise wrong(shown(value), "the options of the service by name")
    return {str(name): _option(str(name), each, info) for name, each in value.items()}


def _option(name: str, value: object, info: ValidationInfo) -> Secret:
    hidden = any(word in name for word in SECRETS) and name not in OPEN
    if isinstance(value, str) and not hidden:
        return Secret("the site file", value)
    if isinstance(value, str | dict):
        return read_secret(value, info)
    raise wrong(f"{shown(value)} as '{name}'", "a text, {env: NAME} or {file: PATH}")


def _quick(rate: int) -> int:
    if rate < LEAST:
        raise wrong(f"{rate} bytes a second", f"at least {LEAST}")
    return rate


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceStoreSettings:
    """A store: ``url`` is what stands before a file's name where the centre fetches it.

    No more than ``per_second`` bytes are sent to it, and no more than ``waiting`` bytes of files wait for it.
    """

    service: Literal["fs", "webdav", "s3", "oss", "obs", "cos"]
    options: Annotated[dict[str, Secret], PlainValidator(_options), WithJsonSchema(_OPTIONS)] = field(
        default_factory=dict
    )
    url: Text | None = None
    per_second: Annotated[Size, AfterValidator(_quick)] = 1 * MB
    waiting: Size = 1000 * MB
    timeout_s: Annotated[int, Field(ge=1, le=600)] = 20
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSettings:
    """What becomes of evidence beside being kept."""

    store: EvidenceStoreSettings | None = None
    __pydantic_config__: ClassVar[ConfigDict] = KEYS

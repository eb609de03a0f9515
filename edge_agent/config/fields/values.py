"""How single values are written in the files: the annotated types that every file's shape is made of.

A core dataclass says what a value *is*; these say how people *write* it (``5m``, ``[0.8, 0.1]``, a path relative
to the file). ``as_core`` joins the two, so that no second class repeats a core class field by field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, get_type_hints
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetPydanticSchema,
    PlainValidator,
    StringConstraints,
    TypeAdapter,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from edge_agent.config.fields.spans_and_sizes import DURATION_PATTERN, parse_duration

if TYPE_CHECKING:
    from edge_agent.config.fields.hours import HoursReader

KEYS: Final[ConfigDict] = {"extra": "forbid"}  # a key nobody knows is a mistake of whoever wrote it
ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
ADCODE_PATTERN: Final = r"^[0-9]{6}$"
LANGUAGE_PATTERN: Final = r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$"
CREDIT_PATTERN: Final = r"^[0-9A-Z]{18}$"
GRID_PATTERN: Final = r"^[0-9A-Z]{15}$"
PHOTO_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._~:/?#@&=+,;%-]{0,199}$"  # an address, a hash or a number
PATTERNS: Final = {
    ID_PATTERN: "an id of letters, digits, '-' and '_' (at most 64)",
    LANGUAGE_PATTERN: "a language tag such as zh-CN",
    CREDIT_PATTERN: "a unified social credit code of 18 digits and capitals",
    GRID_PATTERN: "the code of a unit grid cell, 15 digits or capitals in quotes",
    ADCODE_PATTERN: 'the six digits of a district in quotes, such as "320402"',
}
SHOWN: Final = 60  # characters of a wrong text; the place is named anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the parsers must know of the place a file stands in: handed to pydantic as its context.

    ``drafts`` are texts by the path of the file that they are to stand in; ``hours`` reads the hours of a site, None
    where they know neither its holidays nor its sun.
    """

    folder: Path
    timezone: ZoneInfo
    environ: Mapping[str, str]
    kinds: tuple[str, ...] | None = None  # those the policy knows; None while no policy has been read
    drafts: Mapping[Path, str] = field(default_factory=dict)
    hours: HoursReader | None = None
    secrets_needed: bool = True  # else one that is not there is missed only by whoever uses it


def unknown_kind(kind: str, known: Iterable[str]) -> tuple[str, str]:
    """What is found and expected where somebody asks for a ``kind`` that no policy describes."""
    return f"'{kind}', a kind the policy does not know", "one of: " + ", ".join(known)


def reading(info: ValidationInfo) -> Reading:
    """The context of this validation."""
    context = info.context
    if not isinstance(context, Reading):
        raise TypeError(f"validation context: expected Reading, got {type(context).__name__}")
    return context


def wrong(value: str, expected: str) -> PydanticCustomError:
    """An error that says in one sentence what was found and what is expected."""
    details: dict[str, Any] = {"found": value, "expected": expected}
    return PydanticCustomError("wrong", "found {found}, expected {expected}", details)


def shown(value: object) -> str:
    """A value as a problem shows it: short, on one line, without a password in a URL."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return _shown_text(value)
        case list():
            return f"a list of {len(value)}"
        case dict():
            return "a mapping"
        case _:
            return str(value)


def _shown_text(text: str) -> str:
    scheme, mark, rest = text.partition("://")
    host = rest.rpartition("@")[2]
    masked = f"{scheme}://***@{host}" if mark and host != rest else text
    return repr(masked if len(masked) <= SHOWN else masked[:SHOWN] + "...")


def _duration(value: object) -> timedelta:
    expected = "a duration such as 90s, 5m or 1h30m"
    if not isinstance(value, str):
        raise wrong(shown(value), expected)
    try:
        return parse_duration(value)
    except ValueError as error:
        raise wrong(shown(value), expected) from error


def _relative(value: object, info: ValidationInfo) -> Path:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise wrong(shown(value), "a path")
    return reading(info).folder / value


_DURATION_SCHEMA: Final = {
    "type": "string",
    "pattern": DURATION_PATTERN,
    "description": "a duration such as 90s, 5m, 1h30m or 250ms",
}
_PATH_SCHEMA: Final = {"type": "string", "description": "a path, relative to this file"}

Duration = Annotated[timedelta, PlainValidator(_duration), WithJsonSchema(_DURATION_SCHEMA)]
RelativePath = Annotated[Path, PlainValidator(_relative), WithJsonSchema(_PATH_SCHEMA)]
Identifier = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
CreditCode = Annotated[str, StringConstraints(pattern=CREDIT_PATTERN)]
GridCell = Annotated[str, StringConstraints(pattern=GRID_PATTERN)]


def _some(value: object) -> object:
    if value in ({}, []):
        raise wrong("nothing in it", "at least one entry")
    return value


NotEmpty: Final = BeforeValidator(_some)


def _known_kind(kind: str, info: ValidationInfo) -> str:
    known = reading(info).kinds
    if known is not None and kind not in known:
        raise wrong(*unknown_kind(kind, known))
    return kind


KindName = Annotated[str, AfterValidator(_known_kind)]
Translated = Annotated[
    dict[Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)], Text],
    NotEmpty,
]


def when_written(kind: Any) -> GetPydanticSchema:  # noqa: ANN401 - any type
    """Validate as ``kind``, made ready when a file first has such a value, once for all files.

    A file has a few of the parts that it could have. To make ready for all of them takes longer than to read it.
    """

    @cache
    def ready() -> TypeAdapter[Any]:
        return TypeAdapter(kind)

    return GetPydanticSchema(
        lambda _source, _handler: core_schema.with_info_plain_validator_function(
            lambda value, info: ready().validate_python(value, context=info.context)
        ),
        lambda _schema, handler: handler(ready().core_schema),
    )


def as_core(core: type, *, defaults: Mapping[str, object] | None = None, **written: object) -> GetPydanticSchema:
    """Validate a mapping straight into the dataclass ``core``; unknown keys are errors.

    ``written`` replaces the type of single fields by the way they are written in a file; ``defaults`` lets a
    field be left out that the core demands.
    """

    def build(_source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = _keys(core, defaults or {}, written, handler)
        return core_schema.no_info_after_validator_function(
            lambda given: _born(core, {**(defaults or {}), **given}), schema
        )

    return when_written(Annotated[core, GetPydanticSchema(build)])


def settings_of(core: type, **written: object) -> GetPydanticSchema:
    """Validate a mapping of *some* fields of the dataclass ``core``: settings that override others.

    ``written`` replaces the type of single fields as in ``as_core``.
    """

    def build(_source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        optional = {f.name: None for f in fields(core)}
        return _keys(core, optional, written, handler)

    return when_written(Annotated[core, GetPydanticSchema(build)])


def _keys(
    core: type,
    optional: Mapping[str, object],
    written: Mapping[str, object],
    handler: GetCoreSchemaHandler,
) -> CoreSchema:
    hints = get_type_hints(core)
    keys = {}
    for each in fields(core):
        kind = written.get(each.name, hints[each.name])
        needed = each.name not in optional and each.default is MISSING and each.default_factory is MISSING
        schema = handler.generate_schema(Duration if kind is timedelta else kind)
        keys[each.name] = core_schema.typed_dict_field(schema, required=needed)
    return core_schema.typed_dict_schema(keys, extra_behavior="forbid")


def _born(core: type, given: dict[str, object]) -> object:
    """Build the core value; its own refusals become one sentence at the place of the mapping."""
    try:
        return core(**given)
    except ValueError as error:
        raise wrong(f"values that do not fit ({error})", "values that do") from error

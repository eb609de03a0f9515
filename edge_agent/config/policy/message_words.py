"""The words of warnings as written in a file: templates, other templates at other hours, a zone's own.

A template that cannot be filled in is found when the file is read, not on the street.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    GetCoreSchemaHandler,
    GetPydanticSchema,
    StringConstraints,
    TypeAdapter,
    ValidatorFunctionWrapHandler,
)
from pydantic_core import CoreSchema, core_schema

from edge_agent.config.fields.instants import HoursField
from edge_agent.config.fields.values import LANGUAGE_PATTERN, NotEmpty, Text, as_core, shown, wrong
from edge_agent.core.site.policy import Wording, Words
from edge_agent.core.speak.messages import Fields, formatted_fields, named_fields

OF_A_STEP: Final = "words"  # the field that a step's own templates may name beside those of a kind
_FIELDS: Final = tuple(each.name for each in fields(Fields) if each.name != OF_A_STEP)


class _Blank:
    """Stands for any value, and takes any format at its word without filling it in."""

    def __format__(self, form: str) -> str:
        return ""


def _template(text: str, known: tuple[str, ...] = _FIELDS) -> str:
    """Refuse a template that cannot be filled in, or wants more than plain fields: widths have no end."""
    try:
        unknown = [name for name in named_fields(text) if name not in known]
        formatted = formatted_fields(text)
        if not unknown:
            text.format(**dict.fromkeys(known, _Blank()))
    except (ValueError, LookupError) as error:
        raise wrong(f"a template that cannot be filled in ({error})", "text with {fields}") from error
    if unknown:
        named = ", ".join(f"{{{each}}}" for each in known)
        raise wrong(f"the unknown field {{{unknown[0]}}}", f"only {named}")
    if formatted:
        raise wrong(f"a format of the field {{{formatted[0]}}}", "plain fields such as {n}")
    return text


Template = Annotated[Text, AfterValidator(_template)]
StepTemplate = Annotated[Text, AfterValidator(lambda text: _template(text, (*_FIELDS, OF_A_STEP)))]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)]
_TEMPLATE: Final[TypeAdapter[str]] = TypeAdapter(Template)
_AtHours = Annotated[
    dict[HoursField, Template],
    NotEmpty,
    AfterValidator(lambda texts: tuple(texts.items())),
]
_WORDING: Final = as_core(Wording, text=Template, at_hours=_AtHours)


def _wording(value: object, then: ValidatorFunctionWrapHandler) -> object:
    if isinstance(value, str):
        return _TEMPLATE.validate_python(value)
    if not isinstance(value, dict):
        raise wrong(shown(value), "a text, or a mapping with text and at_hours")
    return then(value)


def _wording_schema(_source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    return core_schema.no_info_wrap_validator_function(_wording, handler.generate_schema(Annotated[Wording, _WORDING]))


WordingField = Annotated[
    str | Wording,
    GetPydanticSchema(_wording_schema, lambda schema, handler: {"anyOf": [_TEMPLATE.json_schema(), handler(schema)]}),
]
_Warnings = dict[str, Annotated[tuple[WordingField, ...], NotEmpty]]
WordsField = Annotated[Words, as_core(Words, warnings=_Warnings, order=dict[str, Template])]
OwnWordsField = Annotated[
    Words, as_core(Words, defaults={"warnings": {}, "order": {}}, warnings=_Warnings, order=dict[str, Template])
]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWords:
    """What is said at a step of the strikes, by language; one without own words is spoken as without the step."""

    warnings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    order: dict[str, str] = field(default_factory=dict)


StepWordsField = Annotated[
    StepWords,
    as_core(
        StepWords,
        warnings=dict[Language, Annotated[tuple[StepTemplate, ...], NotEmpty]],
        order=dict[Language, StepTemplate],
    ),
]


def laid_over(words: Words, own: Words | None) -> Words:
    """``words`` with a zone's ``own`` over them, language by language."""
    if own is None:
        return words
    return Words(warnings={**words.warnings, **own.warnings}, order={**words.order, **own.order})


def spoken_in(words: Words, languages: Iterable[str]) -> Words:
    """``words`` of which only ``languages`` are said aloud, in that order; of all of them where none is named."""
    chosen = {each: words.warnings[each] for each in languages if each in words.warnings}
    return replace(words, warnings=chosen) if chosen else words


def unspoken(words: Mapping[str, Words], languages: Iterable[str]) -> tuple[str, ...]:
    """The ``languages`` in which some kind has no warnings."""
    return tuple(each for each in languages if any(each not in kind.warnings for kind in words.values()))

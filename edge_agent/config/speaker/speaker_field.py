"""One speaker of a site file, read by its own driver's keys.

A site names one or two of the drivers. To make ready for all of them takes longer than to fold a quarter of an hour, so
that is left until something is wrong, and all that could be right has to be said.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Annotated

from pydantic import GetPydanticSchema, TypeAdapter, ValidationInfo
from pydantic_core import core_schema

from edge_agent.config.speaker.files_speaker import FilesSpeaker

if TYPE_CHECKING:
    from edge_agent.config.speaker.speakers import SpeakerSettings


@cache
def _any_speaker() -> TypeAdapter[SpeakerSettings]:
    from edge_agent.config.speaker.speakers import AnySpeaker  # noqa: PLC0415 - nine drivers, of which a site names two

    return TypeAdapter(AnySpeaker)


@cache
def _speaker_of(driver: str) -> TypeAdapter[SpeakerSettings]:
    if driver == "files":
        return TypeAdapter(FilesSpeaker)
    from edge_agent.config.speaker.speakers import DRIVERS  # noqa: PLC0415 - see above

    return TypeAdapter(DRIVERS[driver])


def _speaker(value: object, info: ValidationInfo) -> SpeakerSettings:
    driver = value.get("driver") if isinstance(value, dict) else None
    if isinstance(driver, str):
        with suppress(LookupError, ValueError):  # all drivers together say more about what is wrong
            return _speaker_of(driver).validate_python(value, context=info.context)
    return _any_speaker().validate_python(value, context=info.context)


if TYPE_CHECKING:
    SpeakerField = SpeakerSettings
else:
    SpeakerField = Annotated[
        object,
        GetPydanticSchema(
            lambda _source, _handler: core_schema.with_info_plain_validator_function(_speaker),
            lambda _schema, handler: handler(_any_speaker().core_schema),
        ),
    ]

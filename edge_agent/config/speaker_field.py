"""One speaker of a site file, read by its own driver's keys.

A site names one or two of the drivers. To make ready for all of them takes longer than to fold a quarter of an hour, so
that is left until something is wrong, and all that could be right has to be said.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Annotated, Final

from pydantic import AfterValidator, Field, GetPydanticSchema, TypeAdapter, ValidationInfo
from pydantic_core import core_schema

from edge_agent.config.speakers import (
    AlsaSpeaker,
    AxisSpeaker,
    CommandSpeaker,
    FilesSpeaker,
    IsapiSpeaker,
    OnvifSpeaker,
    PipewireSpeaker,
    RelaySpeaker,
    SpeakerSettings,
    WebhookSpeaker,
    one_way,
)

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
_AnySpeaker = Annotated[Annotated[SpeakerSettings, Field(discriminator="driver")], AfterValidator(one_way)]


@cache
def _any_speaker() -> TypeAdapter[SpeakerSettings]:
    return TypeAdapter(_AnySpeaker)


@cache
def _speaker_of(driver: str) -> TypeAdapter[SpeakerSettings]:
    return TypeAdapter(DRIVERS[driver])


def _speaker(value: object, info: ValidationInfo) -> SpeakerSettings:
    driver = value.get("driver") if isinstance(value, dict) else None
    if isinstance(driver, str) and driver in DRIVERS:
        with suppress(ValueError):  # all drivers together say more about what is wrong
            return one_way(_speaker_of(driver).validate_python(value, context=info.context))
    return _any_speaker().validate_python(value, context=info.context)


SpeakerField = Annotated[
    SpeakerSettings,
    GetPydanticSchema(
        lambda _source, _handler: core_schema.with_info_plain_validator_function(_speaker),
        lambda _schema, handler: handler(_any_speaker().core_schema),
    ),
]

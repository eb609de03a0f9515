"""Which voice says what nobody has recorded: ``voice: natural`` is short for ``voice: {engine: natural}``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import ConfigDict, GetPydanticSchema, TypeAdapter, ValidationInfo, ValidatorFunctionWrapHandler
from pydantic_core import core_schema

from edge_agent.config.fields.values import KEYS, RelativePath, shown, wrong

FOLDER: Final = "voices"  # beside the site file, where no other is named


class VoiceEngine(StrEnum):
    """What speaks: at once and like a machine, or beforehand and like a person."""

    ESPEAK = "espeak"
    NATURAL = "natural"


MandarinVoice = Literal[
    "zf_xiaobei", "zf_xiaoni", "zf_xiaoxiao", "zf_xiaoyi", "zm_yunjian", "zm_yunxi", "zm_yunxia", "zm_yunyang"
]
EnglishVoice = Literal[
    "af_alloy", "af_aoede", "af_bella", "af_heart", "af_jessica", "af_kore", "af_nicole", "af_nova", "af_river",
    "af_sarah", "af_sky", "am_adam", "am_echo", "am_eric", "am_fenrir", "am_liam", "am_michael", "am_onyx", "am_puck",
    "am_santa",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSettings:
    """Which ``engine`` speaks; of the natural one the ``folder`` of its files, and whose voice speaks each language.

    Without a folder it is ``voices`` beside the site file. Texts that it cannot render beforehand are said by eSpeak,
    where that is installed.
    """

    engine: VoiceEngine = VoiceEngine.ESPEAK
    folder: RelativePath | None = None
    mandarin: MandarinVoice = "zf_xiaoxiao"
    english: EnglishVoice = "af_heart"
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


_ENGINE: Final = TypeAdapter(VoiceEngine)


def _settings(value: object, then: ValidatorFunctionWrapHandler, _info: ValidationInfo) -> Any:  # noqa: ANN401 - as pydantic asks
    if isinstance(value, dict):
        return then(value)
    if not isinstance(value, str) or value not in list(VoiceEngine):
        raise wrong(shown(value), "espeak or natural, or a mapping with engine")
    return VoiceSettings(engine=VoiceEngine(value))


VoiceSettingsField = Annotated[
    VoiceSettings,
    GetPydanticSchema(
        lambda source, handler: core_schema.with_info_wrap_validator_function(_settings, handler(source)),
        lambda schema, handler: {"anyOf": [_ENGINE.json_schema(), handler(schema)]},
    ),
]

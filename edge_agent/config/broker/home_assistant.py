"""Home Assistant, where a site wants it told what there is to see: below which topic it looks for devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import ConfigDict

from edge_agent.config.broker.broker_fields import PrefixField
from edge_agent.config.fields.values import KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeAssistantSettings:
    """``discovery_prefix`` is what Home Assistant's own setting of that name says; names are told in ``language``."""

    discovery_prefix: PrefixField = "homeassistant"
    language: Literal["en", "zh-CN"] = "en"
    __pydantic_config__: ClassVar[ConfigDict] = KEYS

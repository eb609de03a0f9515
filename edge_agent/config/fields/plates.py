"""A number plate as it is written in a file: the plate itself, or its hash."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator

from edge_agent.config.fields.values import Text, shown, wrong
from edge_agent.core.plate.formats import is_plate, normalised
from edge_agent.core.plate.identity import is_hash

EXPECTED: Final = "a plate such as 苏D12345, or its hash from edge-agent plates hash"


def _plate(text: str) -> str:
    if is_hash(text):
        return text
    plate = normalised(text)
    if not is_plate(plate):
        raise wrong(shown(text), EXPECTED)
    return plate


PlateField = Annotated[Text, AfterValidator(_plate)]

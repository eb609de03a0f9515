"""Contacts: references into the operations centre's register, and never what could reach a person by itself."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

from edge_agent.config.fields.values import wrong

EXPECTED: Final = "the id of a contact in the centre's register, which alone knows how to reach a person"
_DIALLED: Final = re.compile(r"(\+|00)?(86)?[- ]?(1[3-9][0-9]{9}|0[0-9]{2,3}[- ]?[0-9]{7,8})|\+[0-9 -]{7,20}")


def _reference(text: str) -> str:
    """Refuse what is dialled or written to: a box on a street must not know it."""
    if _DIALLED.fullmatch(text):
        raise wrong("a telephone number", EXPECTED)
    if "@" in text:
        raise wrong("an address that mail is sent to", EXPECTED)
    return text


ContactField = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=64),
    AfterValidator(_reference),
]

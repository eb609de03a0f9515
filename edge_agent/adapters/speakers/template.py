"""Words with holes: what a hook is told, filled in as its kind of text wants it.

Which holes there are: `edge_agent.config.fields.addresses`. JSON may be written as it is read.
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

from edge_agent.config.fields.addresses import HOLE, known, unknown
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.ports.outlets import Announcement

_TYPES: Final = {"{": "application/json", "[": "application/json", "<": "application/xml"}  # by how a body begins
SPOKEN: Final = frozenset({"text", "language"})  # one request a language where one of these is named


def check(where: str, template: str) -> None:
    """Refuse a hole that nothing fills.

    Raises:
        BadInputError: It names an unknown field.
    """
    field = unknown(template)
    if field is not None:
        raise BadInputError(f"{where}: unknown field {{{field}}}, expected one of {known()}")


def values(announcement: Announcement, language: str) -> dict[str, str]:
    """What fills the holes of an announcement in one language; of all its words where the language is empty."""
    text = announcement.text.get(language) if language else " ".join(announcement.text.values())
    return {
        "text": text or "",
        "language": language,
        "zone": announcement.zone,
        "kind": announcement.kind,
        "n": str(announcement.n),
        "incident": announcement.incident,
        "volume": f"{announcement.volume:.2f}",
    }


def filled(template: str, fields: dict[str, str], written: Callable[[str], str]) -> str:
    """The template with its holes filled, each value ``written`` as the place wants it."""
    return HOLE.sub(lambda hole: written(fields[hole[1]]) if hole[1] in fields else hole[0], template)


def as_json(value: str) -> str:
    """Inside the quotes of a JSON string."""
    return json.dumps(value)[1:-1]


def in_an_address(value: str) -> str:
    """Inside a path or a query."""
    return quote(value, safe="")


def type_of(body: str) -> str:
    """The Content-Type of a body for which none was given."""
    return _TYPES.get(body.lstrip()[:1], "text/plain; charset=utf-8")


def writer(content_type: str) -> Callable[[str], str]:
    """How a value is written in a body of that type."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return as_json
    if kind.endswith(("/xml", "+xml")):
        return escape
    return quote_plus if kind == "application/x-www-form-urlencoded" else str

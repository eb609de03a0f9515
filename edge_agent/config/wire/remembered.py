"""Remembered: what a store keeps for explanations, as JSON: remarks on cases, and incidents as the centre was told.

What a speaker has said, as it is kept over a restart: a few hundred bytes of JSON.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from edge_agent.core.effects import Note
from edge_agent.core.errors import BadInputError
from edge_agent.core.feed.incidents import IncidentEvent
from edge_agent.core.speak.limits import Spoken

PREFIX = "incident."


def encode_note(note: Note) -> str:
    """A remark as the store keeps it."""
    return _note().dump_json(note).decode()


def decode_note(text: str) -> Note:
    """The same again; raises BadInputError where the text holds none."""
    try:
        return _note().validate_json(text)
    except ValidationError as error:
        raise BadInputError(f"stored remark: {_first(error)}") from error


def decode_incident(payload: bytes) -> IncidentEvent | None:
    """The event of an incident that a message of the feed tells, None where it tells of something else.

    Raises:
        BadInputError: It says that it tells of an incident, and does not.
    """
    try:
        document: Any = from_json(payload)
        if not str(document["type"]).startswith(PREFIX):
            return None
        data = document["data"]
        box = dict(zip(("x0", "y0", "x1", "y1"), data["box"], strict=True))
        return _incident().validate_python(data | {"box": box})
    except ValidationError as error:
        raise BadInputError(f"stored message: {_first(error)}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise BadInputError(f"stored message: expected one of the feed, got {payload[:40]!r}") from error


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, and where."""
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'text'}: {first['msg']}"


@cache
def _note() -> TypeAdapter[Note]:
    return TypeAdapter(Note)


@cache
def _incident() -> TypeAdapter[IncidentEvent]:
    return TypeAdapter(IncidentEvent)


_SPOKEN: Final[TypeAdapter[Spoken]] = TypeAdapter(Spoken)


def encode_spoken(spoken: Spoken) -> bytes:
    """The bytes to keep."""
    return _SPOKEN.dump_json(spoken)


def decode_spoken(text: bytes) -> Spoken:
    """The same again; raises BadInputError where the text holds none."""
    try:
        return _SPOKEN.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadInputError(f"what a speaker has said: {first['msg']}") from error

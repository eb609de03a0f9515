"""What a speaker has said, as it is kept over a restart: a few hundred bytes of JSON."""

from __future__ import annotations

from typing import Final

from pydantic import TypeAdapter, ValidationError

from edge_agent.core.errors import BadInputError
from edge_agent.core.manners import Spoken

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

"""Secrets: named in the files, kept elsewhere, never shown.

A password in a file that is reviewed in git is no password. So a file may only say where the secret is:
``{env: NAME}`` or ``{file: PATH}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import PlainValidator, TypeAdapter, ValidationError, ValidationInfo, WithJsonSchema

from edge_agent.config.fields import Reading, reading, wrong
from edge_agent.core.errors import BadInputError

_EXPECTED: Final = "{env: NAME} or {file: PATH}, so that no secret stands in the configuration"
LARGEST: Final = 64 * 1024  # bytes: more is not a secret but the wrong file


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must not be shown; ``origin`` says where it came from, ``reveal`` gives it."""

    origin: str
    _value: str = field(repr=False)

    def reveal(self) -> str:
        """The secret itself: for the one call that needs it, never for a message."""
        return self._value


def read_secret(value: object, info: ValidationInfo) -> Secret:
    """The secret that ``value`` names; a literal one is refused and not repeated."""
    match value:
        case {"env": str(name), **others} if not others:
            return _from_environment(name, info)
        case {"file": str(name), **others} if not others:
            return _from_file(reading(info).folder / name)
        case str():
            raise wrong("a literal secret", _EXPECTED)
        case _:
            raise wrong("something else", _EXPECTED)


def _from_environment(name: str, info: ValidationInfo) -> Secret:
    text = reading(info).environ.get(name, "")
    if not text:
        raise wrong(f"no environment variable {name}", "it to be set and not empty")
    return Secret(f"environment variable {name}", text)


def _from_file(path: Path) -> Secret:
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST).decode().strip("\r\n")
    except (OSError, ValueError) as error:
        raise wrong(f"a secret file {path} that cannot be read", "a readable text file") from error
    if not text:
        raise wrong(f"an empty secret file {path}", "the secret in it")
    return Secret(f"file {path}", text)


def _named(key: str) -> dict[str, Any]:
    keys = {key: {"type": "string"}}
    return {"type": "object", "properties": keys, "required": [key], "additionalProperties": False}


SECRET_SCHEMA: Final[dict[str, Any]] = {"oneOf": [_named("env"), _named("file")], "description": _EXPECTED}
SecretField = Annotated[Secret, PlainValidator(read_secret), WithJsonSchema(SECRET_SCHEMA)]
_SECRET: Final[TypeAdapter[Secret]] = TypeAdapter(SecretField)


def chosen_secret(what: str, value: Mapping[str, str], environ: Mapping[str, str]) -> Secret:
    """The secret that a person named on the command line for ``what``, written as in a file.

    Raises:
        BadInputError: It is not there, or empty.
    """
    context = Reading(folder=Path(), timezone=ZoneInfo("UTC"), environ=environ)
    try:
        return _SECRET.validate_python(dict(value), context=context)
    except ValidationError as error:
        raise BadInputError(f"{what}: {error.errors(include_url=False)[0]['msg']}") from error

"""Secrets: named in the files, kept elsewhere, never shown.

A password in a file that is reviewed in git is no password. So a file may only say where the secret is:
``{env: NAME}`` or ``{file: PATH}``. Passwords are changed while the agent runs, so a file is read again whenever the
secret is used; a variable too, where ``EDGE_AGENT_SECRETS`` names a file of ``NAME=value`` lines that has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import PlainValidator, TypeAdapter, ValidationError, ValidationInfo, WithJsonSchema

from edge_agent.config.fields.values import Reading, reading, wrong
from edge_agent.core.errors import BadInputError

_EXPECTED: Final = "{env: NAME} or {file: PATH}, so that no secret stands in the configuration"
SECRETS: Final = "EDGE_AGENT_SECRETS"  # the variable that names a file of variables
LARGEST: Final = 64 * 1024  # bytes: more is not a secret but the wrong file


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must not be shown; ``origin`` says where it came from, ``reveal`` gives it.

    One that is read ``_again`` each time is the same secret whatever is in its place now; ``_first`` is what was there
    at the start, and holds while nothing can be read.
    """

    origin: str
    _value: str = field(repr=False)
    _again: Callable[[], str] | None = field(default=None, repr=False, compare=False)
    _first: str = field(default="", repr=False, compare=False)
    _missed: str = field(default="", repr=False, compare=False)

    @property
    def missing(self) -> bool:
        """Whether it was named and is not there; only where it was not needed when the files were read."""
        return bool(self._missed)

    def reveal(self) -> str:
        """The secret itself, as it is now: for the one call that needs it, never for a message.

        Raises:
            BadInputError: It is missing.
        """
        if self._missed:
            raise BadInputError(self._missed)
        if self._again is None:
            return self._value
        try:
            return self._again() or self._first
        except (OSError, ValueError):
            return self._first


def read_secret(value: object, info: ValidationInfo) -> Secret:
    """The secret that ``value`` names; a literal one is refused and not repeated."""
    match value:
        case {"env": str(name), **others} if not others:
            return _from_environment(name, info)
        case {"file": str(name), **others} if not others:
            return _from_file(reading(info).folder / name, info)
        case str():
            raise wrong("a literal secret", _EXPECTED)
        case _:
            raise wrong("something else", _EXPECTED)


def _from_environment(name: str, info: ValidationInfo) -> Secret:
    environ, origin = reading(info).environ, f"environment variable {name}"
    again = partial(_variable, Path(environ[SECRETS]), name) if environ.get(SECRETS) else None
    text = environ.get(name, "")
    if again is not None:
        with suppress(OSError, ValueError):
            text = again() or text
    if not text:
        return _missing(info, origin, f"no environment variable {name}", "it to be set and not empty")
    return Secret(origin, text) if again is None else Secret(origin, "", again, text)


def _missing(info: ValidationInfo, origin: str, value: str, expected: str, cause: Exception | None = None) -> Secret:
    """A secret that is missed when it is used; refused at once where all are needed."""
    if reading(info).secrets_needed:
        raise wrong(value, expected) from cause
    return Secret(origin, "", _missed=f"found {value}, expected {expected}")


def _variable(path: Path, name: str) -> str:
    """The value of a variable in a file of ``NAME=value`` lines, as systemd reads them; empty where it has none."""
    for line in _text(path).splitlines():
        key, _, value = line.strip().partition("=")
        if key.strip() == name:
            value = value.strip()
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            return value[1:-1] if quoted else value
    return ""


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(LARGEST).decode().strip("\r\n")


def _from_file(path: Path, info: ValidationInfo) -> Secret:
    try:
        text = _text(path)
    except (OSError, ValueError) as error:
        return _missing(
            info, f"file {path}", f"a secret file {path} that cannot be read", "a readable text file", error
        )
    if not text:
        return _missing(info, f"file {path}", f"an empty secret file {path}", "the secret in it")
    return Secret(f"file {path}", "", partial(_text, path), text)


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

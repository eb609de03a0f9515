"""JSON Schemas of the commands, made from the types they are read into."""

from __future__ import annotations

from dataclasses import fields
from typing import Final, get_args

from edge_agent.config.feed_words import COMMAND_WORDS
from edge_agent.config.plain import Schema, schema_of
from edge_agent.core.commands import Instruction


def _verb(kind: type) -> str:
    return str(next(each.default for each in fields(kind) if each.name == "verb"))


_KINDS: Final[dict[str, type]] = {_verb(kind): kind for kind in get_args(Instruction)}
VERBS: Final = tuple(f"command.{verb}" for verb in _KINDS)  # the commands as the contract names them


def command_schemas() -> dict[str, Schema]:
    """The schema of every command's message, by its name."""
    return {f"command.{verb}": _command(kind) for verb, kind in _KINDS.items()}


def _command(kind: type) -> Schema:
    """A command: the keys of every command, and those of its verb beside them; what has a default may be left out."""
    own = schema_of(kind, COMMAND_WORDS)
    defaulted = {each.name for each in fields(kind) if each.default in ("", ())}
    every = {name: {"description": COMMAND_WORDS[name], "type": "string", "minLength": 1} for name in ("id", "by")}
    return {
        "type": "object",
        "required": ["id", *(name for name in own["required"] if name not in defaulted)],
        "properties": every | own["properties"],
        "description": (kind.__doc__ or "").splitlines()[0],
    }

"""JSON Schemas of the commands, made from the types they are read into."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final, get_args

from edge_agent.config.feed_words import COMMAND_WORDS
from edge_agent.config.fields import ID_PATTERN
from edge_agent.config.plain import Schema, schema_of
from edge_agent.core.commands import Instruction, Look, Reload

UNSIGNED: Final = (Look, Reload)  # what changes nothing may be asked for by nobody
IDS: Final = ("id", "incident", "zone", "permit", "shop", "camera")
PEOPLE: Final = ("by", "to", "holder")
INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}  # with whatever offset


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandKeys:
    """What every command carries."""

    id: str
    issued: datetime
    expires: datetime
    by: str | None = None


def _verb(kind: type) -> str:
    return str(next(each.default for each in fields(kind) if each.name == "verb"))


_KINDS: Final[dict[str, type]] = {_verb(kind): kind for kind in get_args(Instruction)}
VERBS: Final = tuple(f"command.{verb}" for verb in _KINDS)  # the commands as the contract names them


def command_schemas() -> dict[str, Schema]:
    """The schema of every command's message, by its name."""
    return {f"command.{verb}": _command(kind) for verb, kind in _KINDS.items()}


def _command(kind: type) -> Schema:
    """A command: the keys of every command, and those of its verb beside them; what has a default may be left out.

    The verb itself stands in the topic. Unknown keys are refused: what somebody asks for must not be half understood.
    """
    own = schema_of(kind, COMMAND_WORDS)
    defaulted = {each.name for each in fields(kind) if each.default in ("", ())}
    every = schema_of(CommandKeys, COMMAND_WORDS)["properties"]
    properties = every | {name: each for name, each in own["properties"].items() if name != "verb"}
    return {
        "description": (kind.__doc__ or "").splitlines()[0].replace("``", ""),
        "type": "object",
        "required": [
            *("id", "issued", "expires"),
            *(() if kind in UNSIGNED else ("by",)),
            *(name for name in own["required"] if name in properties and name not in defaulted),
        ],
        "properties": {name: _limited(name, each) for name, each in properties.items()},
        "additionalProperties": False,
    }


def _limited(name: str, schema: Schema) -> Schema:
    """What a key may hold at most; ``config.commands`` refuses the rest."""
    if schema.get("format") == "date-time":
        return {"description": schema["description"]} | INSTANT
    if name in IDS:
        return schema | {"pattern": ID_PATTERN}
    if name in PEOPLE:
        return schema | {"minLength": 1, "maxLength": 64}
    return schema | {"maxLength": 200} if name == "reason" else schema

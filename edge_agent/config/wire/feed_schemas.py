"""JSON Schemas of the commands, made from the types they are read into.

JSON Schemas of the feed's messages, made from the types that write them.

They are open: a receiver must bear keys that are added later. What is there already keeps its name and its meaning for
as long as the topics begin with ``cityops/v1``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final, get_args

from edge_agent.config.fields.values import ADCODE_PATTERN, ID_PATTERN, PHOTO_PATTERN
from edge_agent.config.wire.evidence_data import EvidenceStored
from edge_agent.config.wire.feed_data import (
    AgentHealth,
    AgentStatus,
    CameraHealth,
    NotifyReport,
    OrderReport,
    ReceiptReport,
)
from edge_agent.config.wire.feed_words import COMMAND_WORDS, ENVELOPE, WORDS
from edge_agent.config.wire.incident_data import ALWAYS, IncidentReport
from edge_agent.config.wire.plain import Schema, schema_of
from edge_agent.config.wire.standing_data import OpenReport, SiteReport
from edge_agent.core.commands import MOST_ELSEWHERE, Instruction, Look, Reload, Report
from edge_agent.core.feed.incidents import Happening

UNSIGNED: Final = (Look, Report, Reload)  # what changes nothing may be asked for by nobody
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
    if name == "photo":
        return schema | {"pattern": PHOTO_PATTERN}
    if name == "elsewhere":
        return schema | {"minimum": 0, "maximum": MOST_ELSEWHERE}
    return schema | {"maxLength": 200} if name == "note" or (name == "reason" and "enum" not in schema) else schema


ROOT: Final = "cityops/v1"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
SOURCE_PATTERN: Final = f"^{ROOT}/{ADCODE_PATTERN.strip('^$')}/{ID_PATTERN.strip('^$')}$"
STATUS: Final = "status"
PLAIN: Final[dict[str, type]] = {STATUS: AgentStatus, "site": SiteReport, "open": OpenReport}  # no CloudEvents
_OTHERS: Final[dict[str, type]] = {
    "work_order.opened": OrderReport,
    "work_order.updated": OrderReport,
    "notify.requested": NotifyReport,
    "evidence.stored": EvidenceStored,
    "camera.health": CameraHealth,
    "agent.health": AgentHealth,
    "command.receipt": ReceiptReport,
}
TYPES: Final = (*(str(each) for each in Happening), *_OTHERS)  # of the CloudEvents of the feed


def message_schemas() -> dict[str, Schema]:
    """The schema of every message that a box sends, by its type; of those without an envelope by their topic."""
    incidents = {str(each): _event(str(each), _incident(each)) for each in Happening}
    others = {type_: _event(type_, _typed(schema_of(kind, WORDS), type_)) for type_, kind in _OTHERS.items()}
    return {**incidents, **others, **{name: _titled(name, schema_of(kind, WORDS)) for name, kind in PLAIN.items()}}


def feed_schema_texts() -> dict[str, str]:
    """The text of each schema file by its name: messages that a box sends, and commands that it hears."""
    commands = {name: _titled(name, schema) for name, schema in command_schemas().items()}
    return {f"{name}.json": _text(schema) for name, schema in (message_schemas() | commands).items()}


def _text(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _titled(name: str, schema: Schema) -> Schema:
    return {"$schema": DIALECT, "$id": f"urn:{ROOT.replace('/', ':')}:{name}", "title": name, **schema}


def _incident(happening: Happening) -> Schema:
    """The data of one type of event of an incident."""
    schema = _typed(schema_of(IncidentReport, WORDS), happening)
    return schema | {"required": [*schema["required"], *ALWAYS[happening]]}


def _typed(schema: Schema, type_: str) -> Schema:
    """The same, of messages of one type alone."""
    properties = schema["properties"]
    if "type" in properties:
        properties["type"] = {"description": WORDS["type"], "const": type_}
    return schema


def _event(type_: str, data: Schema) -> Schema:
    """A CloudEvent in structured JSON around ``data``."""
    text: Schema = {"type": "string", "minLength": 1}
    kinds: dict[str, Schema] = {
        "specversion": {"const": "1.0"},
        "id": text,
        "source": {"type": "string", "pattern": SOURCE_PATTERN},
        "type": {"const": type_},
        "subject": text,
        "time": {"type": "string", "format": "date-time", "pattern": "Z$"},
        "datacontenttype": {"const": "application/json"},
        "agentseq": {"type": "integer", "minimum": 1},
        "clocksynchronised": {"const": False},
        "clockoffsetms": {"type": "integer"},
        "data": data,
    }
    return _titled(
        type_,
        {
            "type": "object",
            "required": [name for name in kinds if not name.startswith(("agentseq", "clock"))],
            "properties": {name: {"description": ENVELOPE[name]} | kind for name, kind in kinds.items()},
        },
    )

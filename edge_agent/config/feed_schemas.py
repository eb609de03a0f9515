"""JSON Schemas of the feed's messages, made from the types that write them.

They are open: a receiver must bear keys that are added later. What is there already keeps its name and its meaning for
as long as the topics begin with ``cityops/v1``.
"""

from __future__ import annotations

import json
from typing import Final

from edge_agent.config.command_schemas import command_schemas
from edge_agent.config.feed_data import (
    AgentHealth,
    AgentStatus,
    CameraHealth,
    NotifyReport,
    OrderReport,
    ReceiptReport,
)
from edge_agent.config.feed_words import ENVELOPE, WORDS
from edge_agent.config.fields import ADCODE_PATTERN, ID_PATTERN
from edge_agent.config.incident_data import ALWAYS, IncidentReport
from edge_agent.config.plain import Schema, schema_of
from edge_agent.core.incidents import Happening

ROOT: Final = "cityops/v1"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
SOURCE_PATTERN: Final = f"^{ROOT}/{ADCODE_PATTERN.strip('^$')}/{ID_PATTERN.strip('^$')}$"
STATUS: Final = "status"
_OTHERS: Final[dict[str, type]] = {
    "work_order.opened": OrderReport,
    "work_order.updated": OrderReport,
    "notify.requested": NotifyReport,
    "camera.health": CameraHealth,
    "agent.health": AgentHealth,
    "command.receipt": ReceiptReport,
}
TYPES: Final = (*(str(each) for each in Happening), *_OTHERS)  # of the CloudEvents of the feed


def message_schemas() -> dict[str, Schema]:
    """The schema of every message that a box sends, by its type; of the plain status too."""
    incidents = {str(each): _event(str(each), _incident(each)) for each in Happening}
    others = {type_: _event(type_, _typed(schema_of(kind, WORDS), type_)) for type_, kind in _OTHERS.items()}
    return {**incidents, **others, STATUS: _titled(STATUS, schema_of(AgentStatus, WORDS))}


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

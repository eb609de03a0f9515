"""The contract of the feed as an AsyncAPI 3 document: what a box sends and hears, on which topics, to whom.

It describes the *box*: it sends records and health, and receives commands. A test holds its topics and messages to what
is really sent. The messages' schemas are files of their own, beside the document.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML

from edge_agent.app.feed.messages import HEALTH_KEPT
from edge_agent.config.fields.values import ADCODE_PATTERN, ID_PATTERN
from edge_agent.config.wire.feed_schemas import ROOT, STATUS, TYPES, VERBS

VERSION: Final = "1.0.0"
BINDING: Final = "0.2.0"
BOX: Final = f"{ROOT}/{{adcode}}/{{agent}}"
Document = dict[str, Any]

PARAMETERS: Final = {
    "adcode": f"the six-digit code of the district, {ADCODE_PATTERN}",
    "agent": f"the agent's id, {ID_PATTERN}",
    "kind": f"the kind of violation, {ID_PATTERN}",
    "incident": "the incident's id",
    "event": "the part of the message's type behind the dot",
    "camera": f"the camera's id, {ID_PATTERN}",
    "command": "the id of the command that is answered",
    "verb": "what is to be done",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One kind of topic: ``address`` below the box's own, the types of the messages on it, and how they are sent."""

    name: str
    address: str
    says: str
    messages: tuple[str, ...]
    retain: bool = False
    expiry: timedelta | None = None  # how long a broker keeps it for who is away; for ever without
    heard: bool = False  # by the box; all others are sent by it

    @property
    def topic(self) -> str:
        """The whole address, with its parameters in braces."""
        return f"{BOX}/{self.address}"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters in the address."""
        return tuple(part[1:-1] for part in self.topic.split("/") if part.startswith("{"))


def _of(prefix: str) -> tuple[str, ...]:
    return tuple(each for each in TYPES if each.startswith(prefix))


CHANNELS: Final = (
    Channel(
        name="incident",
        address="incident/{kind}/{event}",
        says="one event of one incident",
        messages=_of("incident."),
    ),
    Channel(
        name="workOrder",
        address="work_order/{kind}/{event}",
        says="a work order after its opening or one change",
        messages=_of("work_order."),
    ),
    Channel(
        name="notify",
        address="notify/{kind}/{event}",
        says="whom the centre is to let know of an incident",
        messages=_of("notify."),
    ),
    Channel(
        name="evidence",
        address="evidence/{incident}/{event}",
        says="which files of an incident can be fetched",
        messages=_of("evidence."),
    ),
    Channel(
        name="receipt",
        address="receipt/{command}",
        says="what became of a command",
        messages=("command.receipt",),
    ),
    Channel(
        name="cameraHealth",
        address="cam/{camera}/health",
        says="how a camera is doing, whenever that changes; the last one is retained",
        messages=("camera.health",),
        retain=True,
    ),
    Channel(
        name="agentHealth",
        address="health",
        says="how the agent itself is doing, whenever that changes",
        messages=("agent.health",),
        expiry=HEALTH_KEPT,
    ),
    Channel(
        name="status",
        address="status",
        says="whether the agent is there; retained, and the broker's last word where it vanishes",
        messages=(STATUS,),
        retain=True,
    ),
    Channel(
        name="site",
        address="site",
        says="what the box watches, and by what; retained, and replaced whole",
        messages=("site",),
        retain=True,
    ),
    Channel(
        name="open",
        address="open",
        says="all incidents and work orders that are open; retained, and replaced whole",
        messages=("open",),
        retain=True,
    ),
    Channel(
        name="command",
        address="cmd/{verb}",
        says="what the box is told to do",
        messages=VERBS,
        heard=True,
    ),
)


def asyncapi_text() -> str:
    """The document as YAML."""
    yaml = YAML()
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(asyncapi(), stream)
    return "# Written by `edge-agent schema` (make docs); do not edit.\n" + stream.getvalue()


def asyncapi() -> Document:
    """The document as plain values."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "edge-agent: the feed",
            "version": VERSION,
            "description": "What a box beside street cameras tells a city operations centre, and what it can be told. "
            "The rules that no schema can say stand in README.md.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": _servers(),
        "channels": {each.name: _channel(each) for each in CHANNELS},
        "operations": {_operation_name(each): _operation(each) for each in CHANNELS},
        "components": {
            "messages": {name: _message(name) for each in CHANNELS for name in each.messages},
            "securitySchemes": {
                "password": {"type": "userPassword", "description": "a login of its own for every agent and receiver"},
                "certificate": {"type": "X509", "description": "a client certificate whose name is the agent's id"},
            },
        },
    }


def _servers() -> Document:
    schemes = [{"$ref": f"#/components/securitySchemes/{name}"} for name in ("password", "certificate")]
    return {
        "broker": {
            "host": "{host}:{port}",
            "protocol": "secure-mqtt",
            "protocolVersion": "5.0",
            "description": "The city's broker; the box connects to it, and nobody connects to the box.",
            "variables": {
                "host": {"description": "the broker's name", "default": "localhost"},
                "port": {"description": "its port for TLS", "default": "8883"},
            },
            "security": schemes,
        }
    }


def _channel(channel: Channel) -> Document:
    return {
        "address": channel.topic,
        "description": channel.says,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in channel.messages},
        "parameters": {name: {"description": PARAMETERS[name]} for name in channel.parameters},
    }


def _operation_name(channel: Channel) -> str:
    return ("hear" if channel.heard else "tell") + channel.name[0].upper() + channel.name[1:]


def _operation(channel: Channel) -> Document:
    return {
        "action": "receive" if channel.heard else "send",
        "channel": {"$ref": f"#/channels/{channel.name}"},
        "summary": channel.says,
        "bindings": {"mqtt": {"qos": 1, "retain": channel.retain, **_expiry(channel), "bindingVersion": BINDING}},
    }


def _expiry(channel: Channel) -> Document:
    return {} if channel.expiry is None else {"messageExpiryInterval": channel.expiry // timedelta(seconds=1)}


def _message(name: str) -> Document:
    return {"name": name, "title": name, "payload": {"$ref": f"./schemas/{name}.json"}}

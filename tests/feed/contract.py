"""The contract, as tests hold messages to it: stricter than a receiver may be, for we know every key that we write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from jsonschema import Draft202012Validator

from edge_agent.app.feed.contract import CHANNELS
from edge_agent.config.wire.feed_schemas import feed_schema_texts
from edge_agent.ports import Message

PATTERNS: Final = {
    name: re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(each.topic)))
    for each in CHANNELS
    for name in each.messages
}


def held(messages: Iterable[Message]) -> None:
    """Fail where a message is not what the contract says, or is on another topic."""
    for message in messages:
        hold(message.topic, json.loads(message.payload))


def hold(topic: str, message: dict[str, Any]) -> None:
    """Fail where one message is not what the contract says, or is on another topic."""
    name = message.get("type", topic.rpartition("/")[2])
    assert PATTERNS[name].fullmatch(topic), f"{name} on {topic}"
    assert faults(name, message) == [], topic


def faults(name: str, value: object) -> list[str]:
    """What is wrong with a message of that name; an unknown key is too."""
    return [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(value)]


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(_closed(json.loads(feed_schema_texts()[f"{name}.json"])))


def _closed(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """The same schema, knowing no keys but its own."""
    match node:
        case dict() if isinstance(node.get("properties"), dict):
            inner = {name: _closed(each) for name, each in node["properties"].items()}
            return node | {"properties": inner, "additionalProperties": False}
        case dict():
            return {key: _closed(each) for key, each in node.items()}
        case list():
            return [_closed(each) for each in node]
        case _:
            return node

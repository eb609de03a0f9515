"""The schema of a command and its reader are of one mind."""

from __future__ import annotations

import json

import pytest

from edge_agent.config.wire.commands import UnreadableCommandError, read_command
from edge_agent.config.wire.feed_schemas import VERBS, feed_schema_texts
from tests.feed.contract import faults
from tests.feed.story import COMMANDS, INCIDENT, command, examples

SHOWN = {name: json.loads(examples()[f"{name}.json"]) for name in VERBS}


def taken(name: str, value: object) -> bool:
    """Whether the box reads it."""
    try:
        read_command(name.removeprefix("command."), json.dumps(value).encode())
    except UnreadableCommandError:
        return False
    return True


def test_what_is_shown_is_read_as_it_was_meant() -> None:
    """Every verb, key by key."""
    for what in COMMANDS:
        assert read_command(what.verb, json.dumps(command(what)).encode()).what == what


@pytest.mark.parametrize("name", VERBS)
def test_both_miss_the_same_keys(name: str) -> None:
    """What the schema requires the reader does, and what it does not require the reader can do without."""
    schema = json.loads(feed_schema_texts()[f"{name}.json"])
    for key in SHOWN[name]:
        if name == "command.look" and key == "incident":
            continue  # one of two, which a schema of keys cannot say
        document = {other: each for other, each in SHOWN[name].items() if other != key}
        assert taken(name, document) == (key not in schema["required"]) == (faults(name, document) == []), key


@pytest.mark.parametrize("name", VERBS)
def test_what_the_schema_refuses_the_reader_refuses(name: str) -> None:
    """It promises no more than is kept: strange keys, texts too long or no ids, numbers for texts, bare times."""
    for key in SHOWN[name]:
        for value in ("x" * 201, 7, "2026-11-01T08:00:00", ""):
            document = SHOWN[name] | {key: value}
            if key == "reason" and name != "command.reject" and value == "":
                continue
            if faults(name, document):
                assert not taken(name, document), (key, value)
    assert faults(name, SHOWN[name] | {"strange": 1})
    assert not taken(name, SHOWN[name] | {"strange": 1})


def test_the_incident_of_the_examples_is_that_of_the_story() -> None:
    """A reader of the folder can follow one matter through all of it."""
    assert json.loads(examples()["incident.escalated.json"])["subject"] == INCIDENT

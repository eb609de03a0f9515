"""``docs/feed`` says what the code does: schemas, document and examples are fresh, and hold what is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from edge_agent.app.feed.contract import CHANNELS, asyncapi_text
from edge_agent.app.feed.messages import EVERY_INCIDENT, command_topics, status_topic
from edge_agent.config.wire.feed_schemas import PLAIN, STATUS, TYPES, VERBS, feed_schema_texts
from tests.architecture import ROOT
from tests.feed.contract import PATTERNS, faults, held
from tests.feed.story import examples, story, street

FOLDER: Final = ROOT / "docs" / "feed"
SCHEMAS: Final = feed_schema_texts()
DOCUMENT: Final[dict[str, Any]] = YAML(typ="safe").load(asyncapi_text())


def texts(folder: Path) -> dict[str, str]:
    """What is written in the files of a folder."""
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_the_schemas_are_fresh() -> None:
    """`make docs` writes them; forgetting to is a failing test, and so is one that nothing is sent of any more."""
    assert texts(FOLDER / "schemas") == SCHEMAS


def test_the_document_is_fresh() -> None:
    """The same of the AsyncAPI document."""
    assert (FOLDER / "asyncapi.yaml").read_text(encoding="utf-8") == asyncapi_text()


def test_the_examples_are_fresh() -> None:
    """The real code still says the same of the same street."""
    assert texts(FOLDER / "examples") == examples()


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    """Each is valid by its own dialect, and names what it describes."""
    schema = json.loads(SCHEMAS[name])
    Draft202012Validator.check_schema(schema)
    assert f"{schema['title']}.json" == name


def test_there_is_an_example_of_every_message() -> None:
    """Of those that the box sends, and of every command."""
    assert {*examples()} == {f"{name}.json" for name in (*TYPES, *PLAIN, *VERBS)}


def test_every_message_of_the_story_is_what_the_contract_says() -> None:
    """Also those that became no example: key by key, and on their topics."""
    sent = story()
    held(sent)
    assert len(sent) > 20


@pytest.mark.parametrize("name", [*TYPES, *PLAIN])
def test_a_message_that_lacks_a_key_or_has_a_strange_one_is_found(name: str) -> None:
    """The check bites, in every message and in its depth."""
    document = json.loads(examples()[f"{name}.json"])
    assert faults(name, document) == []
    optional = {"software", "started", "uptime_s", "evidence_key"} if name in PLAIN else set()
    for key in {*document} - optional:
        assert faults(name, {other: each for other, each in document.items() if other != key})
    assert faults(name, document | {"strange": 1})
    if name not in PLAIN:
        assert faults(name, document | {"data": document["data"] | {"strange": 1}})
        assert faults(name, document | {"data": document["data"] | {"at": "2026-11-01T08:00:00+08:00"}})


def test_a_message_on_a_strange_topic_is_found() -> None:
    """An incident below another one's topic would pass every schema."""
    first = story()[0]
    with pytest.raises(AssertionError):
        held([replace(first, topic=first.topic.replace("/incident/", "/event/"))])


def test_the_document_names_every_message_once() -> None:
    """Those sent, the status and the commands, each by its schema file, in one channel."""
    messages = DOCUMENT["components"]["messages"]
    assert sorted(messages) == sorted((*TYPES, *PLAIN, *VERBS))
    assert {each["payload"]["$ref"] for each in messages.values()} == {f"./schemas/{name}" for name in SCHEMAS}
    assert sorted(name for each in CHANNELS for name in each.messages) == sorted(messages)


def test_every_reference_of_the_document_leads_somewhere() -> None:
    """Within it, or to a file beside it."""
    for reference in references(DOCUMENT):
        file, _, path = reference.partition("#")
        if file:
            assert (FOLDER / file).is_file(), reference
            continue
        node: Any = DOCUMENT
        for step in path.strip("/").split("/"):
            node = node[step]


def references(node: Any) -> list[str]:  # noqa: ANN401 - any JSON
    """Every ``$ref`` below a node."""
    match node:
        case {"$ref": str() as reference}:
            return [reference]
        case dict():
            return [sub_reference for each in node.values() for sub_reference in references(each)]
        case list():
            return [sub_reference for each in node for sub_reference in references(each)]
        case _:
            return []


def test_what_is_heard_is_received_and_all_else_is_sent() -> None:
    """The document speaks for the box; each channel has its one operation, with the qualities of real messages."""
    of_channel = {each["channel"]["$ref"].rpartition("/")[2]: each for each in DOCUMENT["operations"].values()}
    for channel in CHANNELS:
        operation = of_channel[channel.name]
        assert operation["action"] == ("receive" if channel.heard else "send")
        assert operation["bindings"]["mqtt"]["qos"] == 1
        assert operation["bindings"]["mqtt"]["retain"] is (channel.name in {"status", "site", "open", "cameraHealth"})


def test_health_expires_and_records_never_do() -> None:
    """As the document says; what the broker keeps for who comes later does not expire, and is never a record."""
    expiry = {name: each.expiry for each in CHANNELS for name in each.messages}
    for message in story():
        kind = json.loads(message.payload)["type"]
        assert (None if message.retain else message.expires) == expiry[kind], message.topic
        assert message.retain is (kind == "camera.health")
        assert message.expires is not None or not message.retain
    assert {name for name, span in expiry.items() if span is not None} == {"agent.health"}


def test_the_topics_of_the_document_are_those_of_the_code() -> None:
    """The ones that no message of the story shows: the status, the commands, and what a subscriber asks for."""
    here = street()
    assert PATTERNS[STATUS].fullmatch(status_topic(here))
    assert all(PATTERNS[verb].fullmatch(command_topics(here).replace("+", "accept")) for verb in VERBS)
    assert PATTERNS["incident.opened"].pattern.startswith("cityops/v1/")
    assert EVERY_INCIDENT == "cityops/v1/+/+/incident/#"

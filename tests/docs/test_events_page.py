"""``docs/events.md`` names every event, effect and topic, and its example has the fields of a real message."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final, get_args

from edge_agent.app.feed import EVERY_INCIDENT, ROOT, messages, status_topic
from edge_agent.config.wire import decode_event
from edge_agent.core.effects import Effect, PublishIncident, ReportHealth
from edge_agent.core.events import Event
from edge_agent.core.incidents import Happening, IncidentEvent
from tests.docs.pages import fences, text
from tests.docs.sample import told
from tests.site import site
from tests.street import looks, stands
from tests.telling import tell

PAGE: Final = text("docs/events.md")


def published() -> tuple[PublishIncident, ...]:
    """What a car that stands for a thousand seconds gives."""
    return tell(looks(stands("car", 0, 1000), until=1000), site()).of(PublishIncident)


def rows(heading: str) -> tuple[str, ...]:
    """The first cell of each row of the tables between one heading and the next."""
    section = PAGE.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    return tuple(re.findall(r"^\| `([^`]+)`", section, re.MULTILINE))


def test_every_event_is_on_the_page_with_its_type() -> None:
    """In the order of the code."""
    shown = re.findall(r"^\| `(\w+)` \| `(\w+)` \|", PAGE, re.MULTILINE)
    kinds: tuple[Any, ...] = get_args(Event)
    types = [next(field.default for field in fields(kind) if field.name == "type") for kind in kinds]
    assert shown == list(zip((kind.__name__ for kind in kinds), types, strict=True))


def test_every_effect_is_on_the_page() -> None:
    """In the order of the code."""
    assert rows("Effects") == tuple(effect.__name__ for effect in get_args(Effect))


def test_every_happening_is_on_the_page() -> None:
    """And none that does not exist."""
    assert [row for row in rows("The feed") if row.startswith("incident.")] == [str(each) for each in Happening]


def test_the_topics_are_those_of_the_feed() -> None:
    """Each pattern of the page fits what is really sent."""
    here = site()
    health = ReportHealth(at=datetime(2026, 11, 1, tzinfo=UTC), camera="c1", state="ok")
    sent = [message.topic for message in messages((*published(), health), here)]
    patterns = [row for row in rows("The feed") if row.startswith(ROOT)]
    for topic in [*sent, status_topic(here)]:
        assert any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), topic) for pattern in patterns), topic
    assert f"`{EVERY_INCIDENT}`" in PAGE


def test_the_log_shown_can_be_read() -> None:
    """Every line behind the header is an event."""
    lines = next(block for block in fences(PAGE, "json") if '"type":"header"' in block).splitlines()
    assert [decode_event(line).type for line in lines[1:]] == ["frame", "second_look", "warning"]


def test_the_message_shown_has_the_fields_of_a_real_one() -> None:
    """Envelope, payload and the record of each warning."""
    shown = json.loads(next(block for block in fences(PAGE, "json") if "specversion" in block))
    sent = (json.loads(message.payload) for message in messages(published(), site()))
    real = next(message for message in sent if message["type"] == shown["type"])
    assert list(shown) == list(real)
    assert list(shown["data"]) == list(real["data"])
    assert list(shown["data"]["warnings"][0]) == list(real["data"]["warnings"][0])
    assert shown["id"] == shown["data"]["id"]


def test_every_field_of_a_message_is_explained() -> None:
    """In the table below the example, or by being part of the envelope's sense (id, incident, seq, place, kind)."""
    explained = set(re.findall(r"`(\w+)`", PAGE.split("| field of `data` |", 1)[1]))
    plain = {"type", "id", "incident", "seq", "camera", "zone", "kind"}
    assert {field.name for field in fields(IncidentEvent)} == explained | plain


def test_the_message_shown_says_what_the_demo_says() -> None:
    """Its words, codes and times are those of the sample site today."""
    shown = json.loads(next(block for block in fences(PAGE, "json") if "specversion" in block))["data"]
    real = next(event for event in told() if event["type"] == shown["type"])
    for field in ("at", "codes", "delivered", "dwell_s", "kind", "opened", "reason", "seq", "text", "warnings", "zone"):
        assert shown[field] == json.loads(json.dumps(real[field])), field

"""``docs/events.md`` names every event and effect, and its log can be read."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any, Final, get_args

from edge_agent.config.wire.events import decode_event
from edge_agent.core.effects import Effect
from edge_agent.core.events import Event
from tests.docs.pages import fences, text

PAGE: Final = text("docs/events.md")


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


def test_the_log_shown_can_be_read() -> None:
    """Every line behind the header is an event."""
    lines = next(block for block in fences(PAGE, "json") if '"type":"header"' in block).splitlines()
    assert [decode_event(line).type for line in lines[1:]] == ["frame", "second_look", "warning"]

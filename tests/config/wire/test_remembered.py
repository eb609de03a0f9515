"""What is remembered reads back as it was, and what is not is refused in one sentence."""

from __future__ import annotations

import json
import re

import pytest

from edge_agent.app.feed.messages import messages
from edge_agent.config.wire.remembered import decode_incident, decode_note, encode_note
from edge_agent.core.effects import Note
from edge_agent.core.errors import BadInputError
from tests.core_run import tell
from tests.site import SHORT, site, zone
from tests.street import looks, lost, stands

SITE = site(zone(rule=SHORT))


def test_a_remark_reads_back_exactly() -> None:
    """With its place, its causes and its instants."""
    (note,) = tell(lost(looks(stands("car", 0, 15), until=60), 5, 9, reason="dark"), SITE).of(Note)
    assert note.hidden_by == {"dark": 4}
    assert decode_note(encode_note(note)) == note
    with pytest.raises(BadInputError, match="stored remark: case: "):
        decode_note(json.dumps({"at": "2026-11-01T08:00:00Z"} | {"camera": "c1"}))


def test_an_event_reads_back_as_it_was_told() -> None:
    """To the tenth of a second and the tenth of a pixel; messages of anything else are none."""
    result = tell(looks(stands("car", 0, 100), until=140), SITE)
    sent = messages(result.effects, SITE)
    events = [event for each in sent if (event := decode_incident(each.payload)) is not None]
    assert [(event.id, event.type, event.at, event.n) for event in events] == [
        (event.id, event.type, event.at, event.n) for event in result.events
    ]
    assert events[1].warnings == result.events[1].warnings
    assert len(events) < len(sent), "the work order's"


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b"no json", "expected one of the feed, got b'no json'"),
        (b"[]", "expected one of the feed"),
        (b'{"type": "incident.opened", "data": {"box": [1, 2, 3]}}', "expected one of the feed"),
        (b'{"type": "incident.opened", "data": {"box": [1, 2, 3, 4]}}', "stored message: type: Field required"),
    ],
)
def test_what_is_no_message_is_refused(payload: bytes, text: str) -> None:
    """In one sentence."""
    with pytest.raises(BadInputError, match=re.escape(text)):
        decode_incident(payload)

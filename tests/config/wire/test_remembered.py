"""What is remembered reads back as it was, and what is not is refused in one sentence."""

from __future__ import annotations

import json
import re

import pytest

from edge_agent.app.feed.messages import messages
from edge_agent.config.wire.remembered import decode_incident, decode_note, encode_note
from edge_agent.core.commands import StrikesElsewhere
from edge_agent.core.effects import Note
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import Command
from tests.core.incident.test_strike_ledger import HERE, goods, visits
from tests.core_run import tell
from tests.site import SHORT, site, zone
from tests.street import at, looks, lost, stands

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


def test_strikes_of_a_message_read_back_with_those_of_other_boxes() -> None:
    """And of a message of before boxes were told, with none."""
    begun = visits(1)
    more = tell(looks(goods(1000, 1200), first=1000, until=1030), HERE, world=begun.world)
    what = StrikesElsewhere(incident=more.incidents[-1], elsewhere=2)
    told = tell([Command(at=at(1031), id="s", by="centre", what=what)], HERE, world=more.world)
    after = tell(looks(goods(1000, 1200), first=1032, until=1300), HERE, world=told.world)
    sent = (decode_incident(each.payload) for each in messages(more.effects + after.effects, HERE))
    read = [event.strike for event in sent if event is not None]
    assert read == [event.strike for event in more.events + after.events]
    counts = [(each.n, each.elsewhere) for each in read if each is not None]
    assert (counts[0], counts[-1]) == ((2, 0), (4, 2))


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

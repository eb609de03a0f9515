"""JSON of core values: what is written reads back as the same value; what is foreign is read with care."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.config.wire.events import decode_event, decode_world, encode_event, encode_incident, encode_world
from edge_agent.core.commands import (
    Accept,
    Cancel,
    Dispatch,
    ForCamera,
    Grant,
    Reject,
    RejectReason,
    Resolve,
    Revoke,
    Silence,
)
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import (
    Command,
    Detection,
    Event,
    FrameSeen,
    LookedAgain,
    Result,
    StreamBack,
    StreamLost,
    Tick,
    WarningAnswered,
)
from edge_agent.core.feed.incidents import Happening, IncidentEvent, WarningRecord
from edge_agent.core.geometry import Box
from edge_agent.core.incident.world import World
from tests.config.anything import BOXES, INSTANTS, anything

AT = datetime(2026, 11, 1, 8, 0, 0, 200_000, tzinfo=UTC)
SHARES = st.floats(0, 1)
DETECTIONS = st.builds(
    Detection,
    label=st.text(max_size=12),
    score=SHARES,
    box=BOXES,
    appearance=st.none() | st.lists(st.floats(-1e6, 1e6), max_size=4).map(tuple),
)
INSTRUCTIONS: st.SearchStrategy[ForCamera] = st.one_of(
    *(st.builds(kind, incident=st.text(), reason=st.text()) for kind in (Cancel, Resolve)),
    st.builds(Reject, incident=st.text(), reason=st.sampled_from(RejectReason), note=st.text()),
    st.builds(Accept, incident=st.text()),
    st.builds(Dispatch, incident=st.text(), to=st.text()),
    st.builds(Silence, zone=st.text(), until=INSTANTS),
    st.builds(
        Grant,
        zone=st.text(),
        permit=st.text(),
        holder=st.text(),
        valid_to=INSTANTS,
        valid_from=st.none() | INSTANTS,
        kinds=st.lists(st.text(), max_size=2).map(tuple),
        shop=st.none() | st.text(),
    ),
    st.builds(Revoke, zone=st.text(), permit=st.text()),
)
FOUND = st.lists(DETECTIONS, max_size=5).map(tuple)
FRAMES = st.builds(FrameSeen, at=INSTANTS, detections=FOUND, unchanged=st.none() | st.floats(0, 1))
EVENTS: st.SearchStrategy[Event] = st.one_of(
    FRAMES,
    st.builds(Tick, INSTANTS),
    st.builds(StreamLost, INSTANTS, st.text(max_size=12)),
    st.builds(StreamBack, INSTANTS),
    st.builds(WarningAnswered, at=INSTANTS, incident=st.text(), n=st.integers(1, 9), result=st.sampled_from(Result)),
    st.builds(LookedAgain, at=INSTANTS, case=st.text(), confirmed=st.booleans(), agreed=st.integers(0, 3)),
    st.builds(Command, at=INSTANTS, id=st.text(), what=INSTRUCTIONS, by=st.text()),
)


@given(EVENTS)
def test_an_event_reads_back_as_itself(event: Event) -> None:
    """To the microsecond and to the last bit of a float, or live and replay would part."""
    line = encode_event(event)
    assert "\n" not in line
    assert decode_event(line) == event


def test_a_frame_that_nobody_looked_at_says_by_how_much_nothing_changed() -> None:
    """Whoever does not know the key reads the detections that hold."""
    line = encode_event(FrameSeen(at=AT, detections=(), unchanged=0.625))
    assert line == '{"type":"frame","at":"2026-11-01T08:00:00.200Z","unchanged":0.625,"detections":[]}'


@pytest.mark.parametrize("margin", ["1.5", "-0.1", '"much"', "[]"])
def test_a_margin_that_is_none_is_refused(margin: str) -> None:
    """With the value, and what is expected."""
    with pytest.raises(BadInputError, match="frame: unchanged: expected a number from 0 to 1"):
        decode_event(f'{{"type":"frame","at":"2026-11-01T08:00:00.200Z","unchanged":{margin},"detections":[]}}')


def test_a_frame_has_the_shape_others_read() -> None:
    """The detection log is a fixed format: milliseconds, Z, and boxes as four numbers."""
    seen = Detection(label="car", score=0.83, box=Box(0.1, 0.2, 0.3, 0.4))
    known = Detection(label="违停", score=1.0, box=Box(0.0, 0.0, 1.0, 1.0), appearance=(0.5, -1.0))
    assert encode_event(FrameSeen(at=AT, detections=(seen, known))) == (
        '{"type":"frame","at":"2026-11-01T08:00:00.200Z","detections":['
        '{"label":"car","score":0.83,"box":[0.1,0.2,0.3,0.4]},'
        '{"label":"违停","score":1.0,"box":[0.0,0.0,1.0,1.0],"appearance":[0.5,-1.0]}]}'
    )


def test_an_answer_has_the_shape_others_read() -> None:
    """Type and time first, then what happened."""
    answer = WarningAnswered(at=AT, incident="i-1", n=1, result=Result.FAILED, reason="no power")
    assert encode_event(answer) == (
        '{"type":"warning","at":"2026-11-01T08:00:00.200Z",'
        '"incident":"i-1","n":1,"result":"failed","reason":"no power"}'
    )


def test_microseconds_are_written_where_there_are_any() -> None:
    """Rounding a time in the log would make a replay differ from what happened."""
    assert '"at":"2026-11-01T08:00:00.200001Z"' in encode_event(Tick(AT + timedelta(microseconds=1)))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-01T08:00:00.2Z",
        "2026-11-01T08:00:00.200000+00:00",
        "2026-11-01T16:00:00.200+08:00",
        "20261101T080000.200Z",
    ],
)
def test_a_time_is_read_however_iso_writes_it(text: str) -> None:
    """Logs come from other programs too."""
    event = decode_event(json.dumps({"type": "tick", "at": text}))
    assert event == Tick(AT)
    assert event.at.tzinfo is UTC


def test_unknown_keys_are_ignored() -> None:
    """A reader of a known version does not mind what it does not know."""
    assert decode_event('{"type":"tick","at":"2026-11-01T08:00:00.200Z","new":1}') == Tick(AT)
    seen = '{"label":"car","score":1,"box":[0,0,1,1],"id":7}'
    frame = f'{{"type":"frame","at":"2026-11-01T08:00:00.200Z","detections":[{seen}]}}'
    expected = Detection(label="car", score=1.0, box=Box(0.0, 0.0, 1.0, 1.0))
    assert decode_event(frame) == FrameSeen(at=AT, detections=(expected,))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "event: expected a JSON object, got ''"),
        ("[1]", "event: expected a JSON object, got '[1]'"),
        ('{"type":"tick"}', "event: at: expected a time such as 2026-11-01T08:00:00.200Z, got None"),
        (
            '{"type":"tick","at":"2026-11-01T08:00:00"}',
            "event: at: expected a time such as 2026-11-01T08:00:00.200Z, got '2026-11-01T08:00:00'",
        ),
        (
            '{"type":"tick","at":"noon"}',
            "event: at: expected a time such as 2026-11-01T08:00:00.200Z, got 'noon'",
        ),
        (
            '{"type":"tick","at":1793520000}',
            "event: at: expected a time such as 2026-11-01T08:00:00.200Z, got 1793520000",
        ),
    ],
)
def test_a_line_that_is_no_event_is_refused(line: str, sentence: str) -> None:
    """One sentence; the reader of the file adds the line."""
    with pytest.raises(BadInputError) as caught:
        decode_event(line)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            '"type":"quack"',
            "event: type: expected frame, tick, lost, back, warning, second_look, plate or command, got 'quack'",
        ),
        ('"type":"lost"', "event 'lost': reason: field required"),
        (
            '"type":"warning","incident":"i","n":1,"result":"heard"',
            "event 'warning': result: input should be 'played', 'failed' or 'unknown'",
        ),
        ('"type":"frame"', "frame: detections: expected a list, got None"),
    ],
)
def test_an_event_with_something_missing_is_refused(body: str, sentence: str) -> None:
    """The field is named."""
    with pytest.raises(BadInputError) as caught:
        decode_event(f'{{"at":"2026-11-01T08:00:00Z",{body}}}')
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("detection", "sentence"),
    [
        ('{"score":1,"box":[0,0,1,1]}', "'label'"),
        ('{"label":3,"score":1,"box":[0,0,1,1]}', "label 3 is no text"),
        ('{"label":"car","score":1.2,"box":[0,0,1,1]}', "score 1.2 is not from 0 to 1"),
        ('{"label":"car","score":NaN,"box":[0,0,1,1]}', "score nan is not from 0 to 1"),
        ('{"label":"car","score":"1","box":[0,0,1,1]}', "score '1' is not from 0 to 1"),
        (
            '{"label":"car","score":1,"box":[0,0,0,1]}',
            "box [0.0, 0.0, 0.0, 1.0]: expected x0 < x1 and y0 < y1, all finite",
        ),
        (
            '{"label":"car","score":1,"box":[0,0,1,1],"appearance":[0,NaN]}',
            "appearance holds a number that is not finite",
        ),
        (
            '{"label":"car","score":1,"box":[0,0,1,1],"appearance":["0"]}',
            "unsupported operand type(s) for +: 'int' and 'str'",
        ),
        ('{"label":"car","score":1,"box":[0,0,1]}', "not enough values to unpack (expected 4, got 3)"),
    ],
)
def test_a_detection_that_is_none_is_refused(detection: str, sentence: str) -> None:
    """A wrong number in a foreign log does not become a wrong incident."""
    with pytest.raises(BadInputError) as caught:
        decode_event(f'{{"type":"frame","at":"2026-11-01T08:00:00Z","detections":[{detection}]}}')
    assert str(caught.value) == f"frame: detection: expected label, score 0-1 and box of 4 numbers: {sentence}"


def test_an_incident_is_flat_and_says_nothing_of_nothing() -> None:
    """The payload of the feed: no nulls, spans to a tenth of a second, times in milliseconds."""
    played = WarningRecord(n=1, asked=AT, result=Result.PLAYED, answered=AT.astimezone(timezone(timedelta(hours=8))))
    event = IncidentEvent(
        type=Happening.WARNED,
        id="e-1",
        incident="i-1",
        seq=2,
        camera="c1",
        zone="kerb",
        kind="illegal_parking",
        at=AT + timedelta(microseconds=1),
        opened=AT,
        dwell_s=60.04,
        unobservable_s=0.0,
        delivered=1,
        box=Box(0.123456, 0.2, 0.3, 0.4),
        codes={"CJ/T 214-2007": "05-05"},
        text={"en": "x"},
        warnings=(played,),
        n=1,
    )
    assert json.loads(json.dumps(encode_incident(event))) == {
        "type": "incident.warned",
        "id": "e-1",
        "incident": "i-1",
        "seq": 2,
        "camera": "c1",
        "zone": "kerb",
        "kind": "illegal_parking",
        "at": "2026-11-01T08:00:00.200Z",
        "opened": "2026-11-01T08:00:00.200Z",
        "dwell_s": 60.0,
        "unobservable_s": 0.0,
        "delivered": 1,
        "box": [0.1235, 0.2, 0.3, 0.4],
        "codes": {"CJ/T 214-2007": "05-05"},
        "text": {"en": "x"},
        "warnings": [
            {
                "n": 1,
                "asked": "2026-11-01T08:00:00.200Z",
                "result": "played",
                "answered": "2026-11-01T08:00:00.200Z",
                "reason": "",
            }
        ],
        "n": 1,
        "recurred": 0,
        "policy_sha256": "",
    }


@given(anything(World))
def test_a_world_reads_back_exactly(world: World) -> None:
    """What survives a power cut is all of it, to the microsecond and the last bit."""
    again = decode_world(encode_world(world))
    assert again == world
    assert encode_world(again) == encode_world(world)


@pytest.mark.parametrize(
    ("text", "place"), [("", "text"), ("{}", "camera"), ('{"camera":"c","spots":[{}]}', "spots.0.id")]
)
def test_a_world_that_is_none_is_refused(text: str, place: str) -> None:
    """A store that was tampered with is not folded on."""
    with pytest.raises(BadInputError, match=f"^stored world: {place}: "):
        decode_world(text)

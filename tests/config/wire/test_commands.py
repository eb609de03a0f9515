"""A command is read strictly: whatever is written to the topic, it is a command or is refused in one sentence."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.config.fields.values import ID_PATTERN
from edge_agent.config.wire.commands import MOST_BYTES, Given, UnreadableCommandError, read_command
from edge_agent.config.wire.events import decode_event, encode_event
from edge_agent.core.commands import Cancel, Grant, Say, StrikesElsewhere
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import Command

EXAMPLES: Final = "EDGE_AGENT_FUZZ"  # how many, where the usual number is not enough
VERBS: Final = (
    *("accept", "dispatch", "resolve", "reject", "cancel", "silence", "grant", "revoke", "say", "look", "reload"),
    *("confirm", "verify", "return", "strikes"),
    "explode",
    "",
)
TIMES: Final = {"issued": "2026-11-01T08:00:00Z", "expires": "2026-11-01T09:00:00+00:00"}
HEADING: Final = {"id": "cmd-1", "by": "一号巡查员", **TIMES}
WRITTEN: Final[dict[str, dict[str, Any]]] = {
    "accept": {"incident": "inc-1"},
    "dispatch": {"incident": "inc-1", "to": "Wang"},
    "reject": {"incident": "inc-1", "reason": "permitted", "note": "a hearse"},
    "verify": {"incident": "inc-1", "reason": "photo", "photo": "https://photos.example.org/2026/11/0117"},
    "strikes": {"incident": "inc-1", "elsewhere": 2},
    "silence": {"zone": "z", "until": "2026-11-01T10:00:00Z"},
    "grant": {"zone": "z", "permit": "p", "holder": "Li", "valid_to": "2026-11-02T00:00:00+08:00", "kinds": ["stall"]},
    "say": {"zone": "z", "text": {"zh-CN": "请离开"}},
    "look": {"camera": "c1"},
}
nonsense = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(("z", "inc-1", *TIMES.values())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS: Final = sorted(
    {key for keys in WRITTEN.values() for key in keys} | set(HEADING) | {"verb", "specversion", "data"}
)


@st.composite
def payloads(draw: st.DrawFn) -> bytes:
    """Commands with something wrong in them, other JSON, and no JSON at all."""
    body = {**HEADING, **draw(st.sampled_from(tuple(WRITTEN.values())))}
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=3)):
        body[key] = draw(nonsense)
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=2)):
        body.pop(key, None)
    whole: Any = draw(st.sampled_from((body, body, body, draw(nonsense), {"specversion": "1.0", "data": body})))
    text = json.dumps(whole, ensure_ascii=draw(st.booleans())).encode(errors="surrogatepass")
    return draw(st.sampled_from((text, text, text[:-1], text + b"x", text.swapcase(), draw(st.binary(max_size=64)))))


@settings(max_examples=int(os.environ.get(EXAMPLES, "500")))
@given(verb=st.sampled_from(VERBS), payload=payloads())
def test_anything_is_a_command_or_is_refused(verb: str, payload: bytes) -> None:
    """Never a crash; each refusal has a reason on one line, and an id that may stand in a topic."""
    result = outcome(verb, payload)
    if isinstance(result, Given):
        assert result.what.verb == verb
        assert_id(result.id)
        assert result.issued < result.expires
    else:
        assert str(result)
        assert str(result).isprintable(), str(result)
        assert len(str(result)) < 400
        assert_id(result.command)


def outcome(verb: str, payload: bytes) -> Given | UnreadableCommandError:
    """The command, or why it is none."""
    try:
        return read_command(verb, payload)
    except UnreadableCommandError as error:
        return error


def assert_id(text: str) -> None:
    """It is one of ours."""
    assert re.fullmatch(ID_PATTERN, text), text


def read(verb: str, /, **changed: object) -> Given:
    """A command of that verb, with some keys changed."""
    body = {key: value for key, value in {**HEADING, **WRITTEN.get(verb, {}), **changed}.items() if value is not None}
    return read_command(verb, json.dumps(body).encode())


def test_a_command_is_read_as_it_is_written() -> None:
    """Instants in UTC, names in any script."""
    given = read("grant")
    assert given.issued == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert (given.id, given.by) == ("cmd-1", "一号巡查员")
    assert given.what == Grant(
        zone="z", permit="p", holder="Li", valid_to=datetime(2026, 11, 1, 16, tzinfo=UTC), kinds=("stall",)
    )
    assert read("say").what == Say(zone="z", text={"zh-CN": "请离开"})
    assert read("look", by=None).by == ""


def test_an_envelope_is_taken_off() -> None:
    """Id and time of a CloudEvent are those of the command."""
    data = {"incident": "inc-1", "by": "Li", "expires": TIMES["expires"]}
    event = {"specversion": "1.0", "id": "e-1", "source": "centre", "type": "command.cancel", "time": TIMES["issued"]}
    given = read_command("cancel", json.dumps(event | {"data": data}).encode())
    assert (given.id, given.what) == ("e-1", Cancel(incident="inc-1"))


@pytest.mark.parametrize(
    ("verb", "changed", "reason"),
    [
        (
            "cancel",
            {"incident": "inc-1", "by": None},
            "cancel: by: found nobody, expected the person who gives the command",
        ),
        ("cancel", {"incident": "inc-1", "haste": 1}, "cancel: haste: Extra inputs are not permitted"),
        ("cancel", {"incident": "inc-1", "verb": "cancel"}, "command: verb: found in the payload"),
        ("cancel", {"incident": "inc-1", "expires": "2026-11-03T08:00:00Z"}, "cancel: expires: expected after issued"),
        ("cancel", {"incident": "inc-1", "expires": "2026-11-01T08:00:00Z"}, "cancel: expires: expected after issued"),
        ("cancel", {"incident": "inc-1", "issued": 7}, "cancel: issued: found something else, expected a time"),
        ("cancel", {"incident": "inc-1", "issued": "2026-11-01T08:00:00"}, "cancel: issued: found something else"),
        ("reject", {"reason": "a hearse"}, "reject: reason: Input should be 'not_there', 'wrong_kind', "),
        ("reject", {"note": "two\nlines"}, "reject: note: String should match"),
        ("reject", {"note": "x" * 201}, "reject: note: String should have at most 200"),
        ("verify", {"photo": "in my bag"}, "verify: photo: String should match"),
        ("return", {"incident": "inc-1", "reason": "on_site"}, "return: reason: Input should be 'still_there', "),
        ("confirm", {"incident": "inc-1", "reason": "true"}, "confirm: reason: Extra inputs are not permitted"),
        ("strikes", {"elsewhere": -1}, "strikes: elsewhere: Input should be greater than or equal to 0"),
        ("strikes", {"elsewhere": 1001}, "strikes: elsewhere: Input should be less than or equal to 1000"),
        ("strikes", {"elsewhere": "2"}, "strikes: elsewhere: Input should be a valid integer"),
        ("strikes", {"elsewhere": None}, "strikes: elsewhere: Field required"),
        ("look", {"incident": "inc-1"}, "look: found values that do not fit"),
        ("explode", {}, "command: found the verb 'explode', expected one of: accept,"),
    ],
)
def test_what_is_wrong_is_said(verb: str, changed: dict[str, object], reason: str) -> None:
    """In a sentence that begins so."""
    with pytest.raises(UnreadableCommandError) as refused:
        read(verb, **changed)
    assert str(refused.value).startswith(reason)
    assert refused.value.command == "cmd-1"


@pytest.mark.parametrize(
    "payload",
    [
        b'{"specversion": "0.3", "data": {}}',
        b'{"specversion": "1.0", "data": 7}',
        b'{"specversion": "1.0", "type": "command.reject", "id": "a", "data": {}}',
        b'{"specversion": "1.0", "type": "command.cancel", "id": "a", "data": {"id": "b"}}',
        b"[]",
        b" " * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_command_is_refused(payload: bytes) -> None:
    """Another envelope, two ids, no object, too much."""
    with pytest.raises(UnreadableCommandError) as refused:
        read_command("cancel", payload)
    assert refused.value.command.startswith("unreadable-")


def test_a_command_keeps_when_it_was_done() -> None:
    """Beside the media time; an older line has none."""
    at = datetime(2026, 11, 1, 8, tzinfo=UTC)
    command = Command(at=at, id="c", what=Cancel(incident="i"), done_at=at + timedelta(seconds=2))
    line = encode_event(command)
    assert decode_event(line) == command
    assert "done_at" not in encode_event(replace(command, done_at=None))
    with pytest.raises(BadInputError, match="such as"):
        decode_event(line.replace(json.loads(line)["done_at"], "soon"))


@pytest.mark.parametrize("elsewhere", [0, 2])
def test_a_count_of_other_boxes_is_logged_whole(elsewhere: int) -> None:
    """None is a count as well: it takes back what was told before."""
    at = datetime(2026, 11, 1, 8, tzinfo=UTC)
    command = Command(at=at, id="c", by="centre", what=StrikesElsewhere(incident="inc-1", elsewhere=elsewhere))
    line = json.loads(encode_event(command))
    assert (line["verb"], line["incident"], line["elsewhere"]) == ("strikes", "inc-1", elsewhere)
    assert decode_event(encode_event(command)) == command
    assert read("strikes", elsewhere=elsewhere).what == command.what

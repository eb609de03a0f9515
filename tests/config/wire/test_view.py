"""A view as bytes reads back to the last cell, and what is no view is refused in one sentence."""

from __future__ import annotations

import pytest

from edge_agent.config.wire.events import decode_event, encode_event
from edge_agent.config.wire.view import decode_view, encode_view
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import OBJECT, Detection, FrameSeen
from edge_agent.core.geometry import Box
from edge_agent.core.stream.standing import Appeared
from tests.street import at
from tests.views import View, put, street, watch


def test_watching_goes_on_from_the_bytes_as_without_a_restart() -> None:
    """Watching goes on from the bytes as without a restart."""

    def shown(now: float) -> View:
        return put(street(now)) if now >= 12 else street(now)

    whole = watch(shown, 40)
    for cut in (11, 22, 31.5):
        again = decode_view(encode_view(watch(shown, cut)))
        assert encode_view(watch(shown, 40, first=cut + 0.5, known=again)) == encode_view(whole)
    assert len(whole.shown()) == 1


def test_nothing_seen_yet_is_a_view_too() -> None:
    """Nothing seen yet is a view too."""
    assert decode_view(encode_view(Appeared())).memory is None


@pytest.mark.parametrize("data", [b"", b"{}\n", b"[]\n", b'{"things":[],"height":9}\nxx', b'{"things":[{}]}\n'])
def test_what_is_no_view_is_refused(data: bytes) -> None:
    """What is no view is refused."""
    with pytest.raises(BadInputError, match="stored view: "):
        decode_view(data)


@pytest.mark.parametrize("height", [0, -1, 10**9, 60])
def test_a_wrong_height_is_refused(height: int) -> None:
    """A wrong height is refused."""
    data = encode_view(watch(street, 0)).replace(b'"height": 136', f'"height": {height}'.encode())
    with pytest.raises(BadInputError, match="stored view: "):
        decode_view(data)


def test_the_log_carries_the_age_of_an_object() -> None:
    """The log carries the age of an object."""
    seen = FrameSeen(at=at(1), detections=(Detection(label=OBJECT, score=0.5, box=Box(0, 0, 1, 1), age_s=12.5),))
    assert decode_event(encode_event(seen)) == seen


@pytest.mark.parametrize("age", ['"old"', "-1", "1e999"])
def test_an_age_that_is_none_is_refused(age: str) -> None:
    """An age that is none is refused."""
    thing = f'{{"label":"object","score":1,"box":[0,0,1,1],"age_s":{age}}}'
    line = f'{{"type":"frame","at":"2026-11-01T08:00:00Z","detections":[{thing}]}}'
    with pytest.raises(BadInputError, match="detection"):
        decode_event(line)

"""Captions: where, when, how well the clock is kept, what, which stage, which incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from edge_agent.app.evidence.captions import caption_of
from edge_agent.app.feed.messages import ClockMark
from edge_agent.core.effects import PublishIncident, SaveSnapshot
from edge_agent.core.site.camera_card import CameraCard
from tests.core_run import tell
from tests.site import PARKING, SHORT, WHOLE, site, zone
from tests.street import looks, stands

AT = datetime(2026, 11, 1, 8, 2, 40, 50_000, tzinfo=UTC)
NAMED = replace(
    zone(),
    name={"en": "the kerb", "zh-CN": "路边"},
    address="校园路12号",
    timezone=ZoneInfo("Asia/Shanghai"),
)


def opened() -> tuple[PublishIncident, SaveSnapshot]:
    """An incident, and the picture that is asked for with it."""
    result = tell(looks(stands("car", 0, 200), until=200), site(zone(rule=SHORT)))
    return result.of(PublishIncident)[0], result.of(SaveSnapshot)[0]


def test_a_caption_says_it_all() -> None:
    """Chinese first; the zone's own time with its distance from UTC."""
    event, request = opened()
    caption = caption_of(request, AT, (request, event), site(NAMED), ClockMark(offset=timedelta(0), synchronised=True))
    assert caption is not None
    assert caption.zone == WHOLE
    assert caption.lines == (
        ("路边", "the kerb", "校园路12号", "box-01 / c1"),
        ("2026-11-01 16:02:40.050 UTC+08:00", "时钟已校准 clock synchronised"),
        ("违规", PARKING.replace("_", " "), "opened", request.incident),
    )


def test_a_camera_that_has_a_name_is_called_by_it() -> None:
    """Beside its id, by which it is found."""
    event, request = opened()
    named = replace(site(NAMED), cameras={event.event.camera: CameraCard(name={"zh-CN": "12 号杆"})})
    caption = caption_of(request, AT, (request, event), named, None)
    assert caption is not None
    assert caption.lines[0] == ("路边", "the kerb", "校园路12号", "12 号杆", "box-01 / c1")


def test_what_has_no_name_is_called_by_its_id() -> None:
    """And a zone that is not there any more leaves nothing to outline; its time is UTC."""
    event, request = opened()
    caption = caption_of(request, AT, (event,), site(zone(ident="other")), None)
    assert caption is not None
    assert caption.zone is None
    assert caption.lines[0] == ("z", "box-01 / c1")
    assert caption.lines[1] == ("2026-11-01 08:02:40.050 UTC+00:00", "时钟未知 clock not known")


def test_a_picture_of_no_incident_has_none() -> None:
    """As one that the centre asks for."""
    event, request = opened()
    assert caption_of(replace(request, incident="look-1"), AT, (event,), site(), None) is None


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (ClockMark(offset=timedelta(seconds=-2.5), synchronised=False), "clock not synchronised, -2.5 s"),
        (ClockMark(offset=timedelta(seconds=0.9), synchronised=True), "clock synchronised"),
        (ClockMark(offset=timedelta(0), synchronised=None), "clock not known"),
    ],
)
def test_the_quality_of_the_clock(mark: ClockMark, words: str) -> None:
    """With the offset where it is a second or more."""
    event, request = opened()
    caption = caption_of(request, AT, (event,), site(), mark)
    assert caption is not None
    assert caption.lines[1][1].endswith(words)

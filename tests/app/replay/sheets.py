"""Sheets for tests: what became of a street, ready to be a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING

from edge_agent.adapters.reports.sheet import KindSettings, ReportSheet
from edge_agent.core.effects import ReportHealth
from edge_agent.core.explain.stories import gathered_stories
from edge_agent.core.explain.timeline import outages, timeline_of
from tests.core_run import tell
from tests.site import PARKING, SHORT, site, zone
from tests.street import at, looks, lost, stands, together

if TYPE_CHECKING:
    from edge_agent.core.events import Event
    from edge_agent.core.score.scoring import Score

KERB = {"en": "the kerb", "zh-CN": "路边"}
STREET = lost(looks(together(stands("car", 0, 100), stands("car", 180, 195)), until=240), 120, 140, reason="dark")


def sheet(
    events: Sequence[Event] = STREET,
    *,
    name: dict[str, str] | None = None,
    pictures: dict[tuple[int, int], bytes] | None = None,
    score: Score | None = None,
    people_visible: bool = False,
) -> ReportSheet:
    """An incident, a near miss and a dark minute; or what becomes of other events."""
    done = tell(events, site(zone(rule=SHORT)))
    stories, until = gathered_stories(done.effects), events[-1].at if events else at(0)
    return ReportSheet(
        agent="box-01",
        begin=at(0),
        until=until,
        timezone=UTC,
        made_of=(({"en": "log", "zh-CN": "日志"}, "c1.jsonl sha256 abc"),),
        stories=stories,
        strips=timeline_of(stories, until),
        outages=outages(done.of(ReportHealth), until),
        names={"z": name or KERB, PARKING: {"en": "illegal parking", "zh-CN": "违停"}},
        settings=(KindSettings(zone="z", kind=PARKING, values=(("dwell", "20s"), ("warnings", "2"))),),
        pictures=pictures or {},
        score=score,
        people_visible=people_visible,
    )

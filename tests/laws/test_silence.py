"""Law 6: what nobody sees moves nothing; out of sight for too long ends as unknown, dated to that very instant."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge_agent.core.effects import Note, PublishIncident, ReportHealth, UpdateWorkOrder
from edge_agent.core.events import Detection, Event, FrameSeen, StreamBack, StreamLost, Tick
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.feed.work_orders import ALL_LATE
from edge_agent.core.incident.world import World
from edge_agent.core.site.site import Site
from edge_agent.core.step import run
from tests.laws.named_streets import RETURN
from tests.laws.streets import MIXED, Street, scenes, sites, streets, walk
from tests.street import START

blind = st.lists(
    st.tuples(st.sampled_from((0.0, 1.0, 20.0, 200.0)), st.sampled_from(("tick", "lost", "look"))), max_size=30
)


def blind_events(world: World, hours: list[tuple[float, str]], scene: tuple[Detection, ...]) -> list[Event]:
    """Ticks, the loss of the stream said over and over, and looks at a stream that is lost."""
    now = world.at or START
    events: list[Event] = [StreamLost(now, "frozen")]
    for gap_s, what in hours:
        now += timedelta(seconds=gap_s)
        match what:
            case "tick":
                events.append(Tick(now))
            case "lost":
                events.append(StreamLost(now, "dark"))
            case _:
                events.append(FrameSeen(at=now, detections=scene))
    return [*events, StreamBack(now)]


@settings(max_examples=600)
@given(street=streets, site=sites, hours=blind, scene=scenes)
def test_blindness_does_nothing(
    street: Street, site: Site, hours: list[tuple[float, str]], scene: tuple[Detection, ...]
) -> None:
    """No opening, no warning, no order, no leaving: only ``unknown_end``, dated to the end of ``resume_window``."""
    before = walk(street, site).run.world
    after, effects = run(before, blind_events(before, hours, scene), site)
    waiting = {case.record.incident: case for case in before.cases if case.record is not None}
    for effect in effects:
        if isinstance(effect, UpdateWorkOrder):
            assert effect.order.reason in {"unknown_end", *ALL_LATE}
            assert effect.order.verified_by != "camera"
            continue
        if not isinstance(effect, PublishIncident):
            assert isinstance(effect, ReportHealth | Note) or effect.type == "snapshot"
            continue
        event, case = effect.event, waiting[effect.event.incident]
        rule = next(z.rules[case.kind] for z in site.zones if z.id == case.zone)
        assert (event.type, event.reason) == (Happening.RESOLVED, "unknown_end")
        assert event.end == case.presence.last_seen
        assert event.at == case.presence.last_seen + rule.resume_window
    for case in after.cases:
        assert case.state == next(c.state for c in before.cases if c.id == case.id)


@settings(max_examples=60)
@given(street=streets, site=sites, gap_s=st.floats(11, 100_000))
@example(street=RETURN, site=MIXED, gap_s=200)
def test_silence_is_blindness(street: Street, site: Site, gap_s: float) -> None:
    """Nobody said that the stream was lost, there was just nothing: after the next event it is the same."""
    before = walk(street, site).run.world
    _, effects = run(before, [Tick((before.at or START) + timedelta(seconds=gap_s))], site)
    assert {e.event.reason for e in effects if isinstance(e, PublishIncident)} <= {"unknown_end"}

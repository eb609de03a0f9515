"""Telling: what events, warnings, pictures and orders say."""

from __future__ import annotations

from dataclasses import replace

from edge_agent.core.effects import (
    LookAgain,
    Note,
    OpenWorkOrder,
    PublishIncident,
    SaveSnapshot,
    Speak,
    UpdateWorkOrder,
)
from edge_agent.core.events import Result
from tests.core_run import fails, tell
from tests.site import SHORT, site, zone
from tests.street import KERB, at, looks, lost, stands

TOLD = tell(looks(stands("car", 0, 100), until=120), site(zone(rule=SHORT)))


def test_a_warning_expires() -> None:
    """A late one is worse than none; it has words in every language of its kind."""
    first = TOLD.of(Speak)[0]
    assert (first.n, first.attempt, first.at, first.expires_at) == (1, 1, at(20), at(50))
    assert first.text == {"en": "warning 1 at z, 1 left", "zh-CN": "第1次"}


def test_each_request_has_its_own_name() -> None:
    """So that it is played once, however often it is handed over."""
    requests = tell(looks(stands("car", 0, 50), until=50), site(zone(rule=SHORT)), speaker=fails).of(Speak)
    assert [each.attempt for each in requests] == [1, 2, 3]
    assert len({each.id for each in requests}) == 3


def test_each_event_has_its_picture() -> None:
    """Named after the stage, of the very place."""
    assert [picture.stage for picture in TOLD.of(SaveSnapshot)] == [
        "opened",
        "warned-1",
        "warned-2",
        "escalated",
        "resolved",
    ]
    assert [picture.event for picture in TOLD.of(SaveSnapshot)] == [event.id for event in TOLD.events]
    assert all(abs(picture.box.x0 - KERB.x0) < 1e-9 for picture in TOLD.of(SaveSnapshot))


def test_an_event_is_complete_in_itself() -> None:
    """Who, where, how long, how many warnings with their outcome, and the work order once there is one."""
    last = TOLD.events[-1]
    assert (last.seq, last.camera, last.zone, last.opened, last.dwell_s, last.delivered) == (
        5,
        "c1",
        "z",
        at(20),
        100,
        2,
    )
    assert [(w.n, w.result, w.asked) for w in last.warnings] == [(1, Result.PLAYED, at(20)), (2, Result.PLAYED, at(50))]
    assert [event.work_order for event in TOLD.events[:3]] == [None, None, None]
    assert TOLD.events[3].work_order == TOLD.of(OpenWorkOrder)[0].order.id
    assert last.codes == {"GB/T 47678.5-2026": "09009"}


def test_an_order_is_closed_by_the_camera() -> None:
    """Verified by having seen the place empty; an unknown end verifies nothing."""
    seen, closed = (effect.order for effect in TOLD.of(UpdateWorkOrder))
    assert (seen.status, seen.verified_by, seen.closed) == ("verified", "camera", None)
    assert (closed.status, closed.closed, closed.why) == ("closed", at(115), "2 of 2 warnings delivered")
    assert (seen.seq, closed.seq, closed.verified_by) == (2, 3, "camera")
    unknown = tell(lost(looks(stands("car", 0, 90), until=300), 90, 300), site(zone(rule=SHORT)))
    assert unknown.happened[-1] == "resolved"
    assert unknown.of(UpdateWorkOrder) == ()


def test_the_second_look_is_told_where_and_for_what() -> None:
    """The place, and every label of the kind."""
    (request,) = TOLD.of(LookAgain)
    assert request.at == at(20)
    assert "car" in request.labels
    assert request.case == TOLD.world.departed[0].id


def test_effects_come_in_the_order_in_which_they_must_happen() -> None:
    """The event is published before the warning is asked for; remarks have their own."""
    kinds = [type(effect) for effect in TOLD.effects[:4]]
    assert kinds == [LookAgain, PublishIncident, SaveSnapshot, Speak]
    near = tell(looks(stands("car", 0, 10), until=40), site(zone(rule=SHORT))).of(Note)
    assert [(note.dwell_s, note.needed_s) for note in near] == [(10, 20)]


def test_an_order_after_every_warning_is_in_the_policys_words() -> None:
    """The person who goes there reads what the city wrote."""
    words = {"en": "an order for z after 1 min"}
    worded = site(zone(rule=SHORT))
    kinds = {
        name: replace(kind, words=replace(kind.words, order={"en": "an order for {zone} after {minutes} min"}))
        for name, kind in worded.policy.kinds.items()
    }
    result = tell(looks(stands("car", 0, 100), until=100), replace(worded, policy=replace(worded.policy, kinds=kinds)))
    (order,) = (event for event in result.events if event.type == "incident.escalated")
    assert order.text | words == order.text


def test_an_order_without_every_warning_claims_none() -> None:
    """What was not heard is not said to have been."""
    result = tell(looks(stands("car", 0, 200), until=200), site(zone(rule=SHORT)), speaker=fails)
    (order,) = (event for event in result.events if event.type == "incident.escalated")
    assert order.delivered == 0
    assert order.text["en"].endswith("not put right; work order opened")

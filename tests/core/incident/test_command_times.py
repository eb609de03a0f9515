"""When what follows from a command happened: as the box did it, with the camera's own time beside it."""

from __future__ import annotations

from datetime import timedelta

from edge_agent.core.commands import Dispatch, Resolve
from edge_agent.core.effects import OpenWorkOrder, PublishIncident, Receipt, SaveSnapshot, UpdateWorkOrder
from edge_agent.core.events import Command
from tests.core.incident.test_command_answers import CAR, HERE, begun
from tests.core_run import tell
from tests.street import at, looks


def test_what_follows_from_a_command_is_dated_to_when_it_was_done() -> None:
    """Receipt, order and incident: not to the look before it, whose instant stands beside; pictures show that."""
    result = begun(60)
    what = Dispatch(incident=result.incidents[0], to="Wang")
    done = tell((Command(at=at(60), id="c", by="Li", what=what, done_at=at(63)),), HERE, world=result.world)
    (escalated,) = [effect.event for effect in done.of(PublishIncident)]
    (opened,), (sent,) = done.of(OpenWorkOrder), done.of(UpdateWorkOrder)
    (answer,) = done.of(Receipt)
    for each in (escalated, opened.order, sent.order, answer):
        assert (each.at, each.media_at) == (at(63), at(60))
    assert opened.order.opened == at(63)
    assert opened.order.due == at(63) + timedelta(hours=1)
    assert {effect.at for effect in done.of(SaveSnapshot)} == {at(60)}
    handled = Command(at=at(60), id="d", by="Wang", what=Resolve(incident=what.incident), done_at=at(70))
    later = tell((handled, *looks(CAR, first=61, until=75)), HERE, world=done.world)
    assert [effect.order.at for effect in later.of(UpdateWorkOrder)] == [at(70)]
    same = tell((Command(at=at(60), id="c", what=what),), HERE, world=result.world)
    assert [effect.media_at for effect in same.of(Receipt)] == [None]

"""The order book: how a work order opens, is told late, and ends, whatever becomes of its incident.

Told of a car under the short ladder: its work order is opened at 80, with a limit of an hour.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from edge_agent.core.commands import (
    Accept,
    Cancel,
    CommandOutcome,
    Dispatch,
    ForCamera,
    Reject,
    RejectReason,
    Resolve,
    Return,
    ReturnReason,
)
from edge_agent.core.effects import Effect, OpenWorkOrder, Remark, UpdateWorkOrder
from edge_agent.core.events import StreamLost, Tick
from edge_agent.core.feed.work_orders import ALL_LATE, EDGES, LAPSED_AFTER, OrderStatus, moved
from edge_agent.core.site.handling_limits import Limit, LimitUnit
from tests.core.incident.test_command_answers import HERE, begun, commanded, receipt, statuses
from tests.core_run import CoreRun, tell
from tests.site import SHORT, STALL, permit, site, zone
from tests.street import at, looks, nothing, stands

INCIDENT = begun(90).incidents[0]
THRICE = replace(
    SHORT,
    accept_within=Limit(value=5, unit=LimitUnit.MINUTE),
    arrive_within=Limit(value=20, unit=LimitUnit.MINUTE),
    handle_within=Limit(value=1, unit=LimitUnit.HOUR),
)
LIMITED = site(zone(rule=THRICE))


def out_of_sight(*before: Resolve) -> tuple[CoreRun, CoreRun]:
    """An order, the stream lost for good, and what was commanded before that."""
    result = begun(90)
    for number, what in enumerate(before):
        result = commanded(
            result, replace(what, incident=result.incidents[0] if result.incidents else INCIDENT), 91 + number
        )
    gone = tell((StreamLost(at(95), "dark"), Tick(at(400))), HERE, world=result.world)
    return result, gone


def test_what_nobody_sees_any_more_is_closed_on_the_handlers_word() -> None:
    """It had been handled; nobody verified it, and it says so."""
    _, gone = out_of_sight(Resolve(incident=""))
    assert gone.happened == ["resolved"]
    assert [(e.order.status, e.order.verified_by) for e in gone.of(UpdateWorkOrder)] == [("closed", "nobody")]
    assert gone.world.orders == ()


def test_an_order_outlives_its_incident() -> None:
    """Out of sight for too long is no leaving: people go on with the order, and end it."""
    _, gone = out_of_sight()
    assert statuses(gone) == []
    assert [order.status for order in gone.world.orders] == [OrderStatus.OPENED]
    sent = commanded(gone, Dispatch(incident=INCIDENT, to="Wang"), 410)
    assert statuses(sent) == [OrderStatus.DISPATCHED]
    assert receipt(commanded(sent, Dispatch(incident=INCIDENT, to="Wang"), 411)) == (CommandOutcome.ALREADY_DONE, "")
    done = commanded(sent, Resolve(incident=INCIDENT), 420)
    assert [(e.order.status, e.order.verified_by) for e in done.of(UpdateWorkOrder)] == [
        ("handled", None),
        ("closed", "nobody"),
    ]
    for what, status in (
        (Reject(incident=INCIDENT, reason=RejectReason.PERMITTED), OrderStatus.REJECTED),
        (Cancel(incident=INCIDENT), OrderStatus.WITHDRAWN),
    ):
        ended = commanded(sent, what, 420)
        assert statuses(ended) == [status]
        assert (ended.world.orders, ended.events) == ((), ())


def test_an_order_that_nobody_ends_lapses() -> None:
    """After a month nobody will."""
    _, gone = out_of_sight()
    months = at(80) + LAPSED_AFTER
    later = tell((Tick(months),), HERE, world=gone.world)
    assert statuses(later) == [OrderStatus.OPENED]  # late first
    lapsed = tell((Tick(months),), HERE, world=later.world)
    assert [(e.order.status, e.order.reason) for e in lapsed.of(UpdateWorkOrder)] == [("closed", "lapsed")]
    assert lapsed.world.orders == ()


def test_lateness_is_told_once() -> None:
    """Dated to the end of the limit; what was handled in time is never late."""
    result = begun(90)
    late = tell((Tick(at(3679)), Tick(at(3700)), Tick(at(3800))), HERE, world=result.world)
    assert [(e.order.late, e.order.at, e.order.reason) for e in late.of(UpdateWorkOrder)] == [
        (True, at(3680), "limit_over")
    ]
    handled = commanded(result, Resolve(incident=INCIDENT), 91)
    assert receipt(commanded(handled, Accept(incident=INCIDENT), 92)) == (
        CommandOutcome.REFUSED,
        "the work order is handled, and cannot become accepted",
    )
    assert receipt(commanded(handled, Resolve(incident=INCIDENT), 92)) == (CommandOutcome.ALREADY_DONE, "")
    assert not any(e.order.late for e in tell((Tick(at(9000)),), HERE, world=handled.world).of(UpdateWorkOrder))


def test_an_order_is_told_late_by_each_of_its_limits() -> None:
    """Once each, in the order of time, dated to the limit; also where all of them pass while nothing is heard."""
    result = tell((Tick(at(9000)),), LIMITED, world=begun(90, LIMITED).world)
    late = [effect.order for effect in result.of(UpdateWorkOrder)]
    assert [(order.at, order.reason, order.seq) for order in late] == [
        (at(380), "accept_limit_over", 2),
        (at(1280), "arrive_limit_over", 3),
        (at(3680), "limit_over", 4),
    ]
    assert (late[-1].accept_late, late[-1].arrive_late, late[-1].late) == (True, True, True)
    assert tell((Tick(at(9001)),), LIMITED, world=result.world).effects == ()


def test_a_limit_that_was_kept_is_kept_for_good() -> None:
    """Accepted in time, and sent back after it was handled: it is not late for what has been done already."""
    taken = commanded(begun(90, LIMITED), Accept(incident=INCIDENT), 91, LIMITED)
    assert [(e.order.accept_late, e.order.arrive_late) for e in taken.of(UpdateWorkOrder)] == [(False, None)]
    assert lateness(taken) == ["arrive_limit_over", "limit_over"]
    handled = commanded(taken, Resolve(incident=INCIDENT), 92, LIMITED)
    back = commanded(handled, Return(incident=INCIDENT, reason=ReturnReason.STILL_THERE), 93, LIMITED)
    assert back.world.orders[0].status is OrderStatus.DISPATCHED
    assert lateness(back) == ["limit_over"]


def lateness(before: CoreRun) -> list[str | None]:
    """By which of its limits the order is told late once all are over."""
    return [e.order.reason for e in tell((Tick(at(9000)),), LIMITED, world=before.world).of(UpdateWorkOrder)]


def test_a_kind_that_is_no_longer_watched_for_takes_its_cases_along() -> None:
    """An incident with its order; a candidate just ends, and it is noted why; what was suppressed ends in silence."""
    stalls = site(zone(STALL, rule=SHORT))
    gone = tell((Tick(at(91)),), stalls, world=begun(90).world)
    assert [(e.type, e.reason) for e in gone.events] == [("incident.suppressed", "zone_removed")]
    assert [(e.order.status, e.order.reason) for e in gone.of(UpdateWorkOrder)] == [("withdrawn", "zone_removed")]
    early = tell((Tick(at(11)),), stalls, world=begun(10).world)
    assert (early.events, early.remarks) == ((), [Remark.ZONE_REMOVED])
    allowed = begun(30, site(zone(rule=SHORT, permits=(permit(500),))))
    assert tell((Tick(at(31)),), stalls, world=allowed.world).effects == ()
    unknown = replace(stalls, policy=replace(stalls.policy, kinds={STALL: stalls.policy.kinds[STALL]}))
    assert tell((Tick(at(91)),), unknown, world=begun(90).world).events[0].text["en"] == (
        "z: illegal_parking, not watched for here any more"
    )


def test_a_change_that_is_not_in_the_table_is_a_bug() -> None:
    """A closed order is not handled once more."""
    order = moved(begun(90).world.orders[0], OrderStatus.CLOSED, at(100))
    with pytest.raises(ValueError, match="closed cannot become handled"):
        moved(order, OrderStatus.HANDLED, at(101))


def test_every_entry_of_the_table_is_taken() -> None:
    """By some story; the law holds that no other is."""
    result = begun(90)
    sent = commanded(result, Dispatch(incident=INCIDENT, to="Wang"), 91)
    taken = commanded(sent, Accept(incident=INCIDENT), 92)
    handled = commanded(taken, Resolve(incident=INCIDENT), 93)
    edges = set()
    for before in (result, sent, taken, handled):
        for step in ways_on(before):
            edges |= set(pairwise([before.world.orders[0].status, *statuses(step)]))
    back = tell(looks(stands("stall", 0, 90), until=130), STALLS)
    again = tell(looks(stands("stall", 131, 200), until=200, first=131), STALLS, world=back.world)
    edges |= {(back.world.orders[0].status, effect.order.status) for effect in again.of(OpenWorkOrder)}
    assert edges == EDGES


STALLS = site(zone(STALL, rule=SHORT))


def ways_on(before: CoreRun) -> list[CoreRun]:
    """Everything that can become of an order next, one after the other."""
    person: tuple[ForCamera, ...] = (
        Dispatch(incident=INCIDENT, to="Zhao"),
        Accept(incident=INCIDENT),
        Resolve(incident=INCIDENT),
        Reject(incident=INCIDENT, reason=RejectReason.PERMITTED),
        Cancel(incident=INCIDENT),
    )
    gone = tell((StreamLost(at(95), "dark"), Tick(at(95) + LAPSED_AFTER)), HERE, world=before.world)
    return [
        *(commanded(before, what, 94) for what in person),
        tell(looks(nothing, until=150, first=94), HERE, world=before.world),
        replace(gone, effects=tuple(e for e in gone.effects if not late_only(e))),
        tell((Tick(at(96) + LAPSED_AFTER),), HERE, world=gone.world),
    ]


def late_only(effect: Effect) -> bool:
    """Whether an effect only tells that an order is late."""
    return isinstance(effect, UpdateWorkOrder) and effect.order.reason in ALL_LATE

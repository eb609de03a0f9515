"""What a person says of an incident and of a handled order: confirm, verify and return, as stories of a car.

It opens at 20, is warned at 20 and 50, and its work order is opened at 80.
"""

from __future__ import annotations

from typing import Final

import pytest

from edge_agent.core.commands import (
    CommandOutcome,
    Confirm,
    Dispatch,
    ForCamera,
    Reject,
    RejectReason,
    Resolve,
    Return,
    ReturnReason,
    Verify,
    VerifyReason,
)
from edge_agent.core.effects import UpdateWorkOrder
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.feed.work_orders import OrderStatus
from tests.core.incident.test_command_answers import CAR, HERE, begun, commanded, receipt, statuses
from tests.core_run import CoreRun, tell
from tests.street import looks, nothing

PHOTO: Final = "https://photos.example.org/2026/11/0117"


def handled() -> CoreRun:
    """Sent to Wang, who says that it is done; the car is still there."""
    result = begun(85)
    sent = commanded(result, Dispatch(incident=result.incidents[0], to="Wang"), 86)
    return commanded(sent, Resolve(incident=result.incidents[0]), 100, by="Wang")


INCIDENT: Final = begun(30).incidents[0]


def test_a_person_verifies_what_was_handled() -> None:
    """With reason, note and photo; the order is closed, the incident is over, and that car is left alone."""
    word = Verify(incident=INCIDENT, reason=VerifyReason.ON_SITE, note="gone at noon", photo=PHOTO)
    result = commanded(handled(), word, 120, by="Zhao")
    assert receipt(result) == (CommandOutcome.ACCEPTED, "")
    (over,) = result.events
    assert (over.type, over.reason, over.stage, over.by, over.verb) == (
        *(Happening.RESOLVED, "by_centre", "after_order", "Zhao", "verify"),
    )
    orders = [effect.order for effect in result.of(UpdateWorkOrder)]
    assert [order.status for order in orders] == [OrderStatus.VERIFIED, OrderStatus.CLOSED]
    for order in orders:
        assert (order.verified_by, order.by, order.reason) == ("person", "Zhao", "on_site")
        assert (order.note, order.photo) == ("gone at noon", PHOTO)
    later = tell(looks(CAR, first=121, until=400), HERE, world=result.world)
    assert (later.events, later.requests) == ((), [])
    gone = tell(looks(nothing, first=401, until=450), HERE, world=later.world)
    assert (gone.events, gone.world.cases) == ((), ())


def test_a_person_returns_what_was_not_done() -> None:
    """To whoever had it, with the reason; it can be handled again, and the camera still has the last word."""
    result = commanded(
        handled(), Return(incident=INCIDENT, reason=ReturnReason.PARTLY, photo="photo-0118"), 120, by="Zhao"
    )
    (order,) = [effect.order for effect in result.of(UpdateWorkOrder)]
    assert (order.status, order.to, order.by) == (OrderStatus.DISPATCHED, "Wang", "Zhao")
    assert (order.reason, order.photo, order.note) == ("partly", "photo-0118", None)
    assert result.events == ()
    again = commanded(result, Resolve(incident=INCIDENT), 130, by="Wang")
    assert [(e.order.status, e.order.reason, e.order.photo) for e in again.of(UpdateWorkOrder)] == [
        (OrderStatus.HANDLED, None, None)
    ]
    seen = tell(looks(nothing, first=131, until=180), HERE, world=again.world)
    assert statuses(seen) == [OrderStatus.VERIFIED, OrderStatus.CLOSED]
    assert [e.order.verified_by for e in seen.of(UpdateWorkOrder)] == ["camera", "camera"]


def test_an_order_that_nobody_was_sent_on_goes_back_to_who_handled_it() -> None:
    """He said that it was done, so it is his."""
    done = commanded(begun(90), Resolve(incident=INCIDENT), 91, by="Wang")
    result = commanded(done, Return(incident=INCIDENT, reason=ReturnReason.STILL_THERE), 92)
    assert [e.order.to for e in result.of(UpdateWorkOrder)] == ["Wang"]


@pytest.mark.parametrize("verb", ["verify", "return"])
@pytest.mark.parametrize(("until", "reason"), [(30, "there is no work order yet"), (90, "the work order is opened; ")])
def test_only_what_is_handled_can_be_judged(verb: str, until: int, reason: str) -> None:
    """The receipt says where it stands, and nothing changes."""
    what: ForCamera = (
        Verify(incident=INCIDENT, reason=VerifyReason.OTHER)
        if verb == "verify"
        else Return(incident=INCIDENT, reason=ReturnReason.OTHER)
    )
    result = commanded(begun(until), what, until + 1)
    outcome, why = receipt(result)
    assert outcome is CommandOutcome.REFUSED
    assert why.startswith(reason)
    assert len(result.effects) == 1


def test_a_confirmation_is_told_once() -> None:
    """Also where nobody was asked for one, and with an order; what is over cannot be confirmed."""
    first = commanded(begun(90), Confirm(incident=INCIDENT, note="seen"), 91, by="Zhao")
    (event,) = first.events
    assert (event.type, event.confirmed_by, event.note, event.review) == (
        *(Happening.CONFIRMED, "Zhao", "seen", "confirmed"),
    )
    again = commanded(first, Confirm(incident=INCIDENT), 92, by="Li")
    assert (receipt(again), again.events) == ((CommandOutcome.ALREADY_DONE, ""), ())
    rejected = commanded(again, Reject(incident=INCIDENT, reason=RejectReason.DUPLICATE, note="see 17"), 93)
    assert [(e.reason, e.note, e.confirmed_by) for e in rejected.events] == [("duplicate", "see 17", "Zhao")]
    assert [(e.order.status, e.order.note) for e in rejected.of(UpdateWorkOrder)] == [(OrderStatus.REJECTED, "see 17")]
    late = commanded(rejected, Confirm(incident=INCIDENT), 94)
    assert receipt(late) == (CommandOutcome.REFUSED, "it is closed already")


def test_an_order_of_what_is_out_of_sight_cannot_be_confirmed() -> None:
    """Its incident is over, whatever becomes of the order; the order itself can be rejected, with a note."""
    from edge_agent.core.events import StreamLost, Tick  # noqa: PLC0415 - of this story alone
    from tests.street import at  # noqa: PLC0415

    gone = tell((StreamLost(at(95), "dark"), Tick(at(400))), HERE, world=begun(90).world)
    result = commanded(gone, Confirm(incident=INCIDENT), 410)
    assert receipt(result) == (CommandOutcome.REFUSED, f"incident {INCIDENT} is over")
    ended = commanded(gone, Reject(incident=INCIDENT, reason=RejectReason.NOT_THERE, note="an empty kerb"), 411)
    assert [(e.order.reason, e.order.note) for e in ended.of(UpdateWorkOrder)] == [("not_there", "an empty kerb")]

"""Answers: what comes of each command, told as short stories of a car under the short ladder.

It opens at 20, is warned at 20 and 50, and its work order is opened at 80.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from edge_agent.core.commands import (
    Accept,
    Cancel,
    CommandOutcome,
    Dispatch,
    ForCamera,
    Grant,
    Look,
    Reject,
    RejectReason,
    Resolve,
    Revoke,
    Silence,
)
from edge_agent.core.effects import OpenWorkOrder, PublishIncident, Receipt, UpdateWorkOrder
from edge_agent.core.events import Command, LookedAgain
from edge_agent.core.feed.work_orders import OrderStatus
from edge_agent.core.geometry import Point
from edge_agent.core.site.frontages import Shop
from edge_agent.core.site.handling_limits import Limit, LimitUnit
from edge_agent.core.site.overrides import Author, InForce, Overrides
from tests.core_run import CoreRun, mute, tell
from tests.site import GARBAGE, PARKING, SHORT, TRADING, permit, site, zone
from tests.street import at, looks, stands

if TYPE_CHECKING:
    from edge_agent.core.site.site import Site

LIMITED = replace(SHORT, handle_within=Limit(value=1, unit=LimitUnit.HOUR))
HERE = site(replace(zone(rule=LIMITED), responsible={PARKING: "traffic police"}))
CAR = stands("car", 0, 5000)


def begun(until: int, where: Site = HERE) -> CoreRun:
    """A car that has stood for so long."""
    return tell(looks(CAR, until=until), where)


def commanded(result: CoreRun, what: ForCamera, second: float, where: Site = HERE, *, by: str = "Li") -> CoreRun:
    """What came of a command then."""
    return tell((Command(at=at(second), id=f"cmd-{second:g}", by=by, what=what),), where, world=result.world)


def receipt(result: CoreRun) -> tuple[CommandOutcome, str]:
    """How the last command was answered."""
    last = result.of(Receipt)[-1]
    return last.outcome, last.reason


def statuses(result: CoreRun) -> list[OrderStatus]:
    """What became of the order."""
    return [effect.order.status for effect in result.of(UpdateWorkOrder)]


def test_a_work_order_goes_its_way() -> None:
    """To one named person, who accepts it and says that it is handled; then the camera has the last word."""
    result = begun(80)
    (opened,) = result.of(OpenWorkOrder)
    assert (opened.order.party, opened.order.due) == ("traffic police", at(3680))
    incident = result.incidents[0]
    sent = commanded(result, Dispatch(incident=incident, to="Wang"), 90)
    assert [(e.order.status, e.order.to, e.order.by) for e in sent.of(UpdateWorkOrder)] == [
        ("dispatched", "Wang", "Li")
    ]
    taken = commanded(sent, Accept(incident=incident), 100, by="Wang")
    assert [(e.order.status, e.order.to, e.order.seq) for e in taken.of(UpdateWorkOrder)] == [("accepted", "Wang", 3)]
    done = commanded(taken, Resolve(incident=incident, reason="towed"), 110, by="Wang")
    assert [(e.order.status, e.order.reason) for e in done.of(UpdateWorkOrder)] == [("handled", "towed")]
    seen = tell(looks(lambda _: (), until=200, first=111), HERE, world=done.world)
    assert [(e.order.status, e.order.verified_by) for e in seen.of(UpdateWorkOrder)] == [
        ("verified", "camera"),
        ("closed", "camera"),
    ]
    assert seen.world.orders[0].status is OrderStatus.CLOSED  # it may still come back


def test_a_person_may_be_sent_before_the_ladder_would() -> None:
    """The order is opened now, and no further warning is asked for."""
    result = begun(30)
    sent = commanded(result, Dispatch(incident=result.incidents[0], to="Wang"), 31)
    assert [type(effect) for effect in sent.effects if effect.type != "snapshot"] == [
        PublishIncident,
        OpenWorkOrder,
        UpdateWorkOrder,
        Receipt,
    ]
    assert [(e.reason, e.verb, e.by) for e in sent.events] == [("dispatched", "dispatch", "Li")]
    assert sent.of(OpenWorkOrder)[0].order.why == "1 of 2 warnings delivered"
    later = tell(looks(CAR, until=200, first=32), HERE, world=sent.world)
    assert (later.requests, later.happened) == ([], [])


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (Accept(incident="inc-1"), "incident inc-1 is not open"),
        (Reject(incident="inc-1", reason=RejectReason.PERMITTED), "incident inc-1 is not open"),
        (Silence(zone="x", until=at(99)), "camera c1 has no zone 'x'"),
        (Revoke(zone="z", permit="p9"), "zone 'z' has no permit 'p9'"),
        (Grant(zone="z", permit="p", holder="Li", valid_to=at(30)), "the permit is over before it begins"),
        (
            Grant(zone="z", permit="p", holder="Li", valid_to=at(99), kinds=(GARBAGE,)),
            "zone 'z' is not watched for exposed_garbage",
        ),
        (Grant(zone="z", permit="p", holder="Li", valid_to=at(99), shop="s9"), "zone 'z' has no shop 's9'"),
    ],
)
def test_what_fits_nothing_is_refused(what: ForCamera, reason: str) -> None:
    """With a reason, and nothing else comes of it."""
    result = commanded(begun(30), what, 31)
    assert receipt(result) == (CommandOutcome.REFUSED, reason)
    assert len(result.effects) == 1


def test_accepting_needs_an_order() -> None:
    """Nobody can accept what was not handed to anybody."""
    result = begun(30)
    answer = commanded(result, Accept(incident=result.incidents[0]), 31)
    assert receipt(answer) == (CommandOutcome.REFUSED, "there is no work order yet; dispatch opens one")


def test_a_permit_of_the_file_is_not_granted_over() -> None:
    """One id, one permit."""
    where = site(zone(rule=SHORT, permits=(permit(500),)))
    answer = commanded(begun(30, where), Grant(zone="z", permit="p1", holder="Li", valid_to=at(99)), 31, where)
    assert receipt(answer)[0] is CommandOutcome.REFUSED


@pytest.mark.parametrize(("verb", "status"), [("reject", OrderStatus.REJECTED), ("cancel", OrderStatus.WITHDRAWN)])
def test_an_order_ends_with_its_incident(verb: str, status: OrderStatus) -> None:
    """The person to whom it went is told why; the same again is done already."""
    result = begun(90)
    incident = result.incidents[0]
    reject = Reject(incident=incident, reason=RejectReason.PERMITTED)
    ended = commanded(result, reject if verb == "reject" else Cancel(incident=incident, reason="permitted"), 91)
    assert [(e.verb, e.reason, e.by) for e in ended.events] == [(verb, "permitted", "Li")]
    assert [(e.order.status, e.order.reason) for e in ended.of(UpdateWorkOrder)] == [(status, "permitted")]
    assert ended.world.orders == ()
    assert receipt(commanded(ended, Cancel(incident=incident), 92)) == (CommandOutcome.ALREADY_DONE, "")
    late = commanded(ended, Dispatch(incident=incident, to="Wang"), 93)
    assert receipt(late) == (CommandOutcome.REFUSED, "it is closed already")


def test_a_granted_permit_covers_what_stands_there() -> None:
    """The incident is suppressed, and its order withdrawn; when it is revoked, the dwell starts anew."""
    result = begun(90)
    grant = Grant(zone="z", permit="p2", holder="Li", valid_to=at(4000), kinds=(PARKING,))
    granted = commanded(result, grant, 91)
    assert receipt(granted) == (CommandOutcome.ACCEPTED, "")
    assert receipt(commanded(granted, grant, 91)) == (CommandOutcome.ALREADY_DONE, "")
    allowed = tell(looks(CAR, until=120, first=92), HERE, world=granted.world)
    assert allowed.story == [("suppressed", 92)]
    assert [(e.order.status, e.order.reason) for e in allowed.of(UpdateWorkOrder)] == [("withdrawn", "permit")]
    revoked = commanded(allowed, Revoke(zone="z", permit="p2"), 121)
    assert revoked.world.standing.grants == ()
    again = tell(looks(CAR, until=160, first=122), HERE, world=revoked.world)
    assert again.story == [("opened", 142), ("warned", 142)]


def test_a_permit_of_the_file_can_be_revoked() -> None:
    """Until the file no longer names it; another zone's permits are none of its business."""
    where = site(
        zone(rule=SHORT, permits=(permit(500), permit(500, id="p2"))),
        zone(GARBAGE, rule=SHORT, ident="g", permits=(permit(500),)),
    )
    result = begun(30, where)
    assert result.happened == ["suppressed"]
    revoked = commanded(result, Revoke(zone="z", permit="p1"), 31, where)
    revoked = commanded(revoked, Revoke(zone="g", permit="p1"), 32, where)
    assert receipt(commanded(revoked, Revoke(zone="z", permit="p1"), 33, where)) == (CommandOutcome.ALREADY_DONE, "")
    assert [p.id for p in revoked.world.standing.permits(where.zones[0])] == ["p2"]
    assert [p.id for p in revoked.world.standing.permits(where.zones[1])] == []
    assert tell(looks(CAR, until=60, first=33), where, world=revoked.world).happened == []  # the other one covers it


def test_a_granted_permit_may_be_for_one_shop() -> None:
    """Goods before another one are a violation all the same."""
    shops = (Shop(id="li", name="Li's fruit", frontage=(Point(0.0, 0.3), Point(1.0, 0.3))),)
    where = site(zone(TRADING, rule=SHORT, shops=shops))
    goods = stands("goods", 0, 500)
    grant = Grant(zone="z", permit="p", holder="Li", valid_from=at(40), valid_to=at(60), shop="li")
    result = commanded(tell(looks(goods, until=10), where), grant, 10, where)
    later = tell(looks(goods, until=90, first=11), where, world=result.world)
    assert later.story == [("opened", 20), ("warned", 20), ("suppressed", 40), ("opened", 80), ("warned", 80)]


def test_without_an_order_the_centres_word_ends_it() -> None:
    """The occupant is left alone until it has left; nothing asks for proof."""
    result = begun(30)
    ended = commanded(result, Resolve(incident=result.incidents[0]), 31)
    assert [(e.type, e.reason, e.stage, e.verb) for e in ended.events] == [
        ("incident.resolved", "by_centre", 1, "resolve")
    ]
    assert tell(looks(CAR, until=200, first=32), HERE, world=ended.world).events == ()


def test_a_warning_that_a_silence_kept_back_has_its_window_after_it() -> None:
    """It was asked for and not played when the silence began: no order comes of what was not to be said."""
    result = tell(looks(CAR, until=22), HERE, speaker=mute)
    silent = commanded(result, Silence(zone="z", until=at(100)), 23)
    later = tell(looks(CAR, until=120, first=24), HERE, world=silent.world, speaker=mute)
    assert [second for _, second in later.requests] == [100, 110, 120]
    assert later.happened == []


def test_nothing_opens_in_a_silence() -> None:
    """Not even where the second look was asked for before it."""
    result = tell(looks(CAR, until=20), HERE, second_look=None)
    silent = commanded(result, Silence(zone="z", until=at(60)), 20)
    (case,) = silent.world.cases
    agreed = LookedAgain(at=at(21), case=case.id, confirmed=True)
    later = tell((agreed, *looks(CAR, until=70, first=22)), HERE, world=silent.world)
    assert later.story == [("opened", 60), ("warned", 60)]


def test_a_silence_can_be_lifted() -> None:
    """By one that is over at once; a zone has only one."""
    result = commanded(begun(10), Silence(zone="z", until=at(500)), 11)
    result = commanded(result, Silence(zone="z", until=at(600)), 12)
    assert [silence.until for silence in result.world.standing.silences] == [at(600)]
    lifted = commanded(result, Silence(zone="z", until=at(13)), 13)
    assert lifted.world.standing.silences == ()


def test_a_look_names_one_thing() -> None:
    """An incident, or a camera."""
    assert Look(camera="c1").verb == "look"
    with pytest.raises(ValueError, match="got neither"):
        Look()
    with pytest.raises(ValueError, match="got both"):
        Look(incident="inc-1", camera="c1")


WEEK = 7 * 24 * 3600


@pytest.mark.parametrize(
    ("what", "days"),
    [
        (Silence(zone="z", until=at(31 + WEEK + 3600)), "7.0"),
        (Silence(zone="z", until=at(31 + 10 * WEEK)), "70.0"),
        (Grant(zone="z", permit="p", holder="Li", valid_to=at(31 + 2 * WEEK)), "14.0"),
        (Grant(zone="z", permit="p", holder="Li", valid_from=at(99), valid_to=at(99 + 2 * WEEK)), "14.0"),
    ],
)
def test_nothing_is_silenced_or_permitted_for_longer_than_the_site_allows(what: ForCamera, days: str) -> None:
    """A mistake, or somebody's malice, ends by itself; the receipt says what was asked."""
    result = commanded(begun(30), what, 31)
    refused = f"it would stand for {days} days, expected at most 7 (longest_instruction)"
    assert receipt(result) == (CommandOutcome.REFUSED, refused)
    assert result.world.standing == Overrides()
    longer = replace(HERE, longest=timedelta(days=100))
    assert receipt(commanded(begun(30, longer), what, 31, longer)) == (CommandOutcome.ACCEPTED, "")


def test_what_stands_is_known_with_who_gave_it() -> None:
    """The last who gave it; nobody of what is over, and nobody of what was stored before authors were."""
    result = commanded(begun(10), Silence(zone="z", until=at(500)), 11)
    result = commanded(result, Silence(zone="z", until=at(600)), 12, by="Wang")
    result = commanded(result, Grant(zone="z", permit="p", holder="Bo", valid_to=at(300)), 13, by="Zhao")
    silence = InForce(verb="silence", zone="z", until=at(600), by="Wang")
    granted = InForce(verb="grant", zone="z", until=at(300), by="Zhao", permit="p")
    assert result.world.standing.in_force(at(20)) == (silence, granted)
    assert result.world.standing.in_force(at(300)) == (silence,)
    last = result.of(Receipt)[-1]
    assert (last.zone, last.by, last.until) == ("z", "Zhao", at(300))
    lifted = commanded(result, Silence(zone="z", until=at(14)), 14)
    assert lifted.world.standing.authors == (Author("z", "p", "Zhao"),)
    old = Overrides(silences=(Silence(zone="z", until=at(10**9)),))
    assert [each.by for each in old.in_force(at(20))] == [""]


def test_a_receipt_of_something_else_names_who_alone() -> None:
    """No zone and no end."""
    last = commanded(begun(10), Reject(incident="i", reason=RejectReason.OTHER), 11).of(Receipt)[-1]
    assert (last.zone, last.by, last.until) == ("", "Li", None)

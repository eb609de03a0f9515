"""Recipients: one step further with each warning that was played, and the last once more with the order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.config.wire.events import decode_world, encode_world
from edge_agent.core.effects import Notify, PublishIncident
from edge_agent.core.feed.incidents import Recipient, Role
from edge_agent.core.site.frontages import Shop
from edge_agent.core.site.site import Site
from edge_agent.core.site.zones import next_recipient, recipients
from tests.core_run import CoreRun, Speaker, fails, tell, works
from tests.site import SHORT, TRADING, WHOLE, site, zone
from tests.street import looks, stands

STEWARD = Recipient(role=Role.STEWARD, contact="jz-017")
OFFICER = Recipient(role=Role.OFFICER, contact="of-203")
LI = Shop(id="li", name="Li's fruit", frontage=(WHOLE[0], WHOLE[1]), contact="shop-4711")
WU = Shop(id="wu", name="Wu", frontage=(WHOLE[0], WHOLE[1]))
MERCHANT = Recipient(role=Role.MERCHANT, contact="shop-4711")


def street(*who: Recipient) -> Site:
    """One no-parking zone with two warnings whose recipients these are."""
    return site(replace(zone(rule=SHORT), recipients=who))


def notified(*who: Recipient, until: float = 100, speaker: Speaker = works) -> CoreRun:
    """A car that stands until then: warned at 20 and 50, ordered at 80."""
    return tell(looks(stands("car", 0, until), until=200), street(*who), speaker=speaker)


def steps(story: CoreRun) -> list[tuple[int, str, int | None, bool]]:
    """Who was told, in order: number, contact, with which warning, whether there was an order."""
    return [(each.seq, each.contact, each.n, each.work_order is not None) for each in story.of(Notify)]


def test_each_warning_goes_one_step_further() -> None:
    """The steward hears of the first warning, the officer of the second and of the order."""
    assert steps(notified(STEWARD, OFFICER)) == [
        (1, "jz-017", 1, False),
        (2, "of-203", 2, False),
        (3, "of-203", None, True),
    ]


def test_who_is_alone_is_told_at_both_ends() -> None:
    """With warning 1 and with the order; in between there is no step left."""
    assert steps(notified(STEWARD)) == [(1, "jz-017", 1, False), (2, "jz-017", None, True)]


def test_who_leaves_is_told_of_no_further() -> None:
    """The officer never hears of a car that drove off after the first warning."""
    assert steps(notified(STEWARD, OFFICER, until=30)) == [(1, "jz-017", 1, False)]


def test_a_warning_that_nobody_heard_tells_nobody() -> None:
    """The order does."""
    assert steps(notified(STEWARD, OFFICER, speaker=fails)) == [(1, "of-203", None, True)]


def test_a_zone_without_recipients_tells_nobody() -> None:
    """And says all else as before."""
    without = notified()
    assert without.of(Notify) == ()
    assert without.events == notified(STEWARD, OFFICER).events


def test_what_is_told_comes_behind_what_it_follows_from() -> None:
    """In the line of its incident, under an id that is derived and never drawn."""
    story = notified(STEWARD, OFFICER)
    for notification in story.of(Notify):
        before = story.effects[: story.effects.index(notification)]
        event = [each.event for each in before if isinstance(each, PublishIncident)][-1]
        assert (event.n, event.incident, event.at) == (notification.n, notification.incident, notification.at)
        assert notification.text == event.text
        assert notification.id == f"{event.incident}-notify-{notification.seq}"


def test_the_merchant_reads_what_is_said() -> None:
    """Its contact comes before those of the zone; a shop without one is passed over."""
    shops = site(replace(zone(TRADING, rule=SHORT, shops=(LI,)), recipients=(STEWARD,)))
    story = tell(looks(stands("goods", 0, 100), until=200), shops)
    (first, second, order) = story.of(Notify)
    assert (first.role, first.contact, first.shop, first.text["en"]) == (
        Role.MERCHANT,
        "shop-4711",
        "li",
        "warning 1 at z, 1 left",
    )
    assert second.text == next(event.text for event in story.events if event.n == 2)
    assert (order.contact, order.n, order.work_order is not None) == ("jz-017", None, True)
    here = replace(zone(TRADING, shops=(LI, WU)), recipients=(STEWARD,))
    assert recipients(here, "li") == (MERCHANT, STEWARD)
    assert recipients(here, "wu") == recipients(here, None) == (STEWARD,)


@given(st.lists(st.sampled_from([STEWARD, OFFICER]), max_size=4), st.integers(1, 6))
def test_the_order_goes_to_the_last(who: list[Recipient], n: int) -> None:
    """Whoever was told before; a warning beyond the ladder goes to nobody."""
    here = replace(zone(), recipients=tuple(who))
    assert next_recipient(here, None, None) == (who[-1] if who else None)
    assert next_recipient(here, None, n) == (who[n - 1] if n <= len(who) else None)


@pytest.mark.parametrize("cut", [10, 21, 30, 51, 81, 120])
def test_a_restart_tells_nobody_twice(cut: int) -> None:
    """The world knows how far the ladder of recipients was climbed, also as it is stored."""
    events = looks(stands("car", 0, 100), until=200)
    here = street(STEWARD, OFFICER)
    before = tell(events[:cut], here)
    after = tell(events[cut:], here, world=decode_world(encode_world(before.world)))
    assert [*before.of(Notify), *after.of(Notify)] == list(notified(STEWARD, OFFICER).of(Notify))

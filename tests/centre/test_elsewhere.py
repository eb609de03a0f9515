"""Strikes at other boxes: the centre tells the box of an open incident how many its party has elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
import pytest

from centre.cases.strikes import Elsewhere, Party, command_id, news, parties
from centre.ingest.keep import Arrived, keep
from edge_agent.app.feed.messages import messages
from edge_agent.config.wire.commands import read_command
from edge_agent.core.commands import StrikesElsewhere
from edge_agent.core.effects import OpenWorkOrder, Receipt, Speak
from edge_agent.core.events import Command
from edge_agent.core.site.site import Site
from tests.centre.asking import Visitor
from tests.centre.box import Box, box_on
from tests.centre.conftest import Reachable
from tests.centre.stories import SOURCE, START, Street
from tests.centre.test_keep import arrived, plate
from tests.core.incident.test_strike_ledger import HERE, goods, order_times
from tests.core_run import CoreRun, tell
from tests.feed.waiting import wait_for
from tests.street import at, looks

OTHER: Final = "cityops/v1/320402/box-02"
THIRD: Final = "cityops/v1/320481/box-01"
TRADING: Final = "out_of_store_trading"
CLEAR: Final = "苏D12345"
Told = list[tuple[str, str, int, str]]


@pytest.fixture(autouse=True)
def shops(connection: psycopg.Connection) -> None:
    """The city's register of shops."""
    connection.execute("INSERT INTO shop (code, name) VALUES ('S-1', 'one'), ('S-2', 'two'), ('fruit', 'fruit')")


def of_shop(incident: str, source: str = SOURCE, *, shop: str = "S-1", **more: object) -> Street:
    """An incident of a shop, at a box that counts strikes."""
    strike = {"by": "shop", "party": shop, "n": 1, "step": "green"}
    return Street(incident, source, kind=TRADING, more={"shop": shop, "strike": strike} | more)


def of_plate(incident: str, source: str, read: dict[str, Any]) -> Street:
    """An incident of a vehicle, at a box that counts strikes by plate."""
    strike = {"by": "plate", "party": read["text"], "n": 1, "step": "green"}
    return Street(incident, source, more={"plate": read, "strike": strike})


def heard(connection: psycopg.Connection, *streets: Street, minutes: float = -60) -> None:
    """Incidents at other boxes that were opened before, and of which somebody has heard."""
    for street in streets:
        street.more |= {"opened": _ago(minutes)}
        keep(connection, arrived(street.opened(), street.warned(1, 0)), START)


def _ago(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def told(connection: psycopg.Connection) -> Told:
    """What boxes were told of other boxes: whom, of which incident, how many, and by whom; in order."""
    rows = connection.execute(
        "SELECT source, incident, (payload::jsonb ->> 'elsewhere')::int, by FROM command WHERE verb = 'strikes'"
        " ORDER BY issued, id"
    ).fetchall()
    return [(source, incident, count, by) for source, incident, count, by in rows]


def test_a_box_is_told_once_of_what_its_party_has_elsewhere(connection: psycopg.Connection) -> None:
    """As it opens; the same message again, its next ones and a new worker say nothing more. It is in the record."""
    heard(connection, of_shop("a", OTHER), of_shop("b", THIRD))
    here = of_shop("inc-1")
    opened = here.opened()
    keep(connection, arrived(opened), START)
    assert told(connection) == [(SOURCE, "inc-1", 2, "centre")]
    keep(connection, arrived(opened), START)
    keep(connection, arrived(here.warned(1, 1)), START + timedelta(minutes=1))
    with psycopg.connect(connection.info.dsn, autocommit=True) as another:
        keep(another, arrived(here.warned(2, 6)), START + timedelta(minutes=6))
    assert told(connection) == [(SOURCE, "inc-1", 2, "centre")]
    recorded = connection.execute("SELECT account, action, thing, detail FROM audit").fetchall()
    assert recorded == [("centre", "command.strikes", "inc-1", {"incident": "inc-1", "elsewhere": 2})]


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param(lambda: [of_shop("a")], id="at the same box"),
        pytest.param(lambda: [of_shop("a", OTHER, shop="S-2")], id="of another shop"),
        pytest.param(lambda: [replace(of_shop("a", OTHER), kind="piled_goods")], id="of another kind"),
        pytest.param(
            lambda: [replace(of_plate("a", OTHER, plate("S-1")), kind=TRADING)],
            id="of a plate that reads like the shop",
        ),
        pytest.param(list, id="nowhere"),
    ],
)
def test_what_is_no_strike_of_its_party_elsewhere_is_not_told(
    connection: psycopg.Connection, elsewhere: Callable[[], list[Street]]
) -> None:
    """Of the same box, another shop, another kind, or of nobody."""
    heard(connection, *elsewhere())
    keep(connection, arrived(of_shop("inc-1").opened()), START)
    assert told(connection) == []


def test_a_shop_that_the_city_does_not_know_is_no_one_shop(connection: psycopg.Connection) -> None:
    """Two boxes may name two shops alike; once the register knows the name it is one shop, and the box is told."""
    heard(connection, of_shop("a", OTHER, shop="no-3"))
    here = of_shop("inc-1", shop="no-3")
    keep(connection, arrived(here.opened()), START)
    assert told(connection) == []
    connection.execute("INSERT INTO shop (code, name) VALUES ('no-3', 'three')")
    keep(connection, arrived(here.warned(1, 1)), START + timedelta(minutes=1))
    assert told(connection) == [(SOURCE, "inc-1", 1, "centre")]


def test_what_nobody_heard_was_rejected_or_is_too_long_ago_does_not_count(connection: psycopg.Connection) -> None:
    """Nor what was opened later than the incident that asks; a work order without a warning was heard."""
    keep(
        connection,
        arrived(replace(of_shop("unheard", OTHER), more={"opened": _ago(-9), "shop": "S-1"}).opened()),
        START,
    )
    heard(connection, of_shop("old", OTHER), minutes=-31 * 24 * 60)
    heard(connection, of_shop("later", OTHER), minutes=5)
    rejected = of_shop("rejected", OTHER)
    heard(connection, rejected)
    keep(connection, arrived(rejected.event("cancelled", 1, by="officer-1", verb="reject")), START)
    keep(connection, arrived(of_shop("inc-1").opened()), START)
    assert told(connection) == []
    silent = of_shop("silent", OTHER, opened=_ago(-5))
    keep(connection, arrived(silent.opened(), silent.event("escalated", 1, work_order="wo-1", reason="silent")), START)
    assert told(connection) == [(SOURCE, "inc-1", 1, "centre")]


def test_a_strike_that_is_heard_elsewhere_later_is_told_then(connection: psycopg.Connection) -> None:
    """The other box opened it before, and its warning is played while this one is open already."""
    other = of_shop("a", OTHER, opened=_ago(-2))
    keep(connection, arrived(other.opened()), START)
    keep(connection, arrived(of_shop("inc-1").opened()), START)
    assert told(connection) == []
    keep(connection, arrived(other.warned(1, 1)), START)
    assert told(connection) == [(SOURCE, "inc-1", 1, "centre")]


def test_who_counts_no_strikes_or_by_place_is_not_told(connection: psycopg.Connection) -> None:
    """A box without the rule would refuse it; and a place is one box's."""
    heard(connection, of_shop("a", OTHER))
    keep(connection, arrived(replace(of_shop("inc-1"), more={"shop": "S-1"}).opened()), START)
    place = {"strike": {"by": "place", "party": "kerb", "n": 1, "step": "green"}, "shop": "S-1"}
    keep(connection, arrived(replace(of_shop("inc-2"), more=place).opened()), START)
    assert told(connection) == []


def test_plates_are_counted_where_they_are_clear_and_sure(connection: psycopg.Connection) -> None:
    """A hash is of its box's own key; that it is equal at two boxes says nothing. Nor does a doubtful province."""
    heard(connection, of_plate("a", OTHER, plate(CLEAR)))
    heard(connection, of_plate("b", OTHER, plate("hmac-sha256:00ff", hashed=True)))
    heard(connection, of_plate("c", OTHER, plate("皖D54321", province_sure=False)))
    keep(connection, arrived(of_plate("hash", SOURCE, plate("hmac-sha256:00ff", hashed=True)).opened()), START)
    keep(connection, arrived(of_plate("unsure", SOURCE, plate("皖D54321", province_sure=False)).opened()), START)
    keep(connection, arrived(of_plate("doubted", SOURCE, plate("皖D54321")).opened()), START)
    assert told(connection) == []
    keep(connection, arrived(of_plate("clear", SOURCE, plate(CLEAR)).opened()), START)
    assert told(connection) == [(SOURCE, "clear", 1, "centre")]


def test_what_is_forgiven_elsewhere_takes_the_count_down(visitor: Visitor, connection: psycopg.Connection) -> None:
    """Each time by a command of its own; one that is over is told nothing."""
    heard(connection, of_shop("a", OTHER), of_shop("b", OTHER))
    over = of_shop("over")
    keep(connection, arrived(over.opened(), over.event("resolved", 1, reason="left", stage=0, end=_ago(1))), START)
    keep(connection, arrived(of_shop("inc-1").opened()), START)
    assert told(connection) == [(SOURCE, "inc-1", 2, "centre")]
    visitor.post("/d/320402/box-02/a/forgive", reason="the awning was ours")
    visitor.post("/d/320402/box-02/b/forgive", reason="so was that")
    assert told(connection) == [(SOURCE, "inc-1", count, "centre") for count in (2, 1, 0)]
    heard(connection, of_shop("c", THIRD))
    assert len({row[0] for row in connection.execute("SELECT id FROM command WHERE verb = 'strikes'")}) == 4


def test_a_count_that_no_box_heard_is_told_again_with_its_next_message(connection: psycopg.Connection) -> None:
    """It was away for longer than a command lives. One that refused it is not asked again."""
    heard(connection, of_shop("a", OTHER))
    here = of_shop("inc-1")
    keep(connection, arrived(here.opened()), START)
    connection.execute("UPDATE command SET outcome = 'expired' WHERE verb = 'strikes'")
    keep(connection, arrived(here.warned(1, 20)), START + timedelta(minutes=20))
    assert told(connection) == [(SOURCE, "inc-1", 1, "centre")] * 2
    connection.execute("UPDATE command SET outcome = 'refused' WHERE outcome IS NULL")
    keep(connection, arrived(here.warned(2, 25)), START + timedelta(minutes=25))
    assert len(told(connection)) == 2


def test_of_two_workers_the_second_counts_what_the_first_has_committed(connection: psycopg.Connection) -> None:
    """One writes the strike, the other what opens meanwhile: neither sees the other's, until it has waited."""
    heard(connection, of_shop("before", THIRD, shop="S-2"))  # the month is made, which holds the second up too
    other = of_shop("a", OTHER, opened=_ago(-2))
    batch = arrived(other.opened(), other.warned(1, 0))
    with ThreadPoolExecutor(1) as pool, psycopg.connect(connection.info.dsn, autocommit=True) as second:
        with connection.transaction():
            keep(connection, batch, START)
            waiting = pool.submit(keep, second, arrived(of_shop("inc-1").opened()), START)
            wait_for(lambda: _waits(connection) or waiting.done())
        assert waiting.result(60).new == 1
    assert told(connection) == [(SOURCE, "inc-1", 1, "centre")]


def _waits(connection: psycopg.Connection) -> bool:
    (count,) = connection.execute(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    ).fetchone() or (0,)
    return bool(count)


def test_what_is_told_is_bounded_and_named_by_its_incident_and_its_turn() -> None:
    """Pure: the same from whichever worker; of two boxes' incidents of one name two commands."""
    standing = Elsewhere(source=SOURCE, incident="i", counted=2, told=0, times=0)
    assert news(standing, 1000) == 2
    assert news(replace(standing, told=2), 1000) is None
    assert news(replace(standing, counted=0, told=2), 1000) == 0
    assert news(replace(standing, counted=5000), 1000) == 1000
    assert news(replace(standing, counted=5000, told=1000), 1000) is None
    names = {command_id(each) for each in (standing, replace(standing, times=1), replace(standing, source=OTHER))}
    assert len(names) == 3
    assert all(len(name) <= 64 for name in names)
    assert parties(shop="s", plate=CLEAR, kind="k") == {Party("shop", "s", "k"), Party("plate", CLEAR, "k")}
    assert parties(shop=None, plate="hmac-sha256:00ff", kind="k") == frozenset()


def sent(result: CoreRun, where: Site) -> list[Arrived]:
    """What a box sends of what its core says, as the broker gives it."""
    return [Arrived(each.topic, each.payload) for each in messages(result.effects, where)]


def test_two_boxes_meet(connection: psycopg.Connection) -> None:
    """A shop is warned at one box; at the next it opens as the first time, is told, and goes by the second's step."""
    first, second = (replace(HERE, agent=agent, adcode="320402") for agent in ("box-01", "box-02"))
    before = tell(looks(goods(0, 60), until=150), first)
    assert keep(connection, sent(before, first), at(150)).bad == 0
    begun = tell(looks(goods(1000, 1300), first=900, until=1021), second)
    assert keep(connection, sent(begun, second), at(1021)).bad == 0
    ((source, verb, payload),) = connection.execute("SELECT source, verb, payload FROM command").fetchall()
    assert (source, verb) == ("cityops/v1/320402/box-02", "strikes")
    given = read_command(verb, payload.encode())
    assert given.what == StrikesElsewhere(incident=begun.incidents[-1], elsewhere=1)
    command = Command(at=at(1022), id=given.id, by=given.by, what=given.what)
    after = tell([command, *looks(goods(1000, 1300), first=1023, until=1300)], second, world=begun.world)
    assert keep(connection, sent(after, second), at(1300)).bad == 0
    assert [each.outcome for each in after.of(Receipt)] == ["accepted"]
    assert connection.execute("SELECT outcome, reason FROM command").fetchall() == [("accepted", "")]
    assert [each.text["en"] for each in after.of(Speak)] == ["again"]
    assert order_times(after) == [1080]
    alone = tell(looks(goods(1000, 1300), first=1022, until=1300), second, world=begun.world)
    assert alone.of(OpenWorkOrder) == ()
    (strike,) = connection.execute("SELECT data -> 'strike' FROM incident WHERE source = %s", (source,)).fetchone() or (
        {},
    )
    assert strike == {"by": "shop", "party": "fruit", "n": 2, "step": "yellow", "elsewhere": 1}


def test_the_command_reaches_the_box_and_its_receipt_the_page(
    centre: str, box: Box, broker: Reachable, connection: psycopg.Connection
) -> None:
    """Over a real broker, between two boxes; shown in both languages' words beside what people gave."""
    visitor = Visitor(centre)
    visitor.enters("manager")
    with box_on(broker.port, OTHER) as other:
        there = other.opens(of_shop("a", OTHER, opened=_instant(connection, -5)))
        other.warns(there, 1)
        box.opens(of_shop("inc-1", opened=_instant(connection, -1)))
        wait_for(lambda: any(each["verb"] == "strikes" for each in box.heard))
    (command,) = (each for each in box.heard if each["verb"] == "strikes")
    assert (command["incident"], command["elsewhere"], command["by"]) == ("inc-1", 1, "centre")
    wait_for(lambda: 'data-verb="strikes" data-outcome="accepted"' in visitor.get("/d/320402/box-01/inc-1").text)
    assert "Strikes elsewhere 1" in visitor.get("/d/320402/box-01/inc-1").text


def _instant(connection: psycopg.Connection, minutes: float) -> str:
    (now,) = connection.execute("SELECT now()").fetchone() or (START,)
    assert isinstance(now, datetime)
    shifted = now.astimezone(START.tzinfo) + timedelta(minutes=minutes)
    return shifted.isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""What ingest makes of messages: each once, the state by its number in whatever order, bad ones put aside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centre.database.embedded import EmbeddedDatabase
from centre.ingest.keep import Arrived, KeepCounts, keep
from tests.centre.stories import SOURCE, START, Street, envelope, instant, payload_of, receipt, topic_of

Connection = psycopg.Connection[tuple[Any, ...]]


def arrived(*messages: dict[str, Any]) -> list[Arrived]:
    """The messages as the broker gives them."""
    return [Arrived(topic_of(each), payload_of(each)) for each in messages]


def one(connection: Connection, query: str) -> tuple[Any, ...]:
    """The one row of a query."""
    (row,) = connection.execute(query).fetchall()
    return tuple(row)


def test_a_ladder_becomes_an_incident_and_an_order(connection: Connection) -> None:
    """All twelve messages are kept, and the last of each subject says where it stands."""
    ladder = Street().ladder()
    assert keep(connection, arrived(*ladder), START) == KeepCounts(new=12)
    assert one(connection, "SELECT stage, open, delivered, ended_stage FROM incident") == (
        "resolved",
        False,
        3,
        "after_order",
    )
    assert one(connection, "SELECT status, open, assignee, verified_by FROM work_order") == (
        "closed",
        False,
        "officer-1",
        "camera",
    )
    assert one(connection, "SELECT count(*) FROM order_step") == (6,)
    assert one(connection, "SELECT count(*), min(media_type) FROM thumbnail") == (1, "image/jpeg")
    stored = [row[0] for row in connection.execute("SELECT event FROM message ORDER BY time, id")]
    assert sorted(json.dumps(each, sort_keys=True) for each in stored) == sorted(
        json.dumps(each, sort_keys=True) for each in ladder
    )


def state(connection: Connection) -> list[Any]:
    """All that the feed's tables hold, but for when it came."""
    queries = (
        "SELECT to_jsonb(i) - 'received' FROM incident i ORDER BY source, incident",
        "SELECT to_jsonb(w) FROM work_order w ORDER BY source, work_order",
        "SELECT to_jsonb(s) FROM order_step s ORDER BY source, work_order, seq",
        "SELECT to_jsonb(s) - 'heard' FROM subject s ORDER BY source, subject",
        "SELECT to_jsonb(t) FROM thumbnail t ORDER BY source, incident, seq",
        "SELECT to_jsonb(e) FROM evidence e ORDER BY source, incident, sha256",
        "SELECT to_jsonb(m) - 'received' - 'tx' FROM message m ORDER BY source, id",
    )
    return [connection.execute(query).fetchall() for query in queries]


@settings(max_examples=25)
@given(data=st.data())
def test_order_and_repetition_change_nothing(server: EmbeddedDatabase, data: st.DataObject) -> None:
    """Whatever the order, however often, in whatever batches: the tables are the same."""
    events = [*Street("inc-1").ladder(), Street("inc-1").stored(15.5), *Street("inc-2", zone="gate").ladder()[:6]]
    shuffled = data.draw(st.permutations(events))
    again = data.draw(st.lists(st.sampled_from(events), max_size=6))
    size = data.draw(st.integers(1, 9))
    with psycopg.connect(server.url, autocommit=True) as connection:
        _emptied(connection)
        keep(connection, arrived(*events), START)
        expected = state(connection)
        _emptied(connection)
        all_of_them = [*shuffled, *again]
        for first in range(0, len(all_of_them), size):
            keep(connection, arrived(*all_of_them[first : first + size]), START)
        assert state(connection) == expected
        _emptied(connection)


def _emptied(connection: Connection) -> None:
    connection.execute(
        "TRUNCATE message, subject, agent, incident, work_order, order_step, evidence, thumbnail, dead_letter"
    )


def hostile() -> list[tuple[str, bytes, str]]:
    """Topic, payload, and what the reason has to name."""
    good = Street("inc-9").opened()
    topic = topic_of(good)

    def spoilt(**data: object) -> bytes:
        return payload_of({**good, "data": {**good["data"], **data}})

    return [
        (topic, b"{{{", "JSON"),
        (topic, b"[1, 2]", "object"),
        (topic, b"\xff\xfe", "UTF-8"),
        (topic, b"x" * 600_000, "600000 bytes"),
        (topic, b"[" * 100_000, "recursion"),
        (topic, payload_of({**good, "source": "cityops/v1/320402/box-02"}), "box-02"),
        (topic, payload_of({**good, "specversion": "9"}), "specversion"),
        (topic, payload_of({**good, "time": "yesterday"}), "time"),
        (topic, payload_of({**good, "time": "2026-11-01T08:00:00"}), "timezone"),
        (topic, spoilt(seq=0), "seq"),
        (topic, spoilt(seq="first"), "seq"),
        (topic, spoilt(seq=2**40), "seq"),
        (topic, spoilt(zone={"id": 1}), "zone"),
        (topic, spoilt(zone_name={"en": "x" * 5000}), "zone_name"),
        (topic, spoilt(text={"en": "nul \u0000"}), "NUL"),
        (topic, spoilt(box=[0, 0, "inf", 1]), "box"),
        (topic, spoilt(unknown=float("nan")), "invalid"),
        (topic, spoilt(incident="x" * 300), "incident"),
        (topic, b'{"specversion": "\\ud800"}', "hex escape"),
        ("cityops/v1/12/box/incident/x/opened", payload_of(good), "topic"),
        (f"{SOURCE}/status", b'"online"', "status"),
        (f"{SOURCE}/site", b'{"agent": 5}', "agent"),
    ]


@pytest.mark.parametrize("number", range(len(hostile())))
def test_a_bad_message_is_put_aside_and_says_why(connection: Connection, number: int) -> None:
    """It is kept with its reason, and those around it are none the worse."""
    topic, payload, reason = hostile()[number]
    first, second = Street("inc-1").opened(), Street("inc-2").opened()
    result = keep(connection, [*arrived(first), Arrived(topic, payload), *arrived(second)], START)
    assert result == KeepCounts(new=2, bad=1)
    row = one(connection, "SELECT topic, bytes, reason, payload FROM dead_letter")
    assert row[:2] == (topic, len(payload))
    assert reason.lower() in row[2].lower()
    assert payload.startswith(row[3])


def test_the_same_id_with_another_content_changes_nothing(connection: Connection) -> None:
    """The first one stands, also where the second claims another time, and so another month."""
    first = Street().opened()
    second = {**first, "time": "2026-12-24T08:00:00Z", "data": {**first["data"], "kind": "other"}}
    keep(connection, arrived(first), START)
    assert keep(connection, arrived(second), START) == KeepCounts(again=1)
    assert one(connection, "SELECT kind FROM incident") == ("illegal_parking",)
    assert one(connection, "SELECT count(*) FROM message") == (1,)


def test_a_hole_in_the_numbers_is_known(connection: Connection) -> None:
    """A message that is missing is seen, and the hole is closed when it comes."""
    ladder = Street().ladder()
    keep(connection, arrived(ladder[0], ladder[2], ladder[3]), START)
    holes = "SELECT int4multirange(int4range(1, upper(seqs))) - seqs FROM subject"
    assert str(one(connection, holes)[0]) == "{[2, 3)}"
    keep(connection, arrived(ladder[1]), START)
    assert str(one(connection, holes)[0]) == "{}"


def test_a_receipt_answers_its_command(connection: Connection) -> None:
    """By its id, and only from the box that it was given to."""
    connection.execute(
        "INSERT INTO command (id, source, verb, incident, by, issued, expires, payload) "
        "VALUES ('c1', %s, 'accept', 'inc-1', 'officer-1', now(), now() + interval '1 hour', '{}')",
        (SOURCE,),
    )
    other = receipt("c1", "accept", "accepted", instant(1))
    other["source"] = "cityops/v1/110101/box-09"
    keep(connection, arrived(other), START)
    assert one(connection, "SELECT outcome FROM command") == (None,)
    keep(connection, arrived(receipt("c1", "accept", "refused", instant(1), reason="no such incident")), START)
    assert one(connection, "SELECT outcome, reason FROM command") == ("refused", "no such incident")


def test_health_and_status_say_how_a_box_is(connection: Connection) -> None:
    """Later news counts, also where it comes first; retained messages need no envelope."""
    dark = envelope("camera.health", "campus", instant(2), {"camera": "campus", "at": instant(2), "state": "dark"})
    ok = envelope("camera.health", "campus", instant(1), {"camera": "campus", "at": instant(1), "state": "ok"})
    agent = {"agent": "box-01", "at": instant(3), "state": "overloaded", "reason": "looks come 2.1 s late"}
    status = Arrived(f"{SOURCE}/status", b'{"agent": "box-01", "state": "online", "software": "0.1.0"}')
    late = arrived(dark, envelope("agent.health", "box-01", instant(3), agent), ok)
    keep(connection, [status, *late], START)
    assert one(connection, "SELECT camera, state FROM camera") == ("campus", "dark")
    assert one(connection, "SELECT status, health, reason, software FROM agent") == (
        "online",
        "overloaded",
        "looks come 2.1 s late",
        "0.1.0",
    )


def test_every_example_of_the_contract_is_taken(connection: Connection, examples: Sequence[tuple[str, bytes]]) -> None:
    """Nothing that the contract shows is put aside."""
    for topic, payload in examples:
        assert keep(connection, [Arrived(topic, payload)], START).bad == 0, (topic, payload)


def plate(text: str, **more: object) -> dict[str, Any]:
    """A plate as the contract has it."""
    return {"text": text, "hashed": False, "confidence": 0.98, "looks": 4, "province_sure": True} | more


def test_an_incident_whose_plate_was_read_is_kept(connection: Connection) -> None:
    """By its plate, or the hash of one; one whose province is unsure is kept too, and is nobody's."""
    shown = {
        "a": plate("苏D12345"),
        "b": plate("hmac-sha256:00ff", hashed=True),
        "c": plate("皖D12345", province_sure=False),
    }
    opened = [Street(name).opened(plate=each) for name, each in shown.items()]
    assert keep(connection, arrived(*opened), START) == KeepCounts(new=3)
    rows = connection.execute("SELECT incident, plate, data -> 'plate' FROM incident ORDER BY incident").fetchall()
    assert rows == [
        ("a", "苏D12345", shown["a"]),
        ("b", "hmac-sha256:00ff", shown["b"]),
        ("c", None, shown["c"]),
    ]

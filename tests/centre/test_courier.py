"""What the centre asks boxes by itself: what it has missed, and pictures that no message brought."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg
import pytest

from centre.contract.commands import KEYS, NEEDED, REASONS, Value, command
from centre.errors import BadInputError
from centre.ingest.courier import LONG, PATIENCE, ask_for_gaps
from centre.ingest.keep import Arrived, keep
from tests.architecture import ROOT
from tests.centre.stories import SOURCE, START, Street
from tests.centre.test_keep import arrived

ONLINE = Arrived(f"{SOURCE}/status", b'{"agent": "box-01", "state": "online"}')
HEADING: Final = frozenset({"id", "issued", "expires", "by"})


def reports(connection: psycopg.Connection, after: timedelta) -> int:
    """How often the box has been asked to report, so long from now."""
    ask_for_gaps(connection, datetime.now(UTC) + after)  # noqa: TID251 - the database dates what it hears
    (count,) = connection.execute("SELECT count(*) FROM command WHERE verb = 'report'").fetchone() or (0,)
    return int(count)


def test_a_box_is_asked_once_for_what_is_missing(connection: psycopg.Connection) -> None:
    """After a while, for it may merely be late; and not again for the same hole."""
    ladder = Street().ladder()
    keep(connection, arrived(ladder[0], ladder[2]), START)
    assert reports(connection, timedelta()) == 0
    assert reports(connection, PATIENCE * 2) == 1
    assert reports(connection, PATIENCE * 4) == 1


def test_a_centre_that_comes_late_asks_for_what_is_open(connection: psycopg.Connection) -> None:
    """Where the box lists what we have never heard of, or of which we have not heard the last."""
    opened = {"incidents": [{"id": "inc-1", "seq": 1, "stage": "opened"}], "work_orders": []}
    keep(connection, [ONLINE, *arrived(Street("inc-1").opened())], START)
    keep(connection, [Arrived(f"{SOURCE}/open", json.dumps(opened).encode())], START)
    assert reports(connection, PATIENCE * 2) == 0
    opened["incidents"].append({"id": "inc-2", "seq": 5, "stage": "escalated"})
    keep(connection, [Arrived(f"{SOURCE}/open", json.dumps(opened).encode())], START)
    assert reports(connection, PATIENCE * 2) == 1
    assert reports(connection, PATIENCE * 3) == 1
    assert reports(connection, LONG * 2) == 2


def contract_of(verb: str) -> dict[str, Any]:
    """The schema of a verb, as the box's side of the contract has it."""
    path = ROOT / "docs/feed/schemas" / f"command.{verb}.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def test_the_centre_knows_the_verbs_of_the_contract_and_no_other() -> None:
    """A verb that no box obeys is no button."""
    named = {path.stem.removeprefix("command.") for path in (ROOT / "docs/feed/schemas").glob("command.*.json")}
    assert set(KEYS) == named - {"receipt"}


@pytest.mark.parametrize("verb", KEYS)
def test_the_keys_and_reasons_of_a_verb_are_those_of_the_contract(verb: str) -> None:
    """Those that may be given, those that must be, and the words of its list, where it has one."""
    schema = contract_of(verb)
    own = set(schema["properties"]) - HEADING
    assert own - {"incident"} == set(KEYS[verb]) - {"incident"}
    assert set(KEYS[verb]) <= own
    assert set(schema["required"]) - HEADING == set(NEEDED.get(verb, ("incident",)))
    listed = schema["properties"].get("reason", {}).get("enum")
    assert (None if listed is None else set(listed)) == (set(REASONS[verb]) if verb in REASONS else None)


@pytest.mark.parametrize("verb", KEYS)
def test_every_command_is_as_the_contract_wants_it(verb: str) -> None:
    """By the schema of its verb."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow to import

    values: dict[str, Value] = {
        "incident": "inc-1",
        "to": "officer-1",
        "reason": REASONS.get(verb, ("unloading",))[0],
        "note": "seen by an officer",
        "photo": "https://photos.example.org/2026/11/0117",
        "elsewhere": 2,
        "zone": "kerb",
        "until": "2026-11-01T10:00:00Z",
        "permit": "p-1",
        "holder": "李",
        "valid_to": "2026-11-01T10:00:00Z",
        "valid_from": "2026-11-01T09:00:00Z",
        "kinds": ["illegal_parking"],
        "shop": "s-1",
        "text": {"zh-CN": "请离开", "en": "please leave"},
    }
    keys = {key: values[key] for key in KEYS[verb] if key in values}
    schema = contract_of(verb)
    made = command(verb, SOURCE, ident="c-1", by="officer-1", at=START, keys=keys)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(json.loads(made.payload()))] == []


@pytest.mark.parametrize(
    ("verb", "keys", "reason"),
    [
        ("fly", {}, "verb 'fly'"),
        ("dispatch", {"incident": "i"}, "'to' is missing"),
        ("accept", {"incident": "i", "zone": "z"}, "'zone' is not one of"),
        ("reject", {"incident": "i", "reason": "unloading"}, "reason 'unloading': expected one of not_there, "),
        ("confirm", {"incident": "i", "note": "x" * 201}, "note: found 201 characters, expected at most 200"),
        ("strikes", {"incident": "i"}, "'elsewhere' is missing"),
        ("strikes", {"incident": "i", "elsewhere": 1001}, "elsewhere 1001: expected a number from 0 to 1000"),
        ("strikes", {"incident": "i", "elsewhere": "2"}, "elsewhere '2': expected a number from 0 to 1000"),
        ("verify", {"incident": "i", "reason": "photo", "photo": "in my bag"}, "photo 'in my bag': expected"),
    ],
)
def test_a_command_that_cannot_be_is_refused(verb: str, keys: dict[str, Value], reason: str) -> None:
    """Before it is sent."""
    with pytest.raises(BadInputError, match=reason):
        command(verb, SOURCE, ident="c", by="x", at=START, keys=keys)


def test_none_elsewhere_is_a_count_and_is_sent() -> None:
    """It takes back what was told before."""
    made = command("strikes", SOURCE, ident="c", by="centre", at=START, keys={"incident": "i", "elsewhere": 0})
    assert json.loads(made.payload())["elsewhere"] == 0

"""The desk: each command is kept before it is done, done once, and answered once, whatever happens in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from edge_agent.adapters.store.commands import Pending
from edge_agent.app.agent.command_handler import REUSED, Done
from edge_agent.app.agent.command_rate import A_MINUTE, UNREADABLE
from edge_agent.config.wire.events import instant_text
from edge_agent.core.commands import CommandOutcome
from tests.app.centre import Centre
from tests.app.one_camera import PowerCutError
from tests.street import at


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """A box before which a car stands; its incident opens at 20."""
    centre = Centre(tmp_path)
    yield centre
    centre.store.close()


def test_a_rejected_incident_stays_closed(centre: Centre) -> None:
    """It is told, receipted, and nothing is said to that car any more."""
    centre.looks(30)
    centre.write("reject", incident=centre.incident, reason="permitted", note="a hearse")
    centre.looks(300)
    assert centre.happened() == ["incident.opened", "incident.warned", "incident.cancelled"]
    cancelled = next(data for data in centre.events() if data["type"] == "incident.cancelled")
    assert (cancelled["verb"], cancelled["by"], cancelled["reason"]) == ("reject", "Li Wei", "permitted")
    assert cancelled["note"] == "a hearse"
    assert centre.receipts() == [
        {
            "type": "command.receipt",
            "command": "cmd-1",
            "verb": "reject",
            "at": instant_text(at(30)),
            "outcome": "accepted",
            "camera": "c1",
            "by": "Li Wei",
        }
    ]


def test_a_granted_permit_suppresses(centre: Centre) -> None:
    """What stood there without one is allowed from the next look on."""
    centre.looks(30)
    centre.write("grant", zone="z", permit="p9", holder="Zhang", valid_to=instant_text(at(9000)))
    centre.looks(60)
    assert centre.happened()[-1] == "incident.suppressed"
    centre.write("revoke", zone="z", permit="p9")
    centre.looks(90)
    assert centre.happened()[-2:] == ["incident.opened", "incident.warned"]
    assert centre.outcomes() == ["accepted", "accepted"]


def test_nothing_is_said_in_a_silent_zone(centre: Centre) -> None:
    """Until the silence is over, also after a power cut."""
    centre.looks(5)
    centre.write("silence", zone="z", until=instant_text(at(100)))
    centre.looks(50)
    centre.restart()
    centre.looks(99)
    assert (centre.happened(), centre.speaker.heard) == ([], [])
    centre.looks(101)
    assert centre.happened() == ["incident.opened", "incident.warned"]


def test_the_same_command_twice_is_done_once(centre: Centre) -> None:
    """Whether it waits for the broker still, or was taken by it: the very same receipt, and nothing else."""
    centre.looks(30)
    centre.write("dispatch", incident=centre.incident, to="Wang")
    before, centre_incident = centre.messages(), centre.incident
    centre.write("dispatch", incident=centre_incident, to="Wang", id="cmd-1")
    assert centre.messages() == before
    receipt = before[-1]
    centre.deliver()
    centre.clock.sleep(1)
    centre.write("dispatch", incident=centre_incident, to="Wang", id="cmd-1")  # written later, and still the same order
    assert centre.messages() == [receipt]
    assert centre.metrics.counts["commands", "repeated"] == 2


def test_another_command_under_the_same_id_is_refused(centre: Centre) -> None:
    """Nobody believes that it was done: it has a receipt of its own, the same each time, beside that of the first."""
    centre.write("silence", zone="z", until=instant_text(at(600)))
    for _ in range(2):
        centre.write("silence", zone="z", until=instant_text(at(0)), id="cmd-1")
    assert [(receipt["command"], receipt["outcome"], receipt.get("reason")) for receipt in centre.receipts()] == [
        ("cmd-1", "accepted", None),
        ("cmd-1", "refused", REUSED),
    ]
    assert len({message["id"] for message in centre.messages()}) == 2
    centre.hear("silence", b'{"id": "cmd-1"}')
    assert centre.outcomes() == ["accepted", "refused", "refused"]
    centre.looks(50)
    assert centre.happened() == []  # the first holds


def test_a_command_that_is_too_old_is_not_done(centre: Centre) -> None:
    """It says so; also where it waited in the broker over a long weekend."""
    centre.looks(30)
    issued = centre.clock.now() - timedelta(hours=2)
    times = {"issued": instant_text(issued), "expires": instant_text(issued + timedelta(hours=1))}
    centre.write("cancel", incident=centre.incident, **times)
    assert centre.outcomes() == ["expired"]
    assert "incident.cancelled" not in centre.happened()


def test_a_command_from_the_future_is_refused(centre: Centre) -> None:
    """One of the two clocks is wrong, and nobody knows which."""
    issued = centre.clock.now() + timedelta(minutes=6)
    times = {"issued": instant_text(issued), "expires": instant_text(issued + timedelta(hours=1))}
    centre.write("reload", **times)
    assert centre.receipts()[0]["reason"] == "it was issued in the future; which clock is wrong?"


@pytest.mark.parametrize(
    ("payload", "command"),
    [
        (b"\xff\xfe", "unreadable-"),
        (b"[" * 20_000, "unreadable-"),
        (b'{"id": "a b"}', "unreadable-"),
        (b'{"id": "ok-1", "incident": 7}', "ok-1"),
    ],
)
def test_what_cannot_be_read_is_refused(centre: Centre, payload: bytes, command: str) -> None:
    """Under its own id where that can be read."""
    centre.hear("cancel", payload)
    (receipt,) = centre.receipts()
    assert receipt["command"].startswith(command)
    assert receipt["outcome"] == "refused"
    assert receipt["reason"]


def test_what_is_about_nothing_is_refused(centre: Centre) -> None:
    """No such zone, no such incident: no camera need be asked."""
    centre.write("silence", zone="x", until=instant_text(at(100)))
    centre.write("cancel", incident="inc-x")
    centre.write("explode", incident="inc-x")
    assert centre.outcomes() == ["refused"] * 3


def test_a_flood_is_dropped(centre: Centre) -> None:
    """So many a minute are heard; the rest is counted, and may be sent again."""
    for _ in range(A_MINUTE + 7):
        centre.write("cancel", incident="inc-x")
    assert len(centre.receipts()) == A_MINUTE
    assert centre.metrics.counts["commands", "dropped"] == 7
    centre.clock.sleep(60)
    centre.write("cancel", incident="inc-x", id=f"cmd-{A_MINUTE + 1}")
    assert len(centre.receipts()) == A_MINUTE + 1


def test_a_flood_shuts_out_nobody_else(centre: Centre) -> None:
    """Garbage takes nothing from people, one person nothing from another, and the lift of a silence always passes."""
    centre.write("silence", zone="z", until=instant_text(at(600)))
    for number in range(UNREADABLE + 5):
        centre.hear("cancel", b"garbage %d" % number)
    for _ in range(A_MINUTE):
        centre.write("cancel", incident="inc-x")
    assert centre.metrics.counts["commands", "dropped"] == 6  # of the person one: the silence was its first
    lifted = centre.write("silence", zone="z", until=instant_text(at(0)))
    other = centre.write("cancel", incident="inc-x", by="Wang")
    assert [receipt["command"] for receipt in centre.receipts()[-2:]] == [lifted, other]
    centre.looks(30)
    assert "incident.opened" in centre.happened()


def test_of_what_cannot_be_read_only_a_digest_is_kept(centre: Centre) -> None:
    """With the reason, which the receipt has; the same garbage again is the same command."""
    garbage = b'{"id": "g-1", "note": "' + b"x" * 16_000
    for _ in range(2):
        centre.hear("cancel", garbage)
    (receipt,) = centre.receipts()
    assert (receipt["outcome"], bool(receipt["reason"])) == ("refused", True)
    with sqlite3.connect(centre.folder / "agent.db") as database:
        ((payload,),) = database.execute("SELECT payload FROM commands").fetchall()
    assert len(payload) < 300
    assert b"xxx" not in payload


@pytest.mark.parametrize("payload", [b"[" * 16_000, b'{"a":' * 3_000, b'{"id":"d-1","by":' + b"[" * 9_000])
def test_a_command_as_deep_as_the_sea_is_refused(centre: Centre, payload: bytes) -> None:
    """It is no object, or none that ends; nothing recurses into it."""
    centre.hear("cancel", payload)
    assert centre.outcomes() == ["refused"]


def test_an_errand_is_answered_when_it_is_done(centre: Centre) -> None:
    """It is begun once, however long it takes, and once more after a power cut."""
    centre.write("say", zone="z", text={"en": "please leave"})
    centre.clock.sleep(60)
    centre.desk.turn()
    assert (len(centre.box_commands), centre.receipts()) == (1, [])
    centre.restart()
    centre.desk.turn()
    _, answered = centre.box_commands[1]
    answered(Done(outcome=CommandOutcome.REFUSED, reason="no current"))
    centre.desk.turn()
    assert [(r["outcome"], r["reason"]) for r in centre.receipts()] == [("refused", "no current")]
    assert len(centre.box_commands) == 2


def test_an_errand_that_is_answered_while_the_desk_looks_is_not_done_again(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its reading what waits and its asking what is under way: nothing is said twice in the street."""
    centre.write("say", zone="z", text={"en": "please leave"})
    centre.clock.sleep(60)
    ((_, answered),) = centre.box_commands
    read = centre.desk._book.pending  # noqa: SLF001 - the moment after it is meant

    def pending() -> tuple[Pending, ...]:
        waiting = read()
        answered(Done())
        return waiting

    monkeypatch.setattr(centre.desk._book, "pending", pending)  # noqa: SLF001
    centre.desk.turn()
    assert len(centre.box_commands) == 1
    assert centre.outcomes() == ["accepted"]


STEPS = 4  # before the picture, before and after the commit, and none


@pytest.mark.parametrize("cut", range(STEPS))
def test_a_power_cut_between_doing_and_saying(tmp_path: Path, cut: int) -> None:
    """Wherever the power goes, the command is done once and answered once; what it led to is told once."""
    centre = Centre(tmp_path)
    centre.looks(30)
    incident = centre.incident
    centre.mains.cut = len(centre.mains.steps) + cut
    try:
        centre.write("dispatch", incident=incident, to="Wang")
    except PowerCutError:
        centre.restart()
        centre.desk.turn()
    assert centre.outcomes() == ["accepted"]
    assert centre.happened()[2:] == ["incident.escalated", "work_order.opened", "work_order.updated"]
    ids = [message["id"] for message in centre.messages()]
    assert len(set(ids)) == len(ids)
    centre.store.close()


def test_what_a_camera_has_not_answered_is_taken_up_again(centre: Centre) -> None:
    """It may have lost it with a full disk; it is asked again after a while, and does it once."""
    centre.looks(30)
    centre.write("cancel", incident=centre.incident)
    events = centre.happened()
    centre.clock.sleep(60)
    centre.desk.turn()
    assert centre.happened() == events
    assert centre.outcomes() == ["accepted"]


def test_no_receipt_is_dated_before_its_command(centre: Centre) -> None:
    """The centre's clock may be ahead of the box's by minutes; whatever answers, no receipt is older than it."""
    centre.looks(5)
    issued = instant_text(centre.clock.now() + timedelta(minutes=2))
    late = instant_text(centre.clock.now() + timedelta(minutes=4))
    for verb, keys in (("silence", {"zone": "nowhere", "until": late}), ("cancel", {"incident": "inc-none"})):
        centre.write(verb, issued=issued, expires=late, **keys)
    centre.write("cancel", issued=issued, expires=late, incident="inc-other", id="cmd-2")
    assert centre.outcomes() == ["refused"] * 3
    assert {each["at"] for each in centre.receipts()} == {issued}

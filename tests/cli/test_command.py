"""`edge-agent command`: any verb, sent as the centre sends it, and the receipt that comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from edge_agent.adapters.broker import EmbeddedBroker
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber
from edge_agent.app.feed.messages import receipt
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.wire.commands import Given, read_command
from edge_agent.core.commands import CommandOutcome, Grant, Say
from edge_agent.core.effects import Receipt
from tests.cli.streets import refused, typed
from tests.config.samples import SITE, write_site
from tests.feed.story import street

BOX = "320402/box-01"
NO_RECEIPTS = (b"{", b"[" * 50_000, b'{"data": [1]}', b'{"data": 7}', b"null")  # passed over, and the receipt is found


@contextmanager
def box(port: int, *, outcome: CommandOutcome = CommandOutcome.ACCEPTED, answers: bool = True) -> Iterator[list[Given]]:
    """A box that answers every command; what it was told."""
    commands: list[Given] = []
    broker = BrokerSettings(host="127.0.0.1", port=port)
    publisher = MqttPublisher(broker, client_id="box")

    def hear(topic: str, payload: bytes) -> None:
        given = read_command(topic.rpartition("/")[2], payload)
        commands.append(given)
        for ident in ("cmd-of-another", given.id) if answers else ():
            answer = Receipt(
                command=ident, at=given.issued, camera="", verb=given.what.verb, outcome=outcome, by=given.by
            )
            message = receipt(answer, street())
            for noise in NO_RECEIPTS:
                publisher.send(replace(message, payload=noise))
            publisher.send(message)

    publisher.connect()
    ears = MqttSubscriber(broker, f"cityops/v1/{BOX}/cmd/+", hear, client_id="box-commands")
    try:
        yield commands
    finally:
        ears.close()
        publisher.close()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A broker for all tests of this file."""
    with EmbeddedBroker() as broker:
        yield broker.port


def test_a_command_is_sent_and_its_receipt_printed(port: int) -> None:
    """Its own, not another's; texts by language, kinds as a list, and the person who gives it."""
    with box(port) as commands:
        words = ("command", "grant", "zone=kerb", "permit=p1", "holder=校园路小学", "valid_to=2026-11-01T12:00:00Z")
        result = typed(
            *words, "kinds=illegal_parking,exposed_garbage", "--by", "officer-1", "--box", BOX, "--port", str(port)
        )
        assert result.exit_code == 0, result.output
        answer_receipt = json.loads(result.stdout)
        assert (answer_receipt["command"], answer_receipt["outcome"], answer_receipt["by"]) == (
            commands[0].id,
            "accepted",
            "officer-1",
        )
        assert isinstance(commands[0].what, Grant)
        assert commands[0].what.kinds == ("illegal_parking", "exposed_garbage")
        spoken = ("command", "say", "zone=kerb", "text.en=Move, please", "text.zh-CN=请挪车", "--by", "officer-1")
        assert typed(*spoken, "--box", BOX, "--port", str(port)).exit_code == 0
        assert commands[1].what == Say(zone="kerb", text={"en": "Move, please", "zh-CN": "请挪车"})


def test_the_box_and_broker_of_a_site(tmp_path: Path, port: int) -> None:
    """As its file names them."""
    site = write_site(tmp_path, site=f"{SITE}broker: {{host: 127.0.0.1, port: {port}}}\n")
    with box(port) as commands:
        assert typed("command", "reload", "--site", site).exit_code == 0
    assert commands[0].what.verb == "reload"


def test_a_refusal_is_printed_and_is_an_error(port: int) -> None:
    """Whoever scripts it must not take it for done."""
    with box(port, outcome=CommandOutcome.REFUSED):
        result = typed("command", "report", "--box", BOX, "--port", str(port))
    assert (result.exit_code, json.loads(result.stdout)["outcome"]) == (1, "refused")


def test_what_cannot_be_sent_is_said(port: int) -> None:
    """A verb, a key or a value that is none; no box; nobody there; no receipt."""
    where = ("--box", BOX, "--port", str(port))
    assert "found the verb 'dance'" in refused("command", "dance", *where)
    assert refused("command", "cancel", "incident", *where) == "command: found 'incident', expected KEY=VALUE"
    assert "found nobody, expected the person" in refused("command", "cancel", "incident=i", *where)
    assert "expected --site FILE or --box" in refused("command", "reload", "--port", str(port))
    with box(port, answers=False) as commands:
        error = refused("command", "report", *where, "--wait", "0.5")
    assert error == f"command {commands[0].id}: no receipt within 0.5 s; it may be done still, until it expires"

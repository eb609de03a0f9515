"""Instructions that stand are shown wherever somebody looks after a box."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import pytest

from edge_agent.adapters.metrics import PrometheusMetrics
from edge_agent.app.health.instructions import Instructions, in_words, log_receipt, plain_instructions
from edge_agent.core.commands import CommandOutcome, Grant, Silence
from edge_agent.core.effects import Receipt
from edge_agent.core.incident.world import World
from edge_agent.core.site.overrides import Author, Overrides
from tests.street import at

STANDING = Overrides(
    silences=(Silence(zone="kerb", until=at(600)),),
    grants=(Grant(zone="yard", permit="p-1", holder="Bo", valid_to=at(300)),),
    authors=(Author("kerb", None, "officer-1"),),
)
SILENCE = "silence of zone kerb until 2026-11-01T08:10:00.000Z by officer-1"
PERMIT = "permit p-1 in zone yard until 2026-11-01T08:05:00.000Z by nobody named"


def measured(metrics: PrometheusMetrics, verb: str) -> float:
    """When an instruction is over, as a scraper reads it."""
    match = re.search(rf'instruction_until_seconds{{.*verb="{verb}".*}} (\S+)', metrics.text().decode())
    assert match is not None
    return float(match[1])


def test_health_and_metrics_follow_what_stands() -> None:
    """Told when there are others than before, and when there are none any more."""
    worlds = {"c1": World(camera="c1", standing=STANDING)}
    reports: list[tuple[str, str]] = []
    metrics = PrometheusMetrics()
    instructions = Instructions(("c1", "c2"), worlds.get, metrics, lambda *each: reports.append(each))
    instructions.look(at(0))
    instructions.look(at(1))
    assert reports == [("instructions_stand", f"{SILENCE}; {PERMIT}")]
    assert [in_words(each) for each in instructions.in_force] == [SILENCE, PERMIT]
    assert (measured(metrics, "silence"), measured(metrics, "grant")) == (at(600).timestamp(), at(300).timestamp())
    instructions.look(at(300))
    assert reports[1:] == [("instructions_stand", SILENCE)]
    assert measured(metrics, "grant") == 0
    instructions.look(at(600))
    assert reports[2:] == [("ok", "no instruction stands any more")]
    assert measured(metrics, "silence") == 0


def test_machines_read_them_too() -> None:
    """Nobody is null."""
    assert plain_instructions(STANDING.in_force(at(400))) == [
        {"verb": "silence", "zone": "kerb", "until": "2026-11-01T08:10:00.000Z", "by": "officer-1", "permit": None}
    ]


def test_the_log_says_who_commanded_what_until_when(caplog: pytest.LogCaptureFixture) -> None:
    """One line a command, with what became of it."""
    caplog.set_level(logging.INFO)
    log_receipt(
        Receipt(command="x", at=at(0), camera="c1", verb="say", outcome=CommandOutcome.REFUSED, reason="too long")
    )
    accepted = Receipt(command="y", at=at(0), camera="c1", verb="silence", outcome=CommandOutcome.ACCEPTED, zone="kerb")
    log_receipt(replace(accepted, by="officer-1", until=at(600)))
    assert caplog.messages == [
        "command say by nobody named: refused (too long)",
        "command silence zone kerb until 2026-11-01T08:10:00.000Z by officer-1: accepted",
    ]

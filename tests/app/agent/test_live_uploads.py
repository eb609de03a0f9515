"""Upload in a live agent: begun where the site names a store, told on the feed, and no reason not to watch."""

from __future__ import annotations

import json
from dataclasses import replace
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from edge_agent.adapters.metrics import PrometheusMetrics
from edge_agent.app.agent.live_uploads import run_uploads
from edge_agent.app.health.degraded import Degraded
from edge_agent.app.plan import Plan, Surroundings
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.fields.secret import Secret
from edge_agent.config.site.evidence_store import EvidenceStoreSettings
from tests.app.evidence.test_sealing import Street

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge_agent.adapters.clock import SteadyClock

PATIENCE_S: Final = 60.0


def store_at(folder: Path, *, waiting: int = 10**9) -> EvidenceStoreSettings:
    """A folder as the store."""
    root = {"root": Secret("the site file", str(folder))}
    return EvidenceStoreSettings(service="fs", options=root, per_second=10**9, waiting=waiting, url="https://f.example")


def around(street: Street, store: EvidenceStoreSettings | None, wake: Callable[[], None]) -> Surroundings:
    """What a live agent stands on, as far as uploads need it."""
    loaded = street.sealer.loaded
    nothing = cast("Any", None)
    return Surroundings(
        plan=Plan(
            loaded=replace(loaded, evidence=replace(loaded.evidence, store=store)),
            broker=BrokerSettings(host="127.0.0.1"),
        ),
        store=street.store,
        clock=cast("SteadyClock", street.clock),
        metrics=PrometheusMetrics(),
        wake=wake,
        supervisor=nothing,
        stop=Event(),
        degraded=Degraded(),
        again=Event(),
        timekeeper=nothing,
        reread=None,
        standing=nothing,
    )


@pytest.fixture
def street(tmp_path: Path) -> Street:
    """A box with one sealed incident of which the centre has heard."""
    street = Street(tmp_path)
    street.shows("inc-1", "opened")
    street.tells("inc-1", 1)
    street.manifest("inc-1")
    street.store.delivered(tuple(each.order for each in street.store.pending(100)))
    return street


def told(street: Street, kind: str) -> list[dict[str, Any]]:
    """What waits for the centre, of one type."""
    waits = [json.loads(each.message.payload) for each in street.store.pending(100)]
    return [each["data"] for each in waits if each["type"] == kind]


def uploads(street: Street, settings: EvidenceStoreSettings, *, until: Callable[[], bool]) -> None:
    """Let it upload until something is so."""
    stop, woken = Event(), Event()
    thread = Thread(target=run_uploads, args=(around(street, settings, woken.set), stop))
    thread.start()
    try:
        while not until():
            assert woken.wait(PATIENCE_S)
            woken.clear()
    finally:
        stop.set()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_what_arrived_is_told_and_delivery_is_woken(street: Street, tmp_path: Path) -> None:
    """Two redacted files, by hash and address; the original stays."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    uploads(street, store_at(shelf), until=lambda: bool(told(street, "evidence.stored")))
    (event,) = told(street, "evidence.stored")
    agent = street.sealer.loaded.site.agent
    places = {each["url"].removeprefix("https://f.example/") for each in event["evidence"]}
    assert places == {str(path.relative_to(shelf)) for path in shelf.rglob("*.jpg")}
    assert {place.partition("/")[0] for place in places} == {agent}
    assert len(places) == 2


def test_what_will_never_arrive_is_told_as_health(street: Street, tmp_path: Path) -> None:
    """How many files of which incident, and why."""
    (tmp_path / "shelf").mkdir()
    uploads(street, store_at(tmp_path / "shelf", waiting=100), until=lambda: bool(told(street, "agent.health")))
    (health,) = told(street, "agent.health")
    assert health["state"] == "evidence_dropped"
    assert health["reason"] == "2 files of inc-1 will not be uploaded: more than 100 bytes waited for the store"
    assert told(street, "evidence.stored") == []


def test_without_a_store_nothing_is_begun(street: Street) -> None:
    """It ends at once, and leaves no queue behind."""
    run_uploads(around(street, None, lambda: None), Event())
    assert not (street.state / "uploads.db").exists()


def test_a_store_whose_options_are_not_taken_is_said(street: Street, caplog: pytest.LogCaptureFixture) -> None:
    """In one sentence; whatever else the agent does goes on."""
    run_uploads(around(street, EvidenceStoreSettings(service="s3"), lambda: None), Event())
    assert "evidence is not uploaded: evidence store s3: its options are not taken" in caplog.text


def test_a_queue_that_cannot_be_opened_is_said(
    street: Street, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Something else lies where it should."""
    (street.state / "uploads.db").mkdir()
    run_uploads(around(street, store_at(tmp_path), lambda: None), Event())
    assert "evidence is not uploaded: uploads " in caplog.text
    assert "cannot be opened" in caplog.text

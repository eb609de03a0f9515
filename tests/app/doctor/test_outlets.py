"""The broker, tried out as the agent uses it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from edge_agent.adapters.broker import EmbeddedBroker
from edge_agent.adapters.clock import SystemClock
from edge_agent.app.doctor.findings import Verdict
from edge_agent.app.doctor.outlets import broker
from edge_agent.config.deployment import BrokerSettings
from edge_agent.config.loading import LoadedSite
from edge_agent.core.errors import OutsideError
from tests.adapters.scripted_broker import NOT_AUTHORIZED, Script, scripted_broker
from tests.config.samples import load, write_site

HOST = "127.0.0.1"


@pytest.fixture
def site(tmp_path: Path) -> LoadedSite:
    """The sample site; its broker is the embedded one."""
    return load(write_site(tmp_path))


def test_the_embedded_broker_is_tried_beside_the_agents_own(site: LoadedSite) -> None:
    """Another copy on another port: the one at work is not disturbed."""
    (found,) = broker(site, SystemClock())
    assert found.verdict is Verdict.OK
    assert found.said.startswith("embedded: login ")
    assert set(found.figures) == {"login_ms", "taken_ms", "back_ms"}


def test_a_broker_of_the_network_is_named(site: LoadedSite) -> None:
    """With where it is."""
    with EmbeddedBroker() as running:
        (found,) = broker(replace(site, broker=BrokerSettings(host=HOST, port=running.port)), SystemClock())
    assert found.verdict is Verdict.OK
    assert found.said.startswith(f"{HOST}:{running.port}: login ")


def test_a_broker_to_which_we_may_not_listen_is_doubtful(site: LoadedSite) -> None:
    """The topic to allow is named; it is below the agent's own."""
    with scripted_broker(Script(subscribe=NOT_AUTHORIZED)) as script:
        (found,) = broker(replace(site, broker=BrokerSettings(host=HOST, port=script.port)), SystemClock())
    assert found.verdict is Verdict.WARN
    assert found.todo.endswith("cityops/v1/320402/box-01/doctor")
    assert [topic for topic, _ in script.taken] == ["cityops/v1/320402/box-01/doctor"]


def test_a_broker_that_is_gone_comes_out(site: LoadedSite) -> None:
    """As an error of the outside, which the round makes a finding of."""
    with EmbeddedBroker() as gone:
        pass
    with pytest.raises(OutsideError, match="cannot be reached"):
        list(broker(replace(site, broker=BrokerSettings(host=HOST, port=gone.port)), SystemClock()))

"""The broker, tried out as the agent uses it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from edge_agent.adapters.broker import EmbeddedBroker
from edge_agent.adapters.clock import SystemClock
from edge_agent.app.doctor.broker import PROBE, broker, topics
from edge_agent.app.doctor.findings import Condition
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.site.loading import LoadedSite
from edge_agent.config.site.service import MonitoringSettings
from edge_agent.core.errors import OutsideError
from edge_agent.web.monitoring import MonitoringServer, Page
from tests.adapters.mqtt.scripted_broker import NOT_AUTHORIZED, SUCCESS, Script, scripted_broker
from tests.config.samples import load, write_site

HOST = "127.0.0.1"


@pytest.fixture
def site(tmp_path: Path) -> LoadedSite:
    """The sample site; its broker is the embedded one."""
    return load(write_site(tmp_path))


def test_the_embedded_broker_is_tried_beside_the_agents_own(site: LoadedSite) -> None:
    """Another copy on another port: the one at work is not disturbed."""
    (finding,) = broker(site, SystemClock())
    assert finding.verdict is Condition.OK
    assert finding.said.startswith("embedded: login ")
    assert set(finding.figures) == {"login_ms", "taken_ms", "back_ms"}


def test_a_broker_of_the_network_is_named(site: LoadedSite) -> None:
    """With where it is."""
    with EmbeddedBroker() as running:
        (finding,) = broker(replace(site, broker=BrokerSettings(host=HOST, port=running.port)), SystemClock())
    assert finding.verdict is Condition.OK
    assert finding.said.startswith(f"{HOST}:{running.port}: login ")


def test_a_broker_to_which_we_may_not_listen_is_doubtful(site: LoadedSite) -> None:
    """The topic to allow is named; it is below the agent's own."""
    with scripted_broker(Script(subscribe=NOT_AUTHORIZED)) as script:
        (finding,) = broker(replace(site, broker=BrokerSettings(host=HOST, port=script.port)), SystemClock())
    assert finding.verdict is Condition.WARN
    assert finding.todo.endswith("cityops/v1/320402/box-01/doctor")
    assert [topic for topic, _ in script.taken] == ["cityops/v1/320402/box-01/doctor"]


def test_a_broker_that_is_gone_comes_out(site: LoadedSite) -> None:
    """As an error of the outside, which the round makes a finding of."""
    with EmbeddedBroker() as gone:
        pass
    with pytest.raises(OutsideError, match="cannot be reached"):
        list(broker(replace(site, broker=BrokerSettings(host=HOST, port=gone.port)), SystemClock()))


def test_every_kind_of_topic_is_tried(site: LoadedSite) -> None:
    """One message each, on the box's own topics, that says what it is; nothing is said of the agent's status."""
    with scripted_broker(Script()) as script:
        (finding,) = topics(replace(site, broker=BrokerSettings(host=HOST, port=script.port)), SystemClock())
    assert finding.verdict is Condition.OK
    box = "cityops/v1/320402/box-01"
    assert [topic for topic, _ in script.taken] == [
        f"{box}/incident/doctor/probe",
        f"{box}/work_order/doctor/probe",
        f"{box}/notify/doctor/probe",
        f"{box}/evidence/doctor/probe",
        f"{box}/receipt/doctor",
        f"{box}/cam/doctor/health",
        f"{box}/health",
    ]
    assert all(json.loads(payload)["type"] == PROBE for _, payload in script.taken)


def test_a_topic_that_the_broker_refuses_is_named(site: LoadedSite) -> None:
    """As with an access list that knows nothing of notify, and one that lets no command be heard."""
    notify = Script(publish=lambda topic: NOT_AUTHORIZED if "/notify/" in topic else SUCCESS)
    for script, refused in (
        (notify, "cityops/v1/320402/box-01/notify/doctor/probe (Not authorized)"),
        (Script(subscribe=NOT_AUTHORIZED), "cityops/v1/320402/box-01/cmd/+ (listening)"),
    ):
        with scripted_broker(script):
            (finding,) = topics(replace(site, broker=BrokerSettings(host=HOST, port=script.port)), SystemClock())
        assert (finding.verdict, finding.said) == (Condition.FAIL, f"the broker refuses {refused}")
        assert "access list" in finding.todo


def test_the_status_is_tried_where_the_agent_answers(site: LoadedSite) -> None:
    """Then it is true that it is there; the embedded broker refuses nothing and is not tried."""
    with (
        MonitoringServer({"/healthz": lambda: Page(body=b"ok")}, host=HOST, port=0) as server,
        scripted_broker(Script()) as script,
    ):
        at = MonitoringSettings(port=server.port)
        (finding,) = topics(
            replace(site, broker=BrokerSettings(host=HOST, port=script.port), monitoring=at), SystemClock()
        )
    assert finding.verdict is Condition.OK
    assert script.taken[-1] == ("cityops/v1/320402/box-01/status", b'{"agent": "box-01", "state": "online"}')
    assert list(topics(site, SystemClock())) == []

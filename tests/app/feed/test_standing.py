"""What a centre that joins late finds at the broker: what the box watches, what is open, how its cameras are doing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from queue import Queue
from threading import Event
from typing import TYPE_CHECKING, Any, Final

import pytest

from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber, StatusTopic
from edge_agent.adapters.store import SqliteStore
from edge_agent.app.feed.delivery import Delivery
from edge_agent.app.feed.messages import messages, status_topic
from edge_agent.app.feed.standing import StandingMessages
from edge_agent.core.commands import Dispatch
from edge_agent.core.effects import OpenWorkOrder, UpdateWorkOrder
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Command, StreamBack, StreamLost
from edge_agent.core.site.camera_card import CameraCard
from tests.app.feed.publishers import ScriptedPublisher
from tests.clocks import SimulatedClock
from tests.core_run import CoreRun, tell
from tests.feed.brokers import MOSQUITTO, Mosquitto, settings_of
from tests.feed.contract import faults
from tests.feed.story import retained, street
from tests.feed.waiting import wait_for
from tests.street import at, looks, stands

if TYPE_CHECKING:
    from collections.abc import Callable

HERE: Final = replace(street(), cameras={**street().cameras, "c2": CameraCard()})
BASE: Final = status_topic(HERE).removesuffix("/status")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty store."""
    opened = SqliteStore(tmp_path / "agent.db")
    yield opened
    opened.close()


def committed(store: SqliteStore, result: CoreRun) -> CoreRun:
    """The same, kept."""
    store.commit(result.world, (), result.effects, messages(result.effects, HERE))
    return result


def standing(store: SqliteStore) -> StandingMessages:
    """What stands of the box."""
    return StandingMessages(site=HERE, book=store.open, software="1.2.3", timezone="Asia/Shanghai")


def of(store: SqliteStore, name: str) -> dict[str, Any]:
    """One of its payloads, held to the contract."""
    message: dict[str, Any] = json.loads(standing(store)()[f"{BASE}/{name}"])
    assert "cam/" in name or faults(name, message) == []
    return message


def ordered(store: SqliteStore) -> CoreRun:
    """A car that has a work order, which was sent to somebody; the last numbers are those of its messages."""
    result = committed(store, tell(looks(stands("car", 0, 2000), until=1000), HERE))
    sent = Command(at=at(1000), id="cmd", what=Dispatch(incident=result.incidents[0], to="officer-1"), by="wang.fang")
    return committed(store, tell((sent,), HERE, world=result.world))


def test_what_is_open_is_told_with_its_last_number(store: SqliteStore) -> None:
    """Incident and order; while there is none, and once both are over, nothing."""
    assert of(store, "open") == {"agent": HERE.agent, "incidents": [], "work_orders": []}
    half = committed(store, tell(looks(stands("car", 0, 2000), until=100), HERE))
    (only,) = of(store, "open")["incidents"]
    assert (only["seq"], only["stage"], only["delivered"]) == (half.events[-1].seq, "warned", 1)
    done = ordered(store)
    (incident,), (order,) = of(store, "open")["incidents"], of(store, "open")["work_orders"]
    assert (incident["id"], incident["stage"], incident["camera"]) == (half.incidents[0], "escalated", "c1")
    last = [each.order for each in done.effects if isinstance(each, OpenWorkOrder | UpdateWorkOrder)][-1]
    assert order == {
        "id": last.id,
        "incident": last.incident,
        "seq": last.seq,
        "stage": "dispatched",
        "opened": "2026-11-01T08:16:00.000Z",
    }
    committed(store, tell(looks(stands("car", 0, 1001), first=1001, until=1800), HERE, world=done.world))
    assert of(store, "open") == {"agent": HERE.agent, "incidents": [], "work_orders": []}


def test_the_last_state_of_each_camera_stands(store: SqliteStore) -> None:
    """Of those that are still watched; one that was never in trouble has none."""
    assert not [topic for topic in standing(store)() if "/cam/" in topic]
    committed(store, tell((StreamLost(at(5), "dark"),), HERE))
    assert of(store, "cam/c1/health")["data"]["state"] == "dark"
    committed(store, tell((StreamLost(at(5), "dark"), StreamBack(at(9))), HERE))
    assert of(store, "cam/c1/health")["data"]["state"] == "ok"
    without = StandingMessages(site=replace(HERE, cameras={}), book=store.open, software="1", timezone="UTC")
    assert {topic.rpartition("/")[2] for topic in without()} == {"site", "open"}


def test_the_site_is_told_as_people_wrote_it_down(store: SqliteStore) -> None:
    """Names, places and hours; a camera of which nothing is written has its id, and nobody's key is made up."""
    site_message = of(store, "site")
    assert [each["id"] for each in site_message["cameras"]] == ["c1", "c2"]
    assert site_message["cameras"][1] == {"id": "c2"}
    assert (site_message["software"], site_message["timezone"], site_message["working_hours"]) == (
        "1.2.3",
        "Asia/Shanghai",
        "24/7",
    )
    assert "evidence_key" not in site_message
    assert [each["hours"] for each in site_message["zones"]] == ["24/7"]


def test_the_last_message_of_what_is_open_is_sent_again_under_its_id(store: SqliteStore) -> None:
    """That of the incident and that of its order; of one that is over only where it is named."""
    result = ordered(store)
    sent = store.pending(100)
    store.delivered(tuple(each.order for each in sent))
    incident = result.of(UpdateWorkOrder)[-1].order.incident
    assert store.open.tell_again() == 2
    again = [json.loads(each.message.payload) for each in store.pending(100)]
    assert [each["type"] for each in again] == ["incident.escalated", "work_order.updated"]
    assert {each["id"] for each in again} < {each.message.id for each in sent}
    assert {each["agentseq"] for each in again} < {json.loads(each.message.payload)["agentseq"] for each in sent}
    store.delivered(tuple(each.order for each in store.pending(100)))
    over = committed(store, tell(looks(stands("car", 0, 1001), first=1001, until=1800), HERE, world=result.world))
    store.delivered(tuple(each.order for each in store.pending(100)))
    assert over.events[-1].type == "incident.resolved"
    assert (store.open.tell_again(), store.pending(100)) == (0, ())
    assert store.open.tell_again(incident) == 2
    assert store.open.tell_again("inc-nobody") == 0
    assert [json.loads(each.message.payload)["type"] for each in store.pending(100)] == [
        "incident.resolved",
        "work_order.updated",
    ]


class Away(ScriptedPublisher):
    """A broker that takes messages and keeps nothing."""

    def keep(self, standing: object) -> None:  # noqa: ARG002 - whatever it is
        """It does not."""
        raise OutsideError("the broker keeps nothing")


@pytest.mark.parametrize("publisher", [ScriptedPublisher, Away])
def test_delivery_keeps_it_up_to_date_and_never_waits_for_it(
    store: SqliteStore, publisher: Callable[[], ScriptedPublisher]
) -> None:
    """After the messages it speaks of; that it cannot be kept holds up nothing."""
    sending = publisher()
    delivery = Delivery(store, sending)
    delivery.standing = standing(store)
    delivery.start()
    ordered(store)
    delivery.wake()
    assert delivery.drain(within_s=60) == 0
    assert len(sending.taken) > 5
    if not isinstance(sending, Away):
        assert json.loads(sending.kept[f"{BASE}/open"])["incidents"][0]["stage"] == "escalated"


class Slow(ScriptedPublisher):
    """A broker that lets it wait while something is kept, until ``go``."""

    def __init__(self) -> None:
        super().__init__()
        self.keeping, self.go = Event(), Event()

    def keep(self, standing: Mapping[str, bytes]) -> None:
        """It keeps them, at last."""
        self.keeping.set()
        self.go.wait(60)
        super().keep(standing)


def test_what_is_queued_shortly_before_the_end_is_sent_too(store: SqliteStore) -> None:
    """Also after a pass that found nothing, and before that pass is over."""
    sending = Slow()
    delivery = Delivery(store, sending)
    delivery.start()
    assert sending.keeping.wait(60)
    ordered(store)
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(delivery.drain, within_s=60)
        wait((waiting,), timeout=0.1)  # for the end to be asked for; that it is late would only miss the fault
        sending.go.set()
        assert waiting.result() == 0


@pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed here")
def test_who_subscribes_later_finds_it_all_at_a_real_broker(tmp_path: Path, store: SqliteStore) -> None:
    """Also after the broker was killed and has forgotten; the same is not sent twice over one connection."""
    clock = SimulatedClock()
    status = StatusTopic(f"{BASE}/status", HERE.agent, software="1.2.3", started=clock.now(), clock=clock)
    clock.sleep(90)
    ordered(store)
    committed(store, tell((StreamLost(at(2000), "dark"),), HERE))
    with Mosquitto(folder=tmp_path, settings="listener {port} 127.0.0.1\nallow_anonymous true\n") as broker:
        publisher = MqttPublisher(settings_of(broker.port), client_id="box", status=status)
        delivery = Delivery(store, publisher, pause=lambda _n, _salt: 0.1)
        delivery.standing = standing(store)
        delivery.start()
        for number in range(2):
            heard: Queue[tuple[str, bytes]] = Queue()
            arrived: dict[str, Any] = {}

            def hear(heard: Queue[tuple[str, bytes]] = heard, found: dict[str, Any] = arrived) -> bool:
                while not heard.empty():
                    topic, payload = heard.get()
                    found[topic.removeprefix(f"{BASE}/")] = json.loads(payload)
                return {"status", "site", "open", "cam/c1/health"} <= found.keys()

            wait_for(lambda: publisher._kept.keys() >= delivery.standing().keys())  # noqa: SLF001 - nobody else says so
            centre = MqttSubscriber(
                settings_of(broker.port),
                f"{BASE}/#",
                lambda *each, heard=heard: heard.put(each),
                client_id=f"c{number}",
            )
            wait_for(hear)
            centre.close()
            assert (arrived["status"]["software"], arrived["status"]["uptime_s"]) == ("1.2.3", 90.0)
            assert len(arrived["open"]["incidents"]) == len(arrived["open"]["work_orders"]) == 1
            assert arrived["cam/c1/health"]["data"]["state"] == "dark"
            assert arrived["site"]["cameras"][0]["id"] == "c1"
            broker.kill()
            wait_for(lambda: delivery.trouble is not None)
            broker.start()
            wait_for(lambda: delivery.trouble is None)
        delivery.drain(within_s=60)
        publisher.close()


def test_the_examples_are_what_the_contract_says() -> None:
    """Each of the three without an envelope."""
    assert {*retained()} == {"status", "site", "open"}
    for name, payload in retained().items():
        assert faults(name, json.loads(payload)) == []

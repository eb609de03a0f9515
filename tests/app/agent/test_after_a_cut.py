"""The way back of a whole live agent: commands over a broker of its own, whatever its cameras show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

import pytest

from edge_agent.adapters.broker import HOST, EmbeddedBroker
from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber
from edge_agent.app.agent.running import run_live
from edge_agent.app.plan import Plan
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.site.loading import load_site
from edge_agent.config.wire.events import instant_text
from edge_agent.ports import Message
from tests.app.live.agent_process import Agent

BOX: Final = "cityops/v1/320402/box-01"
NOWHERE: Final = "rtsp://127.0.0.1:9/street"
PATIENCE_S: Final = 60.0
POLL_S: Final = 0.05
AGAIN: Final = 40  # polls


class Centre:
    """Writes commands, and keeps the receipts that come."""

    def __init__(self, broker: BrokerSettings) -> None:
        self.receipts: dict[str, dict[str, Any]] = {}
        self._hand = MqttPublisher(broker, client_id="hand")
        self._ear = MqttSubscriber(broker, f"{BOX}/receipt/+", self._hear, client_id="ear")

    def close(self) -> None:
        """Go home."""
        self._ear.close()
        self._hand.close()

    def asks(self, verb: str, **keys: object) -> dict[str, Any]:
        """Write a command, again where no receipt comes, and wait for it."""
        now, ident = SystemClock().now(), f"cmd-{len(self.receipts)}"
        times = {"issued": instant_text(now), "expires": instant_text(now + timedelta(hours=1))}
        payload = json.dumps({"id": ident, "by": "Li", **times, **keys}).encode()
        message = Message(id=ident, key=ident, topic=f"{BOX}/cmd/{verb}", payload=payload)
        for turn in range(int(PATIENCE_S / POLL_S)):
            if turn % AGAIN == 0:  # nobody may have listened yet; the same id does nothing twice
                self._hand.send(message).result(PATIENCE_S)
            if ident in self.receipts:
                return self.receipts[ident]
            Event().wait(POLL_S)
        pytest.fail(f"no receipt of {verb}")

    def _hear(self, _topic: str, payload: bytes) -> None:
        data = json.loads(payload)["data"]
        self.receipts[data["command"]] = data


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """A live agent, and a centre on the same broker; its camera is not there."""
    agent = Agent(tmp_path, NOWHERE)
    loaded = load_site(agent.folder / "site.yaml")
    stop = Event()
    with EmbeddedBroker() as embedded:
        broker = BrokerSettings(host=HOST, port=embedded.port)
        living = Thread(target=run_live, args=(Plan(loaded=loaded, broker=broker),), kwargs={"stop": stop})
        centre = Centre(broker)
        living.start()
        try:
            yield centre
        finally:
            stop.set()
            living.join()
            centre.close()


def test_every_part_of_the_agent_answers(centre: Centre, tmp_path: Path) -> None:
    """A camera's core, the speaker, the eyes and the files: each is reached, and each command has its receipt."""
    until = instant_text(SystemClock().now() + timedelta(hours=2))
    assert centre.asks("silence", zone="kerb", until=until)["outcome"] == "accepted"
    assert centre.asks("cancel", incident="inc-1")["reason"] == "there is no incident inc-1"
    dark = centre.asks("look", camera="c1")
    assert dark["reason"] == "camera c1 shows nothing that may be trusted now"
    assert centre.asks("reload")["outcome"] == "already_done"
    (tmp_path / "c1.yaml").write_text("version: 1\ncamera: c1\nzones: []\n", encoding="utf-8")
    wrong = centre.asks("reload")
    assert wrong["outcome"] in {"refused", "already_done"}  # the chore may have read it first
    outcome = centre.asks("say", zone="kerb", text={"en": "please leave"})
    assert outcome["outcome"] == "accepted" or outcome["reason"]

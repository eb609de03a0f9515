"""The access lists for brokers let through every channel of the contract, and nothing of another box.

They are read against the contract's own channels, so that one which is added there cannot be missing here.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from edge_agent.adapters.broker import HOST
from edge_agent.adapters.clock import SteadyClock
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber, StatusTopic
from edge_agent.adapters.store import SqliteStore
from edge_agent.app.doctor.broker import DOCTOR
from edge_agent.app.feed.contract import CHANNELS, Channel
from edge_agent.app.feed.delivery import Delivery
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.fields.secret import Secret
from edge_agent.config.wire.feed_schemas import ROOT as EVERYTHING
from tests.docs.pages import text
from tests.feed.brokers import MOSQUITTO, Mosquitto
from tests.feed.story import retained as kept_by_broker
from tests.feed.story import story
from tests.feed.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

AGENT: Final = "box-01"
SETTINGS: Final = """\
listener {port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl
"""
VALUES: Final = {
    "adcode": "320402",
    "agent": AGENT,
    "kind": "illegal_parking",
    "incident": "inc-1",
    "event": "requested",
    "camera": "c1",
    "command": "cmd-1",
    "verb": "cancel",
}


def topic(channel: Channel, agent: str = AGENT) -> str:
    """A topic of the channel, as box ``agent`` has it."""
    return channel.topic.format(**(VALUES | {"agent": agent}))


def matches(pattern: str, name: str) -> bool:
    """Whether an MQTT filter takes in a topic: ``+`` is one level, ``#`` all that follow."""
    return re.fullmatch(re.escape(pattern).replace(r"\+", "[^/]+").replace(r"\#", ".+"), name) is not None


def by_mosquitto(access: str, name: str, user: str) -> bool:
    """What ``deploy/mosquitto.acl`` says of a box."""
    patterns = re.findall(rf"^pattern {access} (\S+)$", text("deploy/mosquitto.acl"), re.MULTILINE)
    return any(matches(each.replace("%u", user), name) for each in patterns)


def by_emqx(access: str, name: str, user: str) -> bool:
    """What ``deploy/emqx-acl.conf`` says of a box."""
    action = {"write": "publish", "read": "subscribe"}[access]
    rules = re.findall(rf"\{{allow, all, {action}, \[(.*?)\]\}}", text("deploy/emqx-acl.conf"), re.DOTALL)
    patterns = [each for rule in rules for each in re.findall(r'"([^"]+)"', rule)]
    return any(matches(each.replace("${username}", user), name) for each in patterns)


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda each: each.name)
@pytest.mark.parametrize("allows", [by_mosquitto, by_emqx])
def test_every_channel_of_the_contract_is_allowed(channel: Channel, allows: Callable[[str, str, str], bool]) -> None:
    """To the box whose it is, in the one direction that the contract names, and to no other box."""
    access, other = ("read", "write") if channel.heard else ("write", "read")
    assert allows(access, topic(channel), AGENT)
    assert not allows(other, topic(channel), AGENT)
    assert not allows(access, topic(channel, "box-02"), AGENT)


@pytest.mark.parametrize("allows", [by_mosquitto, by_emqx])
def test_the_doctor_may_hear_itself(allows: Callable[[str, str, str], bool]) -> None:
    """Its test message goes out and comes back."""
    name = f"{EVERYTHING}/320402/{AGENT}/{DOCTOR}"
    assert allows("write", name, AGENT)
    assert allows("read", name, AGENT)
    assert not allows("write", name, "box-02")


@pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed here")
def test_every_message_arrives_through_mosquitto_with_this_list(tmp_path: Path) -> None:
    """One of each type, from the outbox of a box that logs in by its id to the centre; nothing waits in the end."""
    sent = story()
    agent = sent[0].topic.split("/")[3]
    logins = {agent: "box", "centre": "centre"}
    passwords = tmp_path / "passwords"
    for number, (name, word) in enumerate(logins.items()):
        made = ["mosquitto_passwd", *(["-c"] if not number else []), "-b", str(passwords), name, word]
        subprocess.run(made, check=True, timeout=30)
    (tmp_path / "acl").write_text(text("deploy/mosquitto.acl"))
    (tmp_path / "acl").chmod(0o644)
    arrived: set[str] = set()
    with Mosquitto(folder=tmp_path, settings=SETTINGS) as broker:

        def login(name: str) -> BrokerSettings:
            return BrokerSettings(host=HOST, port=broker.port, username=name, password=Secret("test", logins[name]))

        centre = MqttSubscriber(
            login("centre"), f"{EVERYTHING}/#", lambda where, _: arrived.add(where), client_id="centre"
        )
        store = SqliteStore(tmp_path / "agent.db")
        store.queue(tuple(sent), SteadyClock.going_on().now())
        status = StatusTopic(topic=f"{EVERYTHING}/320402/{agent}/status", agent=agent)
        publisher = MqttPublisher(login(agent), client_id=agent, status=status)
        delivery = Delivery(store, publisher, salt=agent)
        retained = {f"{EVERYTHING}/320402/{agent}/{name}": text for name, text in kept_by_broker().items()}
        delivery.standing = lambda: retained
        delivery.start()
        wait_for(lambda: arrived >= {each.topic for each in sent} | {status.topic, *retained})
        waiting = delivery.drain(within_s=10)
        publisher.close()
        centre.close()
        store.close()
    assert waiting == 0
    kinds = {where.split("/")[4] for where in arrived}
    assert kinds == {each.address.split("/")[0] for each in CHANNELS if not each.heard}

"""The ways to a broker: other addresses, proxies, a WebSocket, another root, another name, one connection."""

from __future__ import annotations

from dataclasses import replace
from queue import Queue
from threading import Event
from typing import TYPE_CHECKING, Final

import pytest

from edge_agent.adapters.broker import HOST, EmbeddedBroker
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber, StatusTopic
from edge_agent.adapters.mqtt.subscriber import CommandListener
from edge_agent.config.broker.broker_fields import Address, Proxy
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.fields.secret import Secret
from edge_agent.core.errors import OutsideError
from edge_agent.ports import LoginRefusedError
from tests.adapters.mqtt.between import http_proxy, socks_proxy, websocket
from tests.adapters.mqtt.scripted_broker import BAD_LOGIN, NOT_AUTHORIZED, Script, scripted_broker
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

BOX: Final = "cityops/v1/320402/box-01"
SECONDS: Final = 60.0


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedBroker]:
    """A broker that lets everybody in."""
    with EmbeddedBroker() as running:
        yield running


def carries(settings: BrokerSettings, client: str) -> None:
    """What is published over ``settings`` is heard over them too, small and large."""
    heard: Queue[bytes] = Queue()
    ear = MqttSubscriber(settings, f"{BOX}/{client}", lambda _, payload: heard.put(payload), client_id=f"{client}-ear")
    publisher = MqttPublisher(settings, client_id=client)
    try:
        for size in (1, 200, 70_000):
            assert publisher.publish(f"{BOX}/{client}", b"x" * size)
            assert len(heard.get(timeout=SECONDS)) == size
    finally:
        publisher.close()
        ear.close()


def complaint(settings: BrokerSettings) -> str:
    """Why there is no connection."""
    publisher = MqttPublisher(settings, client_id="box")
    with pytest.raises(OutsideError) as caught:
        publisher.connect()
    publisher.close()
    return str(caught.value)


@pytest.mark.parametrize("login", [None, ("box", "s3cret")])
def test_a_proxy_of_http_carries_the_feed(broker: EmbeddedBroker, login: tuple[str, str] | None) -> None:
    """It is given the broker's name as it stands in the site, and looks it up itself."""
    with http_proxy(broker.port, login) as relay:
        carries(_by("http", relay.port, login), f"http-{bool(login)}")
    assert set(relay.asked) == {"mqtt.example.org:1883"}


@pytest.mark.parametrize("login", [None, ("box", "s3cret")])
def test_a_proxy_of_socks_carries_the_feed(broker: EmbeddedBroker, login: tuple[str, str] | None) -> None:
    """By name too."""
    with socks_proxy(broker.port, login) as relay:
        carries(_by("socks5", relay.port, login), f"socks-{bool(login)}")
    assert set(relay.asked) == {"mqtt.example.org:1883"}


def _by(kind: str, port: int, login: tuple[str, str] | None) -> BrokerSettings:
    user, password = (None, None) if login is None else (login[0], Secret("test", login[1]))
    proxy = Proxy(kind=kind, host=HOST, port=port, username=user, password=password)  # type: ignore[arg-type]
    return BrokerSettings(host="mqtt.example.org", proxy=proxy)


def test_what_a_proxy_has_against_us_is_said(broker: EmbeddedBroker) -> None:
    """In one sentence each, which never holds the password."""
    with http_proxy(broker.port, ("box", "s3cret")) as relay:
        error_text = complaint(_by("http", relay.port, ("box", "wrong")))
        assert error_text.startswith(f"proxy {HOST}:{relay.port}: Tunnel connection failed: 407")
        assert "wrong" not in error_text
    with socks_proxy(broker.port, ("box", "s3cret")) as relay:
        here = f"proxy {HOST}:{relay.port}: "
        assert complaint(_by("socks5", relay.port, ("box", "wrong"))) == f"{here}refuses the user name and the password"
        assert complaint(_by("socks5", relay.port, None)) == f"{here}wants a user name and a password"
    with socks_proxy(broker.port, answer=2) as relay:
        assert complaint(_by("socks5", relay.port, None)) == (
            f"proxy {HOST}:{relay.port}: its rules do not allow that broker"
        )
    nobody = free_port()
    assert complaint(_by("socks5", nobody, None)) == f"proxy {HOST}:{nobody}: Connection refused"
    with scripted_broker(Script()) as other:
        assert complaint(_by("socks5", other.port, None)) == f"proxy {HOST}:{other.port}: hung up"


def test_a_websocket_carries_the_feed(broker: EmbeddedBroker) -> None:
    """At the path that is named."""
    with websocket(broker.port, "/feed/mqtt") as relay:
        carries(BrokerSettings(host=HOST, port=relay.port, websocket="/feed/mqtt"), "ws")
    assert set(relay.asked) == {"/feed/mqtt"}


def test_what_is_no_websocket_is_said(broker: EmbeddedBroker) -> None:
    """Another path, and a broker that speaks plain MQTT there."""
    with websocket(broker.port) as relay:
        settings = BrokerSettings(host=HOST, port=relay.port, websocket="/other")
        assert complaint(settings) == f"broker {HOST}:{relay.port}: speaks no MQTT over a WebSocket at /other"
    settings = BrokerSettings(host=HOST, port=broker.port, websocket="/mqtt")
    assert complaint(settings) == f"broker {HOST}:{broker.port}: speaks no MQTT over a WebSocket at /mqtt"


def test_the_next_address_takes_over_and_both_connections_go_there(broker: EmbeddedBroker) -> None:
    """And what is lost there later is looked for from there on, in a circle."""
    with EmbeddedBroker(port=free_port()) as first:
        settings = BrokerSettings(host=HOST, port=first.port, standby=(Address(HOST, broker.port),))
        publisher, heard = MqttPublisher(settings, client_id="failing-over"), Queue[str]()
        assert name(publisher) == f"broker {HOST}:{first.port}"
        first.stop()
        again = name(publisher)
        ear = MqttSubscriber(settings, f"{BOX}/over", lambda topic, _: heard.put(topic), client_id="failing-over-ear")
        first.start()
        assert publisher.publish(f"{BOX}/over", b"1")
        assert heard.get(timeout=SECONDS) == f"{BOX}/over"
        assert again == f"broker {HOST}:{broker.port}"
        publisher.close()
        ear.close()


def name(publisher: MqttPublisher) -> str:
    """Where it is connected, tried until it is."""
    for _ in range(100):
        try:
            publisher.connect()
        except OutsideError:
            continue
        assert publisher.where is not None
        return publisher.where
    raise AssertionError("never connected")


def test_that_no_address_takes_us_is_said_of_each() -> None:
    """With what each has against us; a login that is refused is one."""
    nobody = free_port()
    with scripted_broker(Script(login=BAD_LOGIN)) as script:
        settings = BrokerSettings(host=HOST, port=nobody, standby=(Address(HOST, script.port),))
        with pytest.raises(LoginRefusedError) as caught:
            MqttPublisher(settings, client_id="box").connect()
    assert str(caught.value) == (
        f"broker {HOST}:{nobody}: cannot be reached: Connection refused; "
        f"broker {HOST}:{script.port}: refused the connection: Bad user name or password"
    )


def test_a_prefix_stands_before_the_topics_of_the_feed_and_no_others(broker: EmbeddedBroker) -> None:
    """On what is said, on the will, on what is heard; whoever hears by it is given the topics of the contract."""
    heard: Queue[str] = Queue()
    plain = BrokerSettings(host=HOST, port=broker.port)
    settings = replace(plain, topic_prefix="city/devices/7")
    ears = [
        MqttSubscriber(plain, "city/devices/7/#", lambda topic, _: heard.put(topic), client_id="all"),
        MqttSubscriber(settings, f"{BOX}/#", lambda topic, _: heard.put(f"bare {topic}"), client_id="bare"),
        MqttSubscriber(plain, "lamps/#", lambda topic, _: heard.put(topic), client_id="lamps"),
    ]
    publisher = MqttPublisher(settings, client_id="prefixed", status=StatusTopic(f"{BOX}/status", "box-01"))
    publisher.publish("lamps/gate", b"1")
    got = {heard.get(timeout=SECONDS) for _ in range(3)}
    publisher.close()
    for ear in ears:
        ear.close()
    assert got == {f"city/devices/7/{BOX}/status", f"bare {BOX}/status", "lamps/gate"}


def test_commands_are_heard_over_the_connection_that_delivers(broker: EmbeddedBroker) -> None:
    """Under one client id; a listener of its own does nothing then."""
    plain = BrokerSettings(host=HOST, port=broker.port)
    settings, heard, without = replace(plain, one_connection=True), Queue[bytes](), Queue[str]()
    publisher, listener = one_connection(settings, heard, without)
    publisher.connect()
    assert not without.get(timeout=SECONDS)
    hand = MqttPublisher(plain, client_id="hand")
    hand.publish(f"{BOX}/cmd/look", b"one")
    assert heard.get(timeout=SECONDS) == b"one"
    publisher.give_up()
    hand.publish(f"{BOX}/cmd/look", b"kept meanwhile")
    publisher.connect()
    assert heard.get(timeout=SECONDS) == b"kept meanwhile"
    publisher.close()
    hand.close()
    listener.run(Event())  # returns at once


def one_connection(
    settings: BrokerSettings, heard: Queue[bytes], without: Queue[str]
) -> tuple[MqttPublisher, CommandListener]:
    """A publisher that hears commands too, and who would hear them otherwise."""
    listener = CommandListener(
        broker=settings,
        topics=f"{BOX}/cmd/+",
        client_id="unused",
        heard=lambda _, payload: heard.put(payload),
        without=without.put,
    )
    publisher = MqttPublisher(settings, client_id="both-ways")
    publisher.ears = listener
    return publisher, listener


def test_that_we_may_not_hear_holds_up_no_message() -> None:
    """It is said, and asked for again after a while."""
    without: Queue[str] = Queue()
    with scripted_broker(Script(subscribe=NOT_AUTHORIZED)) as script:
        publisher, _ = one_connection(
            BrokerSettings(host=HOST, port=script.port, one_connection=True), Queue(), without
        )
        assert publisher.publish(f"{BOX}/incident/x/opened", b"1")
        refused = f"no commands can be heard: broker {HOST}:{script.port}: refused {BOX}/cmd/+: Not authorized"
        assert without.get(timeout=SECONDS) == refused
        script.subscribe = 1
        for _ in range(40):
            publisher.connect()
        assert not without.get(timeout=SECONDS)
        publisher.close()

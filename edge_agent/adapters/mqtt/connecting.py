"""Connecting: the login to a broker, the best it grants, and paho's callbacks tied to the link that comes of it."""

from __future__ import annotations

import logging
from ssl import SSLError
from typing import TYPE_CHECKING, Final

from paho.mqtt.client import Client, MQTTMessage, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes

from edge_agent.adapters.mqtt.guarded_client import LARGEST, GuardedClient
from edge_agent.adapters.mqtt.link import ANSWER_SECONDS, WINDOW, Link, properties_of
from edge_agent.adapters.mqtt.manner import Manner
from edge_agent.adapters.mqtt.security import distrust, doubts, tls_context
from edge_agent.core.errors import OutsideError
from edge_agent.ports import LoginRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from paho.mqtt.client import ConnectFlags, DisconnectFlags
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

    from edge_agent.config.site.broker_settings import BrokerSettings

KEEPALIVE_SECONDS: Final = 30
SESSION_SECONDS: Final = 7 * 24 * 3600  # the broker keeps a subscriber's messages through a long weekend
WILL_DELAY_SECONDS: Final = 10  # a short break is not worth an alarm

_log = logging.getLogger(__name__)


def connected(
    broker: BrokerSettings,
    client_id: str,
    *,
    will: tuple[str, bytes] | None = None,
    on_message: Callable[[str, bytes], None] | None = None,
    lasting: bool = True,
    fresh: bool = False,
    takes: int = LARGEST,
) -> Link:
    """Log in; ``will`` is the topic and payload the broker sends, retained, when the link ends without a goodbye.

    The broker keeps what comes later for the same ``client_id``, where the link is ``lasting``; what it has kept so far
    it is to forget where it is ``fresh``. No packet that comes has more than ``takes`` bytes.

    Raises:
        OutsideError: The broker cannot be reached or refuses the login; the password is never repeated.
    """
    asked: Manner | None = Manner()
    while asked is not None:
        link = _prepared(broker, client_id, asked, will=will, anew=fresh or not lasting)
        link.client.takes = takes
        if on_message is not None:
            link.client.on_message = _hearing(on_message)
        try:
            return _logged_in(link, broker, lasting=lasting, fresh=fresh)
        except LoginRefusedError:
            asked = asked.less(link.refusal)
            if asked is None:
                raise
    raise AssertionError  # what is asked for ends with a link or an error


def _logged_in(link: Link, broker: BrokerSettings, *, lasting: bool, fresh: bool) -> Link:
    client, where = link.client, (broker.host, broker.port, KEEPALIVE_SECONDS)
    try:
        if link.manner.v5:
            kept = SESSION_SECONDS if lasting else 0
            terms = properties_of(PacketTypes.CONNECT, SessionExpiryInterval=kept, MaximumPacketSize=client.takes)
            client.connect(*where, clean_start=fresh or not lasting, properties=terms)
        else:
            client.connect(*where)
        client.loop_start()
        link.accepted.result(ANSWER_SECONDS)
    except OSError as error:
        link.close()
        raise _unreachable(error, link.name, secured=broker.tls is not None) from error
    except ValueError as error:  # a host that cannot be one; also from the encoding of names
        link.close()
        raise OutsideError(f"{link.name}: cannot be reached: {error}") from error
    except OutsideError:
        link.close()
        raise
    return link


def _prepared(
    broker: BrokerSettings, client_id: str, manner: Manner, *, will: tuple[str, bytes] | None, anew: bool
) -> Link:
    context = None if broker.tls is None else tls_context(broker.tls, broker_name(broker))
    client = GuardedClient(
        CallbackAPIVersion.VERSION2,
        client_id,
        clean_session=None if manner.v5 else anew,
        protocol=MQTTv5 if manner.v5 else MQTTv311,
        reconnect_on_failure=False,
    )
    client.connect_timeout = ANSWER_SECONDS
    client.max_inflight_messages_set(WINDOW + 1)
    if context is not None:
        client.tls_set_context(context)
    if broker.username is not None:
        client.username_pw_set(broker.username, None if broker.password is None else broker.password.reveal())
    if will is not None:
        _leave_will(client, *will, manner)
    link = Link(broker_name(broker), client, doubts(broker), manner=manner)
    _wire(link)
    return link


def _unreachable(error: OSError, name: str, *, secured: bool) -> OutsideError:
    match error:
        case ConnectionResetError() if secured:
            return OutsideError(f"{name}: hung up instead of speaking TLS; is it a port for TLS?")
        case SSLError():
            return distrust(error, name)
        case TimeoutError():
            return OutsideError(f"{name}: no answer within {ANSWER_SECONDS:.0f} s")
        case _:
            return OutsideError(f"{name}: cannot be reached: {error.strerror or error}")


def _leave_will(client: Client, topic: str, payload: bytes, manner: Manner) -> None:
    delay = properties_of(PacketTypes.WILLMESSAGE, WillDelayInterval=WILL_DELAY_SECONDS) if manner.v5 else None
    client.will_set(topic, payload, qos=manner.qos, retain=manner.retain, properties=delay)


def _wire(link: Link) -> None:
    """Hang the link's answers into paho; an exception in a callback would silently end paho's thread."""

    def on_connect(_c: Client, _d: object, flags: ConnectFlags, reason: ReasonCode, props: Properties | None) -> None:
        _guard(lambda: link.on_connect(reason, props, resumed=flags.session_present))

    def on_disconnect(_c: Client, _d: object, _f: DisconnectFlags, reason: ReasonCode, _p: object) -> None:
        _guard(lambda: link.on_disconnect(reason))

    def on_publish(_c: Client, _d: object, mid: int, reason: ReasonCode, _p: object) -> None:
        _guard(lambda: link.answer_to(mid).set_result(reason))

    def on_subscribe(_c: Client, _d: object, mid: int, reasons: list[ReasonCode], _p: object) -> None:
        _guard(lambda: link.answer_to(mid).set_result(reasons[0]))

    link.client.on_connect = on_connect
    link.client.on_disconnect = on_disconnect
    link.client.on_publish = on_publish
    link.client.on_subscribe = on_subscribe
    link.client.on_dead = link.on_dead


def _hearing(on_message: Callable[[str, bytes], None]) -> Callable[[Client, object, MQTTMessage], None]:
    def heard(_client: Client, _data: object, message: MQTTMessage) -> None:
        _guard(lambda: on_message(message.topic, bytes(message.payload)))

    return heard


def _guard(callback: Callable[[], object]) -> None:
    try:
        callback()
    except Exception:  # noqa: BLE001 - whatever it is, it may not end the network thread
        _log.exception("a callback of the MQTT client failed")


def broker_name(broker: BrokerSettings) -> str:
    """The broker in a sentence: where it is, never how one logs in."""
    return f"broker {broker.host}:{broker.port}"

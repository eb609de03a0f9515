"""Connecting: the login to a broker, the best it grants, and paho's callbacks tied to the link that comes of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from ssl import SSLError
from typing import TYPE_CHECKING, Final

from paho.mqtt.client import Client, MQTTMessage, MQTTv5, MQTTv311, WebsocketConnectionError
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes

from edge_agent.adapters.mqtt.addresses import in_turn, remember_old, speaks_old, took_us
from edge_agent.adapters.mqtt.guarded_client import LARGEST, GuardedClient, NoWebSocketError
from edge_agent.adapters.mqtt.link import ANSWER_SECONDS, WINDOW, Link, properties_of
from edge_agent.adapters.mqtt.manner import Manner
from edge_agent.config.broker.trust import check_pin, distrust, tls_context
from edge_agent.core.errors import OutsideError
from edge_agent.ports import LoginRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from paho.mqtt.client import ConnectFlags, DisconnectFlags
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

    from edge_agent.adapters.mqtt.addresses import Where
    from edge_agent.config.broker.broker_settings import BrokerSettings

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
    login = MqttLogin(
        broker=broker, client_id=client_id, will=will, on_message=on_message, lasting=lasting, fresh=fresh, takes=takes
    )
    errors: list[OutsideError] = []
    for where in in_turn(broker.addresses):
        try:
            link = login.at(where)
        except OutsideError as error:
            errors.append(error)
        else:
            took_us(broker.addresses, where)
            return link
    if len(errors) == 1:
        raise errors[0]
    refused = any(isinstance(each, LoginRefusedError) for each in errors)
    raise (LoginRefusedError if refused else OutsideError)("; ".join(map(str, errors)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttLogin:
    """How one logs in, at whichever address of a broker; the fields are those of `connected`."""

    broker: BrokerSettings
    client_id: str
    will: tuple[str, bytes] | None
    on_message: Callable[[str, bytes], None] | None
    lasting: bool
    fresh: bool
    takes: int

    def at(self, where: Where) -> Link:
        """The best connection that the broker at an address grants; raises OutsideError."""
        manner, first = Manner(v5=not speaks_old(where)), None
        while True:
            link = self._prepared(where, manner)
            try:
                self._connect(link, where)
            except OutsideError as error:
                first = first if first is not None and not link.refusal else error
                less = manner.less(link.refusal)
                if less is None and not link.refusal and link.reached:
                    less = manner.older()
                if less is None:
                    remember_old(where, old=False)
                    raise first from first.__cause__
                manner = less
            else:
                if first is not None and not manner.v5:
                    remember_old(where, old=not isinstance(first, LoginRefusedError))
                return link

    def _connect(self, link: Link, where: Where) -> None:
        client, to = link.client, (*where, KEEPALIVE_SECONDS)
        try:
            if link.manner.v5:
                lifetime_s = SESSION_SECONDS if self.lasting else 0
                terms = properties_of(
                    PacketTypes.CONNECT, SessionExpiryInterval=lifetime_s, MaximumPacketSize=client.takes
                )
                client.connect(*to, clean_start=self.fresh or not self.lasting, properties=terms)
            else:
                client.connect(*to)
            link.reached = True
            client.loop_start()
            link.accepted.result(ANSWER_SECONDS)
        except OSError as error:
            link.close()
            raise _unreachable(error, link.name, self.broker) from error
        except ValueError as error:  # a host that cannot be one; also from the encoding of names
            link.close()
            raise OutsideError(f"{link.name}: cannot be reached: {error}") from error
        except OutsideError:
            link.close()
            raise

    def _prepared(self, where: Where, manner: Manner) -> Link:
        broker, name = self.broker, broker_name(where)
        client = GuardedClient(
            CallbackAPIVersion.VERSION2,
            self.client_id,
            clean_session=None if manner.v5 else self.fresh or not self.lasting,
            protocol=MQTTv5 if manner.v5 else MQTTv311,
            transport="tcp" if broker.websocket is None else "websockets",
            reconnect_on_failure=False,
        )
        client.connect_timeout, client.takes, client.way = ANSWER_SECONDS, self.takes, broker.proxy
        client.max_inflight_messages_set(WINDOW + 1)
        if broker.websocket is not None:
            client.ws_set_options(broker.websocket)
        if broker.tls is not None:
            client.tls_set_context(tls_context(broker.tls, name))
            client.server_name = broker.tls.server_name
            if broker.tls.pin:
                client.shown = partial(check_pin, broker.tls, name)
        if broker.username is not None:
            client.username_pw_set(broker.username, None if broker.password is None else broker.password.reveal())
        link = Link(name, client, doubts(broker), manner=manner, prefix=broker.topic_prefix or "")
        if self.will is not None:
            _leave_will(client, link.placed(self.will[0]), self.will[1], manner)
        _wire(link)
        if self.on_message is not None:
            client.on_message = _hearing(link, self.on_message)
        return link


def _unreachable(error: OSError, name: str, broker: BrokerSettings) -> OutsideError:
    match error:
        case NoWebSocketError() | WebsocketConnectionError():
            return OutsideError(f"{name}: speaks no MQTT over a WebSocket at {broker.websocket}")
        case ConnectionResetError() if broker.tls is not None:
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


def _hearing(link: Link, on_message: Callable[[str, bytes], None]) -> Callable[[Client, object, MQTTMessage], None]:
    def heard(_client: Client, _data: object, message: MQTTMessage) -> None:
        _guard(lambda: on_message(link.bare(message.topic), bytes(message.payload)))

    return heard


def _guard(callback: Callable[[], object]) -> None:
    try:
        callback()
    except Exception:  # noqa: BLE001 - whatever it is, it may not end the network thread
        _log.exception("a callback of the MQTT client failed")


def broker_name(where: Where) -> str:
    """The broker in a sentence: where it is, never how one logs in."""
    return f"broker {where[0]}:{where[1]}"


def doubts(broker: BrokerSettings) -> str:
    """What to look at when a broker hangs up without a word."""
    if broker.tls is None:
        return "are the user name and the password right, or is it a port for TLS?"
    if broker.tls.certificate is None:
        return "are the user name and the password right, or does it want a client certificate?"
    return "does it accept the client certificate, and the user name and password where it wants them?"

"""The broker as a site file names it: one on the network, or the embedded one."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated, ClassVar, Final

from pydantic import (
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    GetPydanticSchema,
    ValidatorFunctionWrapHandler,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from edge_agent.config.broker.broker_fields import (
    PORTS,
    Address,
    AddressField,
    ClientField,
    HostField,
    PathField,
    PrefixField,
    Proxy,
)
from edge_agent.config.broker.tls import TlsField
from edge_agent.config.fields.secret import SecretField
from edge_agent.config.fields.values import KEYS, Text, shown, when_written, wrong

USUAL_PORTS: Final = {(False, False): 1883, (True, False): 8883, (False, True): 80, (True, True): 443}  # TLS, WebSocket
LOGIN_EXPECTED: Final = "username and password, tls with certificate and key, or anonymous: true"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSettings:
    """An MQTT broker on the network; ``anonymous`` is the explicit wish to tell it without a login.

    ``standby`` are other addresses, tried in turn where the one before cannot be had. ``client_id`` is who we are to
    the broker, the agent's id without it. ``topic_prefix`` stands before every topic of the feed. ``websocket`` is the
    path to speak MQTT over a WebSocket at. With ``one_connection`` commands are heard over the one that delivers.
    """

    host: HostField
    port: Annotated[int, Field(ge=1, le=PORTS)] = 1883
    standby: tuple[AddressField, ...] = ()
    client_id: ClientField | None = None
    topic_prefix: PrefixField | None = None
    websocket: PathField | None = None
    proxy: Proxy | None = None
    one_connection: bool = False
    tls: TlsField | None = None
    username: Text | None = None
    password: SecretField | None = None
    anonymous: bool = False
    __pydantic_config__: ClassVar[ConfigDict] = KEYS

    @property
    def shows_itself(self) -> bool:
        """Whether the broker can know who we are."""
        return self.username is not None or (self.tls is not None and self.tls.certificate is not None)

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Where to look for it, hosts and ports, in that order."""
        return tuple((each.host, each.port or self.port) for each in (Address(self.host), *self.standby))

    def client(self, agent: str, part: str = "") -> str:
        """The client id under which a part of an agent logs in; the delivery has no part."""
        return "-".join(filter(None, (self.client_id or agent, part)))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class EmbeddedBrokerSettings:
    """The broker that comes with the agent, started beside it on the loopback; on a free port where none is named."""

    port: int | None = None


EMBEDDED_EXPECTED: Final = "embedded, or embedded: {port: N} with a port from 1 to 65535"


def _embedded(value: object) -> EmbeddedBrokerSettings:
    match value:
        case {"port": int(port), **others} if not others and not isinstance(port, bool) and 1 <= port <= PORTS:
            return EmbeddedBrokerSettings(port)
        case _:
            raise wrong(shown(value), EMBEDDED_EXPECTED)


Broker = BrokerSettings | EmbeddedBrokerSettings


def _broker(value: object, then: ValidatorFunctionWrapHandler) -> object:
    if value == "embedded":
        return EmbeddedBrokerSettings()
    if not isinstance(value, dict):
        raise wrong(shown(value), "embedded, or a mapping with host and port")
    if set(value) == {"embedded"}:
        return _embedded(value["embedded"])
    usual = USUAL_PORTS[bool(value.get("tls")), bool(value.get("websocket"))]
    broker: BrokerSettings = then({"port": usual, **value})
    if not (broker.shows_itself or broker.anonymous or all(is_loopback(host) for host, _ in broker.addresses)):
        raise wrong("a broker on the network without a login", LOGIN_EXPECTED)
    return broker


def _broker_schema(_source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    inner = handler.generate_schema(Annotated[BrokerSettings, when_written(BrokerSettings)])
    return core_schema.no_info_wrap_validator_function(_broker, inner)


def _broker_json(schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    number = {"type": "integer", "minimum": 1, "maximum": PORTS}
    port = {"type": "object", "properties": {"port": number}, "required": ["port"], "additionalProperties": False}
    own = {"type": "object", "properties": {"embedded": port}, "required": ["embedded"], "additionalProperties": False}
    return {"anyOf": [{"const": "embedded"}, own, handler(schema)]}


BrokerField = Annotated[Broker, GetPydanticSchema(_broker_schema, _broker_json)]

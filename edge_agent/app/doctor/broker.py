"""Does what the agent says arrive at the broker?"""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.broker import HOST, EmbeddedBroker
from edge_agent.adapters.mqtt.probe import probe, refused_topics
from edge_agent.app.agent.pages import HEALTH
from edge_agent.app.doctor.findings import Finding, doubtful, ill, well
from edge_agent.app.feed.contract import CHANNELS
from edge_agent.app.feed.messages import command_topics, status_topic
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.wire.events import instant_text
from edge_agent.config.wire.feed_data import AgentStatus
from edge_agent.config.wire.feed_schemas import PLAIN
from edge_agent.config.wire.plain import plain
from edge_agent.web.monitoring import fetched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.ports import Clock

DOCTOR: Final = "doctor"
PROBE: Final = "agent.probe"
RIGHTS: Final = "allow the agent all topics of its own in the broker's access list; deploy/mosquitto.acl has them all"
ADVICE: Final = "look at host, port and login in the site file, and at the broker's access list"


def broker(loaded: LoadedSite, clock: Clock) -> Iterator[Finding]:
    """A message to oneself, under an id of one's own: two clients of one id throw each other out."""
    if _is_taken(loaded):
        yield doubtful("broker", "not tried: the agent has the one connection", "read its /healthz, or stop it first")
        return
    topic = f"{status_topic(loaded.site).removesuffix('/status')}/{DOCTOR}"
    with _broker(loaded) as settings:
        tried = probe(settings, topic, client_id=_client(settings, loaded), clock=clock)
    where = "embedded" if settings is not loaded.broker else f"{settings.host}:{settings.port}"
    login, taken = _ms(tried.login), _ms(tried.acknowledged)
    if tried.back is None:
        text = f"{where}: login {login:.0f} ms, message taken after {taken:.0f} ms; listening is refused"
        yield doubtful("broker", text, f"if you want the way back tested, allow reading {topic}", taken_ms=taken)
        return
    back = _ms(tried.back)
    text = f"{where}: login {login:.0f} ms, message taken after {taken:.0f} ms and back after {back:.0f} ms"
    yield well("broker", text, login_ms=login, taken_ms=taken, back_ms=back)


def topics(loaded: LoadedSite, clock: Clock) -> Iterator[Finding]:
    """A message on every kind of topic that the agent uses, for rights differ by topic; the embedded one has none.

    Each says that it is a probe. On ``status`` only what is true is said: that the agent is there, where it answers.
    """
    if not isinstance(loaded.broker, BrokerSettings) or _is_taken(loaded):
        return
    base, probes = status_topic(loaded.site).removesuffix("/status"), {}
    for channel in (each for each in CHANNELS if not each.heard and each.name not in PLAIN):
        topic = f"{base}/{channel.address}".format(
            kind=DOCTOR, event="probe", camera=DOCTOR, command=DOCTOR, incident=DOCTOR
        )
        probes[topic] = _probe(base, topic, clock)
    if _agent_answers(loaded):
        status = AgentStatus(agent=loaded.site.agent, state="online")
        probes[status_topic(loaded.site)] = json.dumps(plain(status)).encode()
    if loaded.home_assistant is not None:  # an empty configuration takes away one that has never been there
        node = f"{loaded.site.adcode}_{loaded.site.agent}"
        probes[f"{loaded.home_assistant.discovery_prefix}/sensor/{node}/{DOCTOR}/config"] = b""
    client = _client(loaded.broker, loaded)
    refused = refused_topics(loaded.broker, probes, command_topics(loaded.site), client_id=client)
    if refused:
        yield ill("topics", f"the broker refuses {', '.join(refused)}", RIGHTS)
    else:
        yield well("topics", f"messages are taken on all {len(probes)} kinds of topics, and commands may be heard")


def _agent_answers(loaded: LoadedSite) -> bool:
    at = loaded.monitoring
    return bool(at.port) and fetched(at.host, at.port, HEALTH) is not None


def _is_taken(loaded: LoadedSite) -> bool:
    """Whether the broker lets a box have one connection, and the agent has it."""
    settings = loaded.broker
    return isinstance(settings, BrokerSettings) and settings.one_connection and _agent_answers(loaded)


def _client(settings: BrokerSettings, loaded: LoadedSite) -> str:
    """A name of our own, but where the broker knows only the agent's."""
    return settings.client(loaded.site.agent, "" if settings.one_connection else DOCTOR)


def _probe(base: str, topic: str, clock: Clock) -> bytes:
    """A CloudEvent of a type that receivers pass over."""
    at = instant_text(clock.now())
    name = f"probe-{sha256(f'{topic} {at}'.encode()).hexdigest()[:16]}"
    probe_event = {"specversion": "1.0", "id": name, "source": base, "type": PROBE, "subject": name, "time": at}
    return json.dumps({**probe_event, "datacontenttype": "application/json", "data": {"seq": 1, "at": at}}).encode()


@contextmanager
def _broker(loaded: LoadedSite) -> Iterator[BrokerSettings]:
    """The site's broker; of the embedded one another copy, for the agent's own may be at work."""
    if isinstance(loaded.broker, BrokerSettings):
        yield loaded.broker
        return
    with EmbeddedBroker() as embedded:
        yield BrokerSettings(host=HOST, port=embedded.port)


def _ms(span: timedelta) -> float:
    return round(span / timedelta(milliseconds=1), 1)

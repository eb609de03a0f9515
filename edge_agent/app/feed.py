"""The feed: effects of the core as messages for the operations centre.

CloudEvents 1.0 in structured JSON (github.com/cloudevents/spec, v1.0.2). Topics, one level a fact::

    cityops/v1/{adcode}/{agent}/incident/{kind}/{event}      cityops/v1/{adcode}/{agent}/status

Messages of one incident share a key and keep their order; the id is the event's own, so that a receiver can drop
what a power cut made us send twice.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from edge_agent.config.wire import encode_incident
from edge_agent.core.effects import PublishIncident
from edge_agent.ports import Message

if TYPE_CHECKING:
    from edge_agent.core.effects import Effect
    from edge_agent.core.incidents import IncidentEvent
    from edge_agent.core.site import Site

ROOT: Final = "cityops/v1"


def messages(effects: tuple[Effect, ...], site: Site) -> tuple[Message, ...]:
    """What the operations centre must hear of these effects, in their order."""
    return tuple(_message(effect.event, site) for effect in effects if isinstance(effect, PublishIncident))


def agent_topic(site: Site) -> str:
    """Where everything of this agent is published under."""
    return f"{ROOT}/{site.adcode}/{site.agent}"


def status_topic(site: Site) -> str:
    """The retained topic that says whether the agent is there."""
    return f"{agent_topic(site)}/status"


def _message(event: IncidentEvent, site: Site) -> Message:
    happened = event.type.removeprefix("incident.")
    return Message(
        id=event.id,
        key=event.incident,
        topic=f"{agent_topic(site)}/incident/{event.kind}/{happened}",
        payload=_cloud_event(event, site),
    )


def _cloud_event(event: IncidentEvent, site: Site) -> bytes:
    data = encode_incident(event)
    envelope = {
        "specversion": "1.0",
        "id": event.id,
        "source": f"/{agent_topic(site)}/{event.camera}",
        "type": f"cityops.{event.type}.v1",
        "subject": event.incident,
        "time": data["at"],
        "datacontenttype": "application/json",
        "data": data,
    }
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()

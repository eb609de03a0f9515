"""The feed: what the operations centre receives, as CloudEvents 1.0 in structured JSON.

The id of a message is that of the event in it, derived from data; a receiver keeps one of each (source, id) and orders
by ``seq`` within ``subject``. Topics::

    cityops/v1/{adcode}/{agent}/incident/{kind}/{event}
    cityops/v1/{adcode}/{agent}/work_order/{kind}/{event}
    cityops/v1/{adcode}/{agent}/notify/{kind}/{event}
    cityops/v1/{adcode}/{agent}/evidence/{incident}/{event}
    cityops/v1/{adcode}/{agent}/receipt/{command}
    cityops/v1/{adcode}/{agent}/cam/{camera}/health
    cityops/v1/{adcode}/{agent}/health
    cityops/v1/{adcode}/{agent}/status
    cityops/v1/{adcode}/{agent}/site
    cityops/v1/{adcode}/{agent}/open
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.app.feed.order_reports import notify_report, order_report
from edge_agent.app.feed.reports import UNKNOWN, CameraModel, incident_report
from edge_agent.config.wire.events import instant_text
from edge_agent.config.wire.feed_data import AgentHealth, CameraHealth, ReceiptReport
from edge_agent.config.wire.feed_schemas import ROOT
from edge_agent.config.wire.plain import plain
from edge_agent.core.effects import Notify, OpenWorkOrder, PublishIncident, Receipt, ReportHealth, UpdateWorkOrder
from edge_agent.core.feed.incidents import derived_id
from edge_agent.ports import NO_PICTURES, Message, StoredPictures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from edge_agent.config.wire.feed_data import OrderReport, Payload
    from edge_agent.config.wire.incident_data import IncidentReport
    from edge_agent.core.effects import Effect
    from edge_agent.core.site.site import Site

HEALTH_KEPT: Final = timedelta(days=1)  # by a broker for who is away; yesterday's says little of today
NOTABLE: Final = timedelta(seconds=1)  # what static evidence may be off by (GA/T 832-2014)
NOTHING_SHOWN: Final[dict[str, StoredPictures]] = {}
EVERYTHING: Final = f"{ROOT}/+/+/#"  # and of all else that boxes say, and are told
EVERY_INCIDENT: Final = f"{ROOT}/+/+/incident/#"  # what a subscriber asks for to hear of all incidents


def source_of(topic: str) -> str:
    """The box that a topic belongs to, as its messages name it: a broker's access list holds for topics only."""
    return "/".join(topic.split("/")[: len(ROOT.split("/")) + 2])


def command_topics(site: Site) -> str:
    """What the agent asks for to hear what it is told to do; the last part of a topic is the verb."""
    return f"{_source(site)}/cmd/+"


def status_topic(site: Site) -> str:
    """Where the agent says whether it is there."""
    return f"{_source(site)}/status"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMark:
    """How far the instants of records may be trusted: ``offset`` is the system's clock less the one that dates them."""

    offset: timedelta
    synchronised: bool | None

    def attributes(self) -> dict[str, object]:
        """What the envelope says of it, as CloudEvents extensions: nothing where the time is right."""
        attributes_of: dict[str, object] = {}
        if self.synchronised is False:
            attributes_of["clocksynchronised"] = False
        if abs(self.offset) >= NOTABLE:
            attributes_of["clockoffsetms"] = self.offset // timedelta(milliseconds=1)
        return attributes_of


def messages(
    effects: Iterable[Effect],
    site: Site,
    clock: ClockMark | None = None,
    *,
    sight: CameraModel = UNKNOWN,
    shown: Mapping[str, StoredPictures] = NOTHING_SHOWN,
) -> tuple[Message, ...]:
    """What of one camera's ``effects`` the operations centre is told, in their order.

    ``clock`` is that of a live camera, ``sight`` how it sees, ``shown`` what was kept: by the id of an event, and for
    work orders by the incident.
    """
    mark = {} if clock is None else clock.attributes()
    outgoing: list[Message] = []
    for effect in effects:
        if isinstance(effect, PublishIncident):
            pictures = shown.get(effect.event.id, NO_PICTURES)
            outgoing.append(_incident(incident_report(effect.event, site, sight, pictures), site, mark))
        elif isinstance(effect, OpenWorkOrder | UpdateWorkOrder):
            pictures = shown.get(effect.order.incident, NO_PICTURES)
            outgoing.append(_work_order(order_report(effect, site, sight, pictures), site, mark))
        elif isinstance(effect, Notify):
            outgoing.append(_notify(effect, site, mark))
        elif isinstance(effect, Receipt):
            outgoing.append(receipt(effect, site))
        elif isinstance(effect, ReportHealth):
            outgoing.append(health_message(effect, site, mark))
    return tuple(outgoing)


def _incident(event: IncidentReport, site: Site, mark: Mapping[str, object]) -> Message:
    happened = event.type.removeprefix("incident.")
    return _message(
        site,
        f"incident/{event.kind}/{happened}",
        _Message(id=event.id, type=event.type, subject=event.incident, at=event.at, data=event),
        mark,
    )


def _work_order(order: OrderReport, site: Site, mark: Mapping[str, object]) -> Message:
    """In the line of its incident: what is told of the two keeps its order."""
    happened = order.type.removeprefix("work_order.")
    message = _Message(id=order.id, type=order.type, subject=order.work_order, at=order.at, data=order)
    return replace(_message(site, f"work_order/{order.kind}/{happened}", message, mark), key=order.incident)


def _notify(effect: Notify, site: Site, mark: Mapping[str, object]) -> Message:
    """In the line of its incident, under a subject of its own."""
    report = notify_report(effect, site)
    subject = f"{effect.incident}-notify"
    message = _Message(id=report.id, type=report.type, subject=subject, at=report.at, data=report)
    return replace(_message(site, f"notify/{report.kind}/requested", message, mark), key=report.incident)


def receipt(
    answer_receipt: Receipt, site: Site, result: Mapping[str, object] | None = None, *, other: str = ""
) -> Message:
    """The one answer to a command; ``result`` is what it asked for.

    ``other`` is a digest of what came under the id of another command: its refusal is a message of its own.
    """
    data = ReceiptReport(
        command=answer_receipt.command,
        at=answer_receipt.at,
        verb=answer_receipt.verb,
        outcome=answer_receipt.outcome,
        reason=answer_receipt.reason or None,
        camera=answer_receipt.camera or None,
        zone=answer_receipt.zone or None,
        by=answer_receipt.by or None,
        until=answer_receipt.until,
        media_at=answer_receipt.media_at,
        result=dict(result) if result else None,
    )
    ident = f"receipt-{answer_receipt.command}"
    message = _Message(
        id=f"{ident}-{other}" if other else ident,
        type="command.receipt",
        subject=answer_receipt.command,
        at=answer_receipt.at,
        data=data,
    )
    return replace(_message(site, f"receipt/{answer_receipt.command}", message), key=ident)


def health_message(report: ReportHealth, site: Site, mark: Mapping[str, object] | None = None) -> Message:
    """How a camera is doing; ``mark`` is what the envelope says of the clock."""
    message = _Message(
        id=derived_id("health", report.camera, report.at, report.state),
        type="camera.health",
        subject=report.camera,
        at=report.at,
        data=CameraHealth(camera=report.camera, at=report.at, state=report.state),
    )
    return replace(_message(site, f"cam/{report.camera}/health", message, mark), expires=HEALTH_KEPT)


def agent_health(site: Site, at: datetime, state: str, reason: str = "") -> Message:
    """How the agent itself is doing: ``ok``, or what a person should look at, and why."""
    message = _Message(
        id=derived_id("agent health", site.agent, at, state, reason),
        type="agent.health",
        subject=site.agent,
        at=at,
        data=AgentHealth(agent=site.agent, at=at, state=state, reason=reason),
    )
    return replace(_message(site, "health", message), expires=HEALTH_KEPT)


def record(site: Site, topic: str, ident: str, type_: str, subject: str, at: datetime, data: Payload) -> Message:
    """A message that follows from no camera's world."""
    return _message(site, topic, _Message(id=ident, type=type_, subject=subject, at=at, data=data))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    id: str
    type: str
    subject: str
    at: datetime
    data: Payload


def _message(site: Site, topic: str, message: _Message, mark: Mapping[str, object] | None = None) -> Message:
    envelope = {
        "specversion": "1.0",
        "id": message.id,
        "source": _source(site),
        "type": message.type,
        "subject": message.subject,
        "time": instant_text(message.at),
        "datacontenttype": "application/json",
        **(mark or {}),
        "data": plain(message.data),
    }
    payload = json.dumps(envelope, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return Message(id=message.id, key=message.subject, topic=f"{_source(site)}/{topic}", payload=payload)


def _source(site: Site) -> str:
    return f"{ROOT}/{site.adcode}/{site.agent}"

"""What a running agent says of what came about at a camera and has been kept: a line of the log each, and metrics."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from edge_agent import __version__
from edge_agent.adapters.software import software_sha256
from edge_agent.app.detect.holding import Seen
from edge_agent.app.health.instructions import log_receipt
from edge_agent.core.effects import Note, OpenWorkOrder, PublishIncident, Receipt, Remark, ReportHealth, UpdateWorkOrder
from edge_agent.ports import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from edge_agent.app.agent.shared import LookDone, SharedParts
    from edge_agent.core.effects import Effect
    from edge_agent.core.feed.incidents import IncidentEvent
    from edge_agent.core.feed.work_orders import WorkOrder
    from edge_agent.ports import Metrics

Line = tuple[int, str]  # a level of the log, and a sentence
OK: Final = "ok"
_log = logging.getLogger(__name__)


def narrate(effects: Iterable[Effect]) -> None:
    """Log what came about; the thread that calls it belongs to the camera, which the line then names."""
    for effect in effects:
        if isinstance(effect, Receipt):
            log_receipt(effect)
        elif (line := line_of(effect)) is not None:
            _log.log(line[0], "%s", line[1])


def measure(effects: Iterable[Effect], metrics: Metrics) -> None:
    """Count what came about."""
    for effect in effects:
        match effect:
            case PublishIncident(event=event):
                metrics.count(Measure.INCIDENTS, kind=event.kind, stage=event.type.removeprefix("incident."))
            case ReportHealth(camera=camera, state=state):
                metrics.state(Measure.CAMERA_STATE, state, camera=camera)
            case Receipt(outcome=outcome):
                metrics.count(Measure.COMMANDS, outcome=outcome)
            case _:
                pass


def line_of(effect: Effect) -> Line | None:
    """How one effect is put into words, None for one that is no news to whoever looks after a box."""
    match effect:
        case PublishIncident(event=event):
            return logging.INFO, _incident(event)
        case Note(what=Remark.NOT_PLAYED, n=n, zone=zone, kind=kind, reason=reason):
            why = f": {reason}" if reason else ""
            return logging.WARNING, f"warning {n} was not played ({kind} in zone {zone}){why}"
        case OpenWorkOrder(order=order) | UpdateWorkOrder(order=order):
            return logging.INFO, _order(order)
        case ReportHealth(state=state) if state == OK:
            return logging.INFO, "trouble is over, it is watched again"
        case ReportHealth(state=state):
            return logging.WARNING, f"trouble: {state}; nothing is decided while it lasts"
        case _:
            return None


def _incident(event: IncidentEvent) -> str:
    what = event.type.removeprefix("incident.")
    number = f" (warning {event.n})" if event.n is not None else ""
    why = f", {event.reason}" if event.reason else ""
    return f"incident {event.incident} {what}{number}{why}: {event.kind} in zone {event.zone}, {_words(event.text)}"


def _order(order: WorkOrder) -> str:
    late = ", late" if order.late else ""
    why = f", {order.reason}" if order.reason else ""
    party = f" for {order.party}" if order.party else ""
    of = f"incident {order.incident}, {order.kind} in zone {order.zone}"
    return f"work order {order.id} {order.status}{late}{why}: {of}{party}"


def _words(text: dict[str, str]) -> str:
    """The text in English where there is one: the log's other words are."""
    return text.get("en") or next(iter(text.values()), "")


def measure_build(metrics: Metrics, model: str) -> None:
    """Say which program runs, and by which model it sees."""
    metrics.level(Measure.BUILD, 1, version=__version__, software=software_sha256()[:12], model=model[:12])


def measure_look(done: LookDone, box: SharedParts, *, late: timedelta) -> None:
    """Count a look that has been folded, and that it came ``late``, or how much later than a decision was due."""
    metrics, ticket = box.metrics, done.ticket
    age = box.clock.now() - ticket.frame.at
    metrics.count(Measure.LOOKS, camera=ticket.camera)
    metrics.state(Measure.CAMERA_STATE, OK, camera=ticket.camera)
    if isinstance(done.seen, Seen) and done.seen.unchanged is not None:
        metrics.count(Measure.LOOKS_HELD, camera=ticket.camera)
    if ticket.lag is not None:
        metrics.span(Measure.DECISION_LAG, (ticket.lag + age).total_seconds())
    if age > late:
        metrics.count(Measure.LOOKS_LATE, camera=ticket.camera)
    if box.first_looks.looked(ticket.camera):
        size = ticket.frame.image.shape[1::-1]
        _log.info("connected, its first picture (%dx%d) has been looked at", *size)

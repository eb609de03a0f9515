"""Rows of effects: what the store writes down of each thing that follows from a step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, assert_never

from edge_agent.adapters.store import outcomes, strikes
from edge_agent.config.wire.events import instant_text
from edge_agent.config.wire.remembered import encode_note
from edge_agent.core.effects import (
    LookAgain,
    Note,
    Notify,
    OpenWorkOrder,
    PublishIncident,
    ReadPlate,
    Receipt,
    RecordStrike,
    ReportHealth,
    SaveSnapshot,
    Speak,
    UpdateWorkOrder,
)

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from edge_agent.core.effects import Effect
    from edge_agent.core.feed.work_orders import WorkOrder


def keep(connection: sqlite3.Connection, camera: str, effect: Effect) -> None:
    """Write down one effect of a camera, in the transaction of the step that it comes from."""
    match effect:
        case Speak():
            _keep_warning(connection, camera, effect)
        case OpenWorkOrder(order) | UpdateWorkOrder(order):
            _keep_order(connection, order)
        case SaveSnapshot(at=at, incident=incident, event=event, stage=stage, box=box):
            sides = json.dumps([box.x0, box.y0, box.x1, box.y1])
            connection.execute(
                "INSERT INTO snapshots (event, stage, camera, incident, at, box) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (event, stage, camera, incident, _text(at), sides),
            )
        case Note():
            _keep_note(connection, camera, effect)
        case ReportHealth(at=at, camera=camera_told, state=state):
            connection.execute(
                "INSERT INTO health (camera, at, state) VALUES (?, ?, ?)"
                " ON CONFLICT (camera) DO UPDATE SET at = excluded.at, state = excluded.state",
                (camera_told, _text(at), state),
            )
        case RecordStrike() | PublishIncident():
            _keep_record(connection, effect)
        case Notify() | Receipt() | LookAgain() | ReadPlate():
            pass  # the first two are messages, the others are asked again after a restart
        case _:
            assert_never(effect)


def _keep_record(connection: sqlite3.Connection, effect: RecordStrike | PublishIncident) -> None:
    if isinstance(effect, RecordStrike):
        strikes.keep(connection, effect.strike)
    else:
        outcomes.keep(connection, effect.event)  # as a message it is handed over as such


def _keep_warning(connection: sqlite3.Connection, camera: str, request: Speak) -> None:
    connection.execute(
        "INSERT INTO warnings (id, camera, incident, zone, kind, n, attempt, asked, expires, text, step)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            *(request.id, camera, request.incident, request.zone, request.kind, request.n, request.attempt),
            *(_text(request.at), _text(request.expires_at), json.dumps(request.text, ensure_ascii=False)),
            request.step or None,
        ),
    )


def _keep_order(connection: sqlite3.Connection, order: WorkOrder) -> None:
    connection.execute(
        "INSERT INTO work_orders"
        " (id, incident, camera, zone, kind, opened, why, delivered, warnings, status, closed, seq)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET status = excluded.status, closed = excluded.closed, seq = excluded.seq",
        (
            *(order.id, order.incident, order.camera, order.zone, order.kind, _text(order.opened), order.why),
            *(order.delivered, order.warnings, order.status, _text(order.closed), order.seq),
        ),
    )


def _keep_note(connection: sqlite3.Connection, camera: str, note: Note) -> None:
    connection.execute(
        "INSERT INTO notes (camera, case_id, at, what, zone, kind, dwell_s, unobservable_s, needed_s, told)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            *(camera, note.case, _text(note.at), note.what, note.zone, note.kind),
            *(note.dwell_s, note.unobservable_s, note.needed_s, encode_note(note)),
        ),
    )


def _text(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)

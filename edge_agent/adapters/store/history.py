"""History: what a store still has of incidents and near misses, as the effects that told of them, for explanations.

Messages are kept for a while after they were delivered, and remarks as long: what is older is forgotten, and what comes
out of here begins in the middle. What hid a thing is known of near misses only: the centre is not told it.

Looking into a store without touching it, also while an agent works with it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.store.database import BUSY_SECONDS, migrations, translated
from edge_agent.config.wire.remembered import decode_incident, decode_note
from edge_agent.core.effects import Note, PublishIncident, Remark
from edge_agent.core.errors import BadInputError
from edge_agent.core.incident.publishing import incident_id
from edge_agent.ports import Backlog

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.core.feed.incidents import IncidentEvent

WAITING = (
    "SELECT (SELECT count(*) FROM outbox WHERE delivered = 0), (SELECT count(*) FROM warnings WHERE answered IS NULL),"
    " (SELECT count(*) FROM work_orders WHERE closed IS NULL), (SELECT count(*) FROM outbox WHERE delivered = 1),"
    " (SELECT count(*) FROM dead_letters)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a store holds; ``last`` is the latest instant of each camera, ``damage`` what SQLite finds wrong."""

    backlog: Backlog
    last: dict[str, datetime]
    damage: tuple[str, ...]


def inspect(path: Path) -> Inspection:
    """Read everything once, every page of it.

    Raises:
        OutsideError: It cannot be opened or read.
        BadInputError: It is no store, or that of another version.
    """
    with translated(path), closing(reader(path)) as connection:
        known(connection, path)
        damage = tuple(str(line) for (line,) in connection.execute("PRAGMA integrity_check(5)"))
        ((messages, warnings, work_orders, taken, dead),) = connection.execute(WAITING).fetchall()
        last = connection.execute("SELECT camera, at FROM worlds WHERE at IS NOT NULL").fetchall()
    return Inspection(
        backlog=Backlog(messages=messages, warnings=warnings, work_orders=work_orders, taken=taken, dead=dead),
        last={camera: datetime.fromisoformat(at) for camera, at in last},
        damage=() if damage == ("ok",) else damage,
    )


def reader(path: Path) -> sqlite3.Connection:
    """Open for reading; without an agent at work no file may appear beside the store, for it would be of this user."""
    resting = not path.with_name(f"{path.name}-wal").exists()
    address = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if resting else ''}"
    return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)


def known(connection: sqlite3.Connection, path: Path) -> None:
    """Raise BadInputError where the store is that of another version."""
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    if version != len(migrations()):
        raise BadInputError(f"state {path}: schema {version}, expected {len(migrations())}: start the agent once")


Told = Note | PublishIncident
_NOTES: Final = (
    "SELECT camera, case_id, at, what, zone, kind, dwell_s, unobservable_s, needed_s, told"
    " FROM notes ORDER BY at, rowid"
)


def history(path: Path) -> tuple[Told, ...]:
    """The events of incidents and the remarks that a store has, in the order of their instants.

    Raises:
        OutsideError: It cannot be opened or read.
        BadInputError: It is no store, or that of another version.
    """
    with translated(path), closing(reader(path)) as connection:
        known(connection, path)
        notes = tuple(map(_note, connection.execute(_NOTES).fetchall()))
        payloads = connection.execute("SELECT payload FROM outbox ORDER BY position").fetchall()
    events = [event for (payload,) in payloads if (event := decode_incident(bytes(payload))) is not None]
    cases = _cases(events, notes)
    effects = [PublishIncident(event, cases.get(event.incident, "")) for event in events]
    return tuple(sorted((*notes, *effects), key=_at))


def _at(effect: Told) -> datetime:
    return effect.event.at if isinstance(effect, PublishIncident) else effect.at


def _cases(events: list[IncidentEvent], notes: tuple[Note, ...]) -> dict[str, str]:
    """Of which case each incident is, where a remark on it has been kept: its id follows from the case's."""
    case_ids: dict[str, str] = {}
    remarked = {(note.camera, note.zone, note.kind, note.case) for note in notes}
    for first in (event for event in events if event.seq == 1):
        for camera, zone, kind, case in remarked:
            if first.incident == incident_id(camera, zone, kind, case, first.box, first.opened):
                case_ids[first.incident] = case
    return case_ids


def _note(row: sqlite3.Row) -> Note:
    """A remark with all that explains it; one that an older version stored, with what that knew."""
    camera, case, at, what, zone, kind, dwell_s, unobservable_s, needed_s, line = row
    if line is not None:
        return decode_note(line)
    return Note(
        at=datetime.fromisoformat(at),
        camera=camera,
        case=case,
        zone=zone,
        kind=kind,
        what=Remark(what),
        dwell_s=dwell_s,
        unobservable_s=unobservable_s,
        needed_s=needed_s,
    )

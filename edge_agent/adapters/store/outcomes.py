"""What became of each incident, a row each: what statistics are made of, also of a store that an agent works with."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from edge_agent.adapters.store.database import translated
from edge_agent.adapters.store.history import known, reader
from edge_agent.config.wire.events import decode_world, instant_text
from edge_agent.core.score.outcomes import IncidentOutcome, Judged, outcome_of

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from edge_agent.core.feed.incidents import IncidentEvent
    from edge_agent.core.site.overrides import InForce

_COLUMNS = "incident, seq, camera, zone, kind, opened, heard, heard_at, ordered, ended, how"
_JUDGED = "(SELECT status FROM reviews WHERE reviews.incident = outcomes.incident)"


def keep(connection: sqlite3.Connection, event: IncidentEvent) -> None:
    """Note how far an incident has come; an older event than the one it was told by changes nothing."""
    outcome = outcome_of(event)
    connection.execute(
        f"INSERT INTO outcomes ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - our own words, above
        " ON CONFLICT (incident) DO UPDATE SET seq = excluded.seq, heard = excluded.heard,"
        " heard_at = excluded.heard_at, ordered = excluded.ordered, ended = excluded.ended, how = excluded.how"
        " WHERE excluded.seq > seq",
        (
            *(outcome.incident, outcome.seq, outcome.camera, outcome.zone, outcome.kind, _text(outcome.opened)),
            *(outcome.heard, _text(outcome.heard_at), outcome.ordered, _text(outcome.ended), outcome.how),
        ),
    )
    status = outcome.judged or event.review
    if status is not None:
        connection.execute(
            "INSERT INTO reviews (incident, seq, status) VALUES (?, ?, ?) ON CONFLICT (incident) DO UPDATE"
            " SET seq = excluded.seq, status = excluded.status WHERE excluded.seq > seq",
            (event.incident, event.seq, status),
        )


def opened_since(connection: sqlite3.Connection, since: datetime | None) -> tuple[IncidentOutcome, ...]:
    """The incidents that opened then or later, in the order in which they opened; all of them without ``since``."""
    rows = connection.execute(
        f"SELECT {_COLUMNS}, {_JUDGED} FROM outcomes WHERE ?1 IS NULL OR opened >= ?1 ORDER BY opened, incident",  # noqa: S608
        (_text(since),),
    ).fetchall()
    return tuple(_outcome(row) for row in rows)


def read_outcomes(path: Path, since: datetime | None) -> tuple[IncidentOutcome, ...]:
    """The same of the store in a file, whether an agent is using it or not.

    Raises:
        OutsideError: It cannot be opened or read.
        BadInputError: It is no store, or that of another version.
    """
    with translated(path), closing(reader(path)) as connection:
        known(connection, path)
        return opened_since(connection, since)


def read_standing(path: Path, at: datetime) -> tuple[InForce, ...]:
    """The instructions of the centre that stand at ``at``, of the store in a file; raises as ``read_outcomes``."""
    with translated(path), closing(reader(path)) as connection:
        known(connection, path)
        worlds = connection.execute("SELECT world FROM worlds ORDER BY camera").fetchall()
    return tuple(each for (text,) in worlds for each in decode_world(text).standing.in_force(at))


def _outcome(row: sqlite3.Row) -> IncidentOutcome:
    return IncidentOutcome(
        incident=row[0],
        seq=row[1],
        camera=row[2],
        zone=row[3],
        kind=row[4],
        opened=datetime.fromisoformat(row[5]),
        heard=row[6],
        heard_at=_instant(row[7]),
        ordered=bool(row[8]),
        ended=_instant(row[9]),
        how=row[10],
        judged=Judged(row[11]) if row[11] in set(Judged) else None,
    )


def _text(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

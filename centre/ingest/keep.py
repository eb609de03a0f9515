"""Write a batch of what came from the broker into the database, in one transaction.

The same message again changes nothing. The state of a subject is that of its message with the highest ``seq``, in
whatever order they come. Rows are touched in the order of their keys, so that workers side by side wait for each other
and never for ever.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import psycopg

from centre.cases.strikes import Party, parties
from centre.contract.messages import (
    CaseMessage,
    Health,
    Incident,
    Message,
    Notification,
    Receipt,
    Stored,
    WorkOrder,
    read,
)
from centre.contract.retained import Retained, read_retained
from centre.contract.topics import RETAINED, TopicParts, place_of
from centre.errors import BadMessageError
from centre.ingest import statements as sql
from centre.ingest.elsewhere import tell_elsewhere
from centre.ingest.rows import (
    Row,
    counted_plate,
    evidence_rows,
    incident_row,
    newest,
    notification_row,
    picture_of,
    step_row,
    thumbnail_row,
    work_order_row,
)

Connection = psycopg.Connection[tuple[Any, ...]]
KEPT_OF_BAD: Final = 16 * 1024  # bytes
MOST_OF_BAD: Final = 20_000  # messages; the oldest go, so that junk never fills the disk
ANNOUNCED: Final = 60  # incidents named in one announcement; above that, "*": any
LONGEST: Final = 7000  # bytes; PostgreSQL takes 8000
PAST: Final = timedelta(days=400)
AHEAD: Final = timedelta(days=40)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrived:
    """One publication, as the broker gave it."""

    topic: str
    payload: bytes


@dataclass(slots=True)
class Sorted:
    """A batch, read."""

    messages: list[Message] = field(default_factory=list)
    retained: list[tuple[TopicParts, Retained, str]] = field(default_factory=list)
    bad: list[tuple[Arrived, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepCounts:
    """What a batch came to."""

    new: int = 0
    again: int = 0
    bad: int = 0


def keep(connection: Connection, batch: Sequence[Arrived], at: datetime) -> KeepCounts:
    """Write a batch down. What the database cannot take is put aside with its reason; the rest is kept.

    Raises:
        psycopg.OperationalError: The database is away, or in trouble of its own: nothing of the batch is written.
    """
    try:
        with connection.transaction():
            return _write(connection, sort(batch), at)
    except psycopg.OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - one message, whatever is wrong with it, may not stand in the way of all others
        if len(batch) == 1:
            _log.exception("a message on %s is put aside", batch[0].topic)
            with connection.transaction():
                _put_aside(connection, [(batch[0], f"it cannot be written down: {error}")])
            return KeepCounts(bad=1)
        middle = len(batch) // 2
        parts = [keep(connection, half, at) for half in (batch[:middle], batch[middle:])]
        return KeepCounts(
            new=sum(p.new for p in parts), again=sum(p.again for p in parts), bad=sum(p.bad for p in parts)
        )


def sort(batch: Sequence[Arrived]) -> Sorted:
    """Read each publication, and part the good ones from the bad."""
    sorted_messages = Sorted()
    for each in batch:
        try:
            place = place_of(each.topic)
            if place.below in RETAINED:
                sorted_messages.retained.append((place, *read_retained(place.below, each.payload)))
            else:
                sorted_messages.messages.append(read(place, each.payload))
        except BadMessageError as error:
            sorted_messages.bad.append((each, str(error)))
    return sorted_messages


def _write(connection: Connection, batch: Sorted, at: datetime) -> KeepCounts:
    firsts = {(m.source, m.id): m for m in reversed(batch.messages)}
    messages = [firsts[name] for name in sorted(firsts)]
    _months(connection, messages, at)
    new = _new(connection, messages)
    _boxes(connection, messages, new)
    _subjects(connection, new)
    _state(connection, new)
    for place, retained, text in sorted(batch.retained, key=lambda each: each[0].source):
        sql.keep_retained(connection, place, retained, text)
    _put_aside(connection, batch.bad)
    tell_elsewhere(connection, _parties(new), at)
    if new or batch.retained or batch.bad:
        _announce(connection, new)
    return KeepCounts(new=len(new), again=len(batch.messages) - len(new), bad=len(batch.bad))


def _months(connection: Connection, messages: Sequence[Message], at: datetime) -> None:
    """Make the partitions that are missing, for months near to now."""
    utc = (m.time.astimezone(UTC) for m in messages)
    for first in {date(time.year, time.month, 1) for time in utc if at - PAST < time < at + AHEAD} - sql.MONTHS:
        connection.execute("SELECT add_month(%s)", (first,))
        sql.MONTHS.add(first)


def _new(connection: Connection, messages: Sequence[Message]) -> list[Message]:
    """Write the messages down; gives those that were not there yet."""
    if not messages:
        return []
    names = [m.source for m in messages], [m.id for m in messages]
    there = set(connection.execute(sql.KNOWN, names).fetchall())
    new = [m for m in messages if (m.source, m.id) not in there]
    columns = (
        [m.source for m in new],
        [m.id for m in new],
        [m.type for m in new],
        [m.subject for m in new],
        [m.seq for m in new],
        [m.agentseq for m in new],
        [m.time for m in new],
        f"[{','.join(m.text for m in new)}]",  # in an array of texts each quote would have to be escaped
    )
    added = set(connection.execute(sql.ADD_MESSAGES, columns).fetchall())  # another worker may have been faster
    return [m for m in new if (m.source, m.id) in added]


def _boxes(connection: Connection, messages: Sequence[Message], new: Sequence[Message]) -> None:
    numbers: dict[str, list[int]] = {m.source: [] for m in messages}
    clocks = {m.source: m.clock_ok for m in messages}
    for message in new:
        if message.agentseq is not None:
            numbers[message.source].append(message.agentseq)
    sources = sorted(numbers)
    ranges = ["{" + ",".join(f"[{n},{n}]" for n in numbers[source]) + "}" for source in sources]
    if sources:
        connection.execute(sql.HEARD_BOXES, (sources, ranges, [clocks[source] for source in sources]))


def _subjects(connection: Connection, new: Sequence[Message]) -> None:
    numbered = [m for m in new if m.seq is not None]
    if numbered:
        columns = [m.source for m in numbered], [m.subject for m in numbered], [m.seq for m in numbered]
        connection.execute(sql.HEARD_SUBJECTS, columns)


def _state(connection: Connection, new: Sequence[Message]) -> None:
    rows: dict[str, list[Row]] = {name: [] for name in sql.TABLES}
    for message in new:
        _sort_rows(message, rows)
    rows["incident"] = newest(rows["incident"], "incident")
    rows["work_order"] = newest(rows["work_order"], "work_order")
    for name, table in sql.TABLES.items():
        if rows[name]:
            connection.execute(table, (json.dumps(rows[name], ensure_ascii=False),))
    for message in new:
        match message.data:
            case Receipt() as receipt:
                _receipt(connection, message, receipt)
            case Health() as health:
                sql.keep_health(connection, message, health)
            case _:
                pass


def _parties(new: Sequence[Message]) -> frozenset[Party]:
    """Whose strikes may have changed."""
    changed = frozenset[Party]()
    for data in (message.data for message in new):
        if isinstance(data, Incident):
            changed |= parties(shop=data.shop, plate=counted_plate(data), kind=data.kind)
    return changed


def _sort_rows(message: Message, rows: dict[str, list[Row]]) -> None:
    data = message.data
    match data:
        case Incident():
            rows["incident"].append(incident_row(message, data))
        case WorkOrder():
            rows["work_order"].append(work_order_row(message, data))
            rows["order_step"].append(step_row(message, data))
        case Notification():
            rows["notification"].append(notification_row(message, data))
        case _:
            pass
    # A work order names the pictures of its incident again, by numbers of its own.
    if isinstance(data, Incident | Stored):
        rows["evidence"].extend(evidence_rows(message, data))
    if isinstance(data, Incident) and (picture := thumbnail_row(message, data)) is not None:
        rows["thumbnail"].append(picture)


def _receipt(connection: Connection, message: Message, receipt: Receipt) -> None:
    plain = receipt.model_dump_json()
    row = connection.execute(
        sql.ANSWER, (receipt.outcome, receipt.reason, message.time, plain, receipt.command, message.source)
    ).fetchone()
    picture = (receipt.result or {}).get("jpeg")
    if row is None or not isinstance(picture, str):
        return
    content = picture_of(picture, "image/jpeg")
    for name, statement in zip(row, (sql.LOOKED, sql.LOOKED_AT_CAMERA), strict=True):
        if content is not None and name is not None:
            connection.execute(statement, (message.source, name, receipt.at, content))


def _put_aside(connection: Connection, bad: Sequence[tuple[Arrived, str]]) -> None:
    for arrived, reason in bad:
        topic = arrived.topic.replace("\x00", "")[:500]
        row = (topic, len(arrived.payload), reason.replace("\x00", ""), arrived.payload[:KEPT_OF_BAD])
        connection.execute(sql.ADD_DEAD_LETTER, row)
    if bad:
        connection.execute(sql.DROP_DEAD_LETTERS, (MOST_OF_BAD,))


def _announce(connection: Connection, new: Sequence[Message]) -> None:
    """Let the pages know which incidents have changed."""
    changed = sorted({m.data.incident for m in new if isinstance(m.data, CaseMessage | Stored)})
    commands = sorted({m.data.command for m in new if isinstance(m.data, Receipt)})
    payload = json.dumps(changed + commands)
    few = len(changed) + len(commands) <= ANNOUNCED and len(payload) <= LONGEST
    connection.execute("SELECT pg_notify('changed', %s)", (payload if few else '["*"]',))

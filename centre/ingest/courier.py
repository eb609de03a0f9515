"""The way to the boxes: commands that a person gave, sent until they are answered or have expired.

A command is a row of the database, written in the transaction of whatever it follows from. Any worker may send it, and
it may be sent twice: its id makes it one command to the box.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Event
from typing import Any, Final

from paho.mqtt.client import Client
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from centre.clock import now
from centre.contract.commands import command
from centre.database.rounds import rounds
from centre.ingest.keep import Connection
from centre.ingest.listener import Listener
from centre.ingest.outgoing import OURSELVES, ask

AGAIN: Final = timedelta(seconds=15)  # without a receipt it is sent again
PATIENCE: Final = timedelta(seconds=10)  # so long a missing message may be merely late
LONG: Final = timedelta(minutes=10)  # so long a box is not asked again for what it lists
TIMEOUT_S: Final = 5.0
DUE: Final = """
SELECT id, source, verb, payload, expires FROM command
WHERE outcome IS NULL AND expires > %s AND (sent IS NULL OR sent < %s)
ORDER BY issued LIMIT 50 FOR UPDATE SKIP LOCKED"""
SENT: Final = "UPDATE command SET sent = %s, tries = tries + 1, heard = %s WHERE id = %s"
EXPIRED: Final = """
UPDATE command SET outcome = 'expired', reason = 'no receipt', answered = %s
WHERE outcome IS NULL AND expires <= %s RETURNING coalesce(incident, id)"""
GAPS: Final = """
UPDATE subject SET asked = %(at)s WHERE (source, subject) IN (
  SELECT source, subject FROM subject
  WHERE NOT (seqs @> int4multirange(int4range(1, upper(seqs)))) AND heard < %(late)s AND asked IS NULL
  ORDER BY source, subject LIMIT 500 FOR UPDATE SKIP LOCKED)
RETURNING source"""
UNHEARD: Final = """
UPDATE agent SET asked = %(at)s WHERE source IN (
  SELECT a.source FROM agent a, jsonb_path_query(a.open, '$.*[*]') AS each (of)
  WHERE a.status = 'online' AND (a.asked IS NULL OR a.asked < %(long_ago)s)
    AND jsonb_typeof(of -> 'seq') = 'number' AND NOT EXISTS (SELECT FROM subject s WHERE s.source = a.source
      AND s.subject = of ->> 'id' AND upper(s.seqs) > (of ->> 'seq')::numeric))
RETURNING source"""
UNSEEN: Final = """
SELECT i.source, i.incident FROM incident i JOIN agent a USING (source)
WHERE i.open AND a.status = 'online' AND i.received BETWEEN %(at)s - interval '1 hour' AND %(at)s - interval '3 seconds'
  AND NOT EXISTS (SELECT FROM thumbnail t WHERE t.source = i.source AND t.incident = i.incident)
  AND NOT EXISTS (SELECT FROM command c WHERE c.source = i.source AND c.incident = i.incident AND c.verb = 'look')
ORDER BY i.received LIMIT 10 FOR UPDATE OF i SKIP LOCKED"""


class Courier:
    """Sends what is due over the connection of a listener. ``run`` goes on until ``stop`` is set."""

    def __init__(self, listener: Listener, url: str) -> None:
        self._listener = listener
        self._url = url
        self._answers: dict[int, ReasonCode] = {}
        self._answered = Event()
        listener.client.on_publish = self._on_publish

    def run(self, stop: Event) -> None:
        """Send until told to stop; the database being away is waited out."""

        def one(connection: Connection) -> None:
            self.send_due(connection, now())
            ask_for_gaps(connection, now())
            ask_for_pictures(connection, now())

        rounds("courier", self._url, stop, one)

    def send_due(self, connection: Connection, at: datetime) -> None:
        """Send every command that waits, and end those that have expired."""
        ended = connection.execute(EXPIRED, (at, at)).fetchall()
        if not self._listener.connected:
            _announce(connection, ended)
            return
        with connection.transaction():
            due = connection.execute(DUE, (at, at - AGAIN)).fetchall()
            for ident, source, verb, payload, expires in due:
                heard = self._publish(f"{source}/cmd/{verb}", payload, expires - at)
                if heard is not None:
                    connection.execute(SENT, (at, heard, ident))
        _announce(connection, [*ended, *((row[0],) for row in due)])

    def _publish(self, topic: str, payload: str, life: timedelta) -> bool | None:
        """Whether somebody is subscribed there; None where the broker did not take it."""
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.MessageExpiryInterval = max(1, int(life.total_seconds()))
        sent = self._listener.client.publish(self._listener.placed(topic), payload, qos=1, properties=properties)
        try:
            sent.wait_for_publish(TIMEOUT_S)
        except (RuntimeError, ValueError):
            return None
        code = self._answers.pop(sent.mid, None)
        if code is None or code.is_failure:
            return None
        return bool(code != "No matching subscribers")

    def _on_publish(self, _client: Client, _data: object, mid: int, code: ReasonCode, _properties: object) -> None:
        self._answers[mid] = code


def ask_for_gaps(connection: Connection, at: datetime) -> None:
    """Ask each box to say the last message of everything that is open again, where we have missed one of it.

    That is so where a number is missing, and where the box lists as open what we have not heard of: we came later.
    """
    with connection.transaction():
        rows = connection.execute(GAPS, {"at": at, "late": at - PATIENCE}).fetchall()
        rows += connection.execute(UNHEARD, {"at": at, "long_ago": at - LONG}).fetchall()
        for number, source in enumerate(sorted({row[0] for row in rows})):
            ask(
                connection,
                command("report", source, ident=f"report-{_name(at)}-{number}", by=OURSELVES, at=at, keys={}),
            )


def ask_for_pictures(connection: Connection, at: datetime) -> None:
    """Ask for a picture of each open incident of which no message has brought one."""
    with connection.transaction():
        rows = connection.execute(UNSEEN, {"at": at}).fetchall()
        for number, (source, incident) in enumerate(rows):
            ident = f"look-{_name(at)}-{number}"
            ask(connection, command("look", source, ident=ident, by=OURSELVES, at=at, keys={"incident": incident}))


def _name(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M%S%f}"


def _announce(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        connection.execute("SELECT pg_notify('changed', '[\"*\"]')")

"""Webhooks: every message that a program wants, posted to it in the order in which they were committed, at least once.

::

    cursor ─▶ next message that it wants ─▶ POST ─┬ 2xx ─▶ cursor moves on
                                                  ├ anything else ─▶ again, later each time, for a day
                                                  └ for a whole day ─▶ kept as missed, cursor moves on

The cursor is committed after the answer, so a worker that dies in between posts one message again, with the id that it
had. One worker at a time serves a webhook. A message is posted as it came from the box, signed as Standard Webhooks 1.0
have it (www.standardwebhooks.com, MIT): HMAC-SHA256 over ``id.timestamp.body``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Final

import requests
from psycopg.rows import class_row

from centre.clock import now, running_s
from centre.database.rounds import POLL_S, rounds
from centre.errors import BadInputError
from centre.ingest.keep import Connection

CONNECT_S: Final = 5.0
ANSWER_S: Final = 10.0
FIRST_S: Final = 2.0
SLOWEST: Final = timedelta(minutes=10)
DAY: Final = timedelta(days=1)
PREFIX: Final = "whsec_"
STEP: Final = 50  # messages that are looked at in one go
LEASE: Final = timedelta(seconds=40)  # so long a webhook is one worker's; longer than any post may take
TAKE: Final = """
UPDATE webhook SET next_at = %s WHERE name = (
  SELECT name FROM webhook WHERE active AND next_at <= %s ORDER BY next_at, name LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING name, url, secret, types, districts, tx::text AS tx, source, id, tries, since"""
NEXT: Final = """
SELECT tx::text, source, id, type, event FROM message
WHERE (tx, source, id) > (%s::xid8, %s, %s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY tx, source, id LIMIT %s"""
MOVE: Final = """
UPDATE webhook SET tx = %s::xid8, source = %s, id = %s, tries = 0, since = NULL, told = told + %s,
  trouble = CASE WHEN %s > 0 THEN '' ELSE trouble END, next_at = %s WHERE name = %s"""
LATER: Final = "UPDATE webhook SET tries = %s, since = %s, trouble = %s, next_at = %s WHERE name = %s"
MISSED: Final = "INSERT INTO webhook_missed VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A program that is told, and how far it has been."""

    name: str
    url: str
    secret: str
    types: str
    districts: str
    tx: str
    source: str
    id: str
    tries: int
    since: datetime | None

    def wants(self, source: str, type_: str) -> bool:
        """Whether a message of this box and type is for it."""
        types, districts = _parts(self.types), _parts(self.districts)
        near = not districts or source.split("/")[2] in districts
        return near and (not types or any(type_.startswith(each) for each in types))


class Teller:
    """Runs until ``stop`` is set; several may run side by side."""

    def __init__(self, url: str) -> None:
        self._url = url

    def run(self, stop: Event) -> None:
        """Tell what there is to tell; the database being away is waited out."""

        def one(connection: Connection) -> None:
            while not stop.is_set() and tell_one(connection, now()):
                pass

        rounds("webhooks", self._url, stop, one)


def tell_one(connection: Connection, at: datetime) -> bool:
    """Post what is next for the webhook that has waited longest; False where nothing is due.

    No transaction is open while it is posted: one that is would hold back all who read in the order of commits.
    """
    with connection.cursor(row_factory=class_row(Webhook)) as cursor:
        hook = cursor.execute(TAKE, (at + LEASE, at)).fetchone()
    if hook is None:
        return False
    rows = connection.execute(NEXT, (hook.tx, hook.source, hook.id, STEP)).fetchall()
    after = (hook.tx, hook.source, hook.id)
    tries, since, begun = hook.tries, hook.since, running_s()
    for tx, source, ident, type_, event in rows:
        if hook.wants(source, type_):
            trouble = posted(hook, ident=f"{source}/{ident}", body=_body(event), at=at)
            at, begun = at + timedelta(seconds=running_s() - begun), running_s()
            if trouble and not _given_up(connection, hook, (source, ident), (tries, since), trouble, at):
                _move(connection, hook.name, after, 0, at + _pause(tries))
                connection.execute(LATER, (tries + 1, since or at, trouble, at + _pause(tries), hook.name))
                return True
            _move(connection, hook.name, (tx, source, ident), 0 if trouble else 1, at + LEASE)
            tries, since = 0, None
        after = (tx, source, ident)
    _move(connection, hook.name, after, 0, at if len(rows) == STEP else at + timedelta(seconds=POLL_S))
    return True


def _move(
    connection: Connection, name: str, after: tuple[str, str, str], seconds_moved: int, next_at: datetime
) -> None:
    connection.execute(MOVE, (*after, seconds_moved, seconds_moved, next_at, name))


def _pause(tries: int) -> timedelta:
    return min(SLOWEST, timedelta(seconds=FIRST_S * float(2 ** min(tries, 20))))


def _given_up(
    connection: Connection,
    hook: Webhook,
    message: tuple[str, str],
    tried: tuple[int, datetime | None],
    trouble: str,
    at: datetime,
) -> bool:
    """Whether a message has been tried for a day; then it is written down as missed."""
    tries, since = tried
    if not tries or since is None or at - since < DAY:
        return False
    connection.execute(MISSED, (hook.name, *message, at, trouble))
    _log.warning("webhook %s: %s is given up after a day: %s", hook.name, message[1], trouble)
    return True


def posted(hook: Webhook, *, ident: str, body: bytes, at: datetime) -> str:
    """Post one message; gives why it was not taken, and nothing where it was."""
    try:
        headers = signed(hook.secret, ident=ident, body=body, at=at) | {"content-type": "application/cloudevents+json"}
        answer = requests.post(hook.url, body, headers=headers, timeout=(CONNECT_S, ANSWER_S), allow_redirects=False)
    except BadInputError as error:
        return str(error)
    except (requests.exceptions.RequestException, ValueError) as error:
        return f"no answer: {type(error).__name__}"
    return "" if answer.ok and answer.status_code < 300 else f"HTTP {answer.status_code}"  # noqa: PLR2004 - of HTTP


def signed(secret: str, *, ident: str, body: bytes, at: datetime) -> dict[str, str]:
    """The three headers of Standard Webhooks.

    Raises:
        BadInputError: The secret is not one of theirs.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise BadInputError(f"webhook: secret: expected {PREFIX} and base64") from error
    if not secret.startswith(PREFIX) or len(key) < 16:  # noqa: PLR2004 - bytes
        raise BadInputError(f"webhook: secret: expected {PREFIX} and base64 of at least 16 bytes")
    stamp = str(int(at.timestamp()))
    signature = hmac.new(key, f"{ident}.{stamp}.".encode() + body, hashlib.sha256).digest()
    signature_text = "v1," + base64.b64encode(signature).decode()
    return {"webhook-id": ident, "webhook-timestamp": stamp, "webhook-signature": signature_text}


def _body(event: object) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]

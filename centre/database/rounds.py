"""Rounds: work on the database that is done again and again, over its being away, until it is told to stop."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event
from typing import Any, Final

import psycopg

from centre.database.migrate import first_line

POLL_S: Final = 0.5
CONNECT_S: Final = 5
_log = logging.getLogger(__name__)


def rounds(name: str, url: str, stop: Event, one: Callable[[psycopg.Connection[Any]], None]) -> None:
    """Do ``one`` round every half second; after an error of the database the next has a connection of its own."""
    connection: psycopg.Connection[Any] | None = None
    while not stop.wait(POLL_S):
        try:
            connection = connection or psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_S)
            one(connection)
        except psycopg.Error as error:
            if not isinstance(error, psycopg.OperationalError):  # a fault of ours, which must not end the work
                _log.exception(name)
            _log.debug("%s: %s", name, first_line(error))
            if connection is not None:
                connection.close()
            connection = None
    if connection is not None:
        connection.close()

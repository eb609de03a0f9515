"""Commands that no person has given: written down as a person's are, and sent by the courier all the same."""

from __future__ import annotations

from typing import Any, Final

import psycopg

from centre.contract.commands import Command

ADD: Final = """
INSERT INTO command (id, source, verb, incident, by, issued, expires, payload) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING"""
OURSELVES: Final = "centre"  # `by` of what no person has asked for


def ask(connection: psycopg.Connection[tuple[Any, ...]], command_row: Command) -> None:
    """Keep a command, to be sent as soon as may be."""
    row = (
        command_row.id,
        command_row.source,
        command_row.verb,
        command_row.keys.get("incident"),
        command_row.by,
        command_row.issued,
        command_row.expires,
    )
    connection.execute(ADD, (*row, command_row.payload()))

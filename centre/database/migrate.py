"""Bring a database to the newest tables: numbered files of plain SQL, each in a transaction of its own, once."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

import psycopg

from centre.errors import OutsideError

LOCK: Final = 7_215_660_131  # any number of ours: two processes that start together wait for each other
_TABLE: Final = """CREATE TABLE IF NOT EXISTS migration (
  number integer PRIMARY KEY, name text NOT NULL, done timestamptz NOT NULL DEFAULT now())"""


def migrations() -> list[tuple[int, str, str]]:
    """Number, name and text of every migration, in order."""
    folder = files("centre.database") / "migrations"
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".sql"))
    return [(int(name[:4]), name, (folder / name).read_text(encoding="utf-8")) for name in names]


def migrate(url: str) -> int:
    """Apply what is missing; gives how many were.

    Raises:
        OutsideError: The database is away, refuses, or is newer than this program.
    """
    ours = migrations()
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
            connection.execute(_TABLE)
            done = {row[0] for row in connection.execute("SELECT number FROM migration")}
            if newer := done - {number for number, _, _ in ours}:
                raise OutsideError(f"database: has migration {max(newer)}, this program ends at {ours[-1][0]}")
            missing = [each for each in ours if each[0] not in done]
            for number, name, text in missing:
                with connection.transaction():
                    connection.execute(text)
                    connection.execute("INSERT INTO migration (number, name) VALUES (%s, %s)", (number, name))
    except psycopg.Error as error:
        raise OutsideError(f"database: {first_line(error)}") from error
    return len(missing)


def first_line(error: BaseException) -> str:
    """What an error says, without what follows."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__

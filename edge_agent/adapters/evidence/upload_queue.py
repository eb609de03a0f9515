"""The queue of files on their way to the store, on the disk: what waits, what arrived, what was dropped.

::

    a manifest names it ─▶ waiting ─┬─▶ stored ─▶ told
                                    └─▶ dropped   (too much waits, or the file is gone)

It is a database of its own: a store that stays away must fill nothing that the ladder needs. It can be made again from
the manifests, so one that is damaged is begun anew; files are then sent again, under the same names.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

from edge_agent.config.wire.events import instant_text
from edge_agent.config.yaml.rewriting import private_folder
from edge_agent.core.errors import OutsideError
from edge_agent.ports.uploads import Upload

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from edge_agent.config.wire.manifest_file import SealedFile

UPLOADS: Final = "uploads.db"
BUSY_S: Final = 5.0
PAGE: Final = 200  # files looked at when the next one is chosen
DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_COLUMNS: Final = "incident, name, role, media_type, sha256, bytes, width, height, at, stored"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS uploads (
  position    INTEGER PRIMARY KEY,
  incident    TEXT NOT NULL,
  name        TEXT NOT NULL,
  role        TEXT NOT NULL,
  media_type  TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  bytes       INTEGER NOT NULL,
  width       INTEGER,
  height      INTEGER,
  at          TEXT NOT NULL,
  attempts    INTEGER NOT NULL DEFAULT 0,
  stored      TEXT,                        -- when it arrived
  dropped     TEXT,                        -- why it never will
  told        INTEGER NOT NULL DEFAULT 0,  -- whether the centre was told that it arrived
  UNIQUE (incident, name)
) STRICT;
CREATE INDEX IF NOT EXISTS uploads_waiting ON uploads (attempts, position) WHERE stored IS NULL AND dropped IS NULL;
"""
_log = logging.getLogger(__name__)


class UploadQueue:
    """The queue in the file at ``path``; one thread at a time. Every method raises OutsideError for a failing disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            private_folder(path.parent)
        except OSError as error:
            raise OutsideError(f"uploads {path}: the folder cannot be written: {error.strerror}") from error
        try:
            self._connection = self._opened()
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in DAMAGED:
                raise OutsideError(f"uploads {path}: cannot be opened: {error}") from error
            _log.error("uploads %s: the file is damaged; it is begun anew, from the manifests", path)
            for each in path.parent.glob(f"{path.name}*"):
                each.unlink()
            self._connection = self._opened()

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.executescript(_SCHEMA)
            self._path.chmod(0o600)
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def take(self, incident: str, files: Iterable[SealedFile], at: datetime) -> None:
        """Let files wait that were never in the queue."""
        rows = [
            (incident, f.name, f.role, f.media_type, f.sha256, f.bytes, f.width, f.height, instant_text(at))
            for f in files
        ]
        with self._answering(), self._whole():
            self._connection.executemany(
                "INSERT INTO uploads (incident, name, role, media_type, sha256, bytes, width, height, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                rows,
            )

    def next(self, without: Collection[str]) -> Upload | None:
        """The file to send now: the one that failed least often, of those the oldest, of no incident in ``without``."""
        with self._answering():
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM uploads WHERE stored IS NULL AND dropped IS NULL"  # noqa: S608 - our own words
                " ORDER BY attempts, position LIMIT ?",
                (PAGE,),
            ).fetchall()
        return next((_upload(row) for row in rows if row[0] not in without), None)

    def failed(self, upload: Upload) -> None:
        """Let others go first the next time."""
        self._set(upload, "attempts = attempts + 1")

    def stored(self, upload: Upload, at: datetime) -> None:
        """It has arrived."""
        self._set(upload, "stored = ?", instant_text(at))

    def drop(self, upload: Upload, why: str) -> None:
        """It never will."""
        self._set(upload, "dropped = ?", why)

    def excess(self, limit: int) -> tuple[Upload, ...]:
        """What must go so that no more than ``limit`` bytes wait: the oldest clips first, then the oldest files."""
        with self._answering():
            ((waiting,),) = self._connection.execute(
                "SELECT coalesce(sum(bytes), 0) FROM uploads WHERE stored IS NULL AND dropped IS NULL"
            ).fetchall()
            rows = (
                []
                if waiting <= limit
                else self._connection.execute(
                    f"SELECT {_COLUMNS} FROM uploads WHERE stored IS NULL AND dropped IS NULL"  # noqa: S608 - our own words
                    " ORDER BY role <> 'clip', position LIMIT ?",
                    (PAGE,),
                ).fetchall()
            )
        go: list[Upload] = []
        for row in rows:
            if waiting <= limit:
                break
            go.append(_upload(row))
            waiting -= go[-1].bytes
        return tuple(go)

    def untold(self) -> tuple[Upload, ...]:
        """What arrived of the first incident of which nothing waits any more and the centre was not told of all."""
        with self._answering():
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM uploads WHERE stored IS NOT NULL AND told = 0 AND incident ="  # noqa: S608
                " (SELECT incident FROM uploads AS one WHERE stored IS NOT NULL AND told = 0 AND NOT EXISTS"
                " (SELECT 1 FROM uploads AS other WHERE other.incident = one.incident AND other.stored IS NULL"
                " AND other.dropped IS NULL) LIMIT 1) ORDER BY position"
            ).fetchall()
        return tuple(map(_upload, rows))

    def announced(self, uploads: Iterable[Upload]) -> None:
        """The centre has been told."""
        with self._answering(), self._whole():
            self._connection.executemany(
                "UPDATE uploads SET told = 1 WHERE incident = ? AND name = ?",
                [(each.incident, each.name) for each in uploads],
            )

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """All rows or none: with half of an incident's files a cut would make two messages of it."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def counts(self) -> tuple[int, int, int]:
        """How many files wait, arrived, were dropped."""
        with self._answering():
            ((waiting, stored, dropped),) = self._connection.execute(
                "SELECT count(*) FILTER (WHERE stored IS NULL AND dropped IS NULL),"
                " count(stored), count(dropped) FROM uploads"
            ).fetchall()
        return waiting, stored, dropped

    def forget(self, before: datetime) -> None:
        """Let go of what is over and older."""
        with self._answering():
            self._connection.execute(
                "DELETE FROM uploads WHERE at < ? AND (told = 1 OR dropped IS NOT NULL)", (instant_text(before),)
            )

    def _set(self, upload: Upload, what: str, *values: str) -> None:
        with self._answering():
            self._connection.execute(
                f"UPDATE uploads SET {what} WHERE incident = ? AND name = ?",  # noqa: S608 - our own words
                (*values, upload.incident, upload.name),
            )

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            with self._connection:
                yield
        except sqlite3.Error as error:
            raise OutsideError(f"uploads {self._path}: cannot be written: {error}") from error


def _upload(row: tuple[object, ...]) -> Upload:
    incident, name, role, media_type, digest, size, width, height, at, stored = row
    return Upload(
        incident=str(incident),
        name=str(name),
        role=str(role),
        media_type=str(media_type),
        sha256=str(digest),
        bytes=int(str(size)),
        width=None if width is None else int(str(width)),
        height=None if height is None else int(str(height)),
        at=datetime.fromisoformat(str(at)),
        stored=None if stored is None else datetime.fromisoformat(str(stored)),
    )

"""Log lines: one JSON object each for machines, one sentence for people; a password in an address is in neither.

An error is told by its type and the places it passed, not by its own words: those of a foreign library may repeat an
address with its login. What we say ourselves of an error is in the message already.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from edge_agent.config.wire.events import instant_text
from edge_agent.core.printable import printable, printable_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from edge_agent.ports import Clock

OURS: Final = "edge_agent"
THREAD: Final = "camera "  # threads of a camera are named so, and what they say is of that camera
_LOGIN: Final = re.compile(r"(?<=://)\S*@")  # up to the last @: a password may hold one, and a slash
_VALUE: Final = re.compile(r"(?i)\b(user(?:name)?|pass(?:word|wd)?|pwd|token|secret)=[^&\s'\"]+")


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


class Writable(Protocol):
    """What lines can be written to."""

    def write(self, text: str, /) -> object:
        """Take some text."""

    def flush(self) -> object:
        """Pass on what was taken."""


@contextmanager
def log_to(stream: Writable, clock: Clock, written: LogFormat) -> Iterator[LogLines]:
    """Send the log lines of the process to ``stream`` for the length of a ``with`` block.

    Of libraries only warnings and worse; of our own also what goes as it should.
    """
    handler = logging.StreamHandler(stream)
    lines = LogLines(clock, written)
    handler.setFormatter(lines)
    root, own = logging.getLogger(), logging.getLogger(OURS)
    levels = root.level, own.level
    logging.captureWarnings(capture=True)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    own.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(levels[0])
        own.setLevel(levels[1])
        logging.captureWarnings(capture=False)


class LogLines(logging.Formatter):
    """Writes a record as one line.

    Args:
        clock: Dates the lines, until another one is known that does (``dated_by``).
        written: For machines or for people.
    """

    def __init__(self, clock: Clock, written: LogFormat) -> None:
        super().__init__()
        self._clock = clock
        self._written = written
        self._zone: tzinfo | None = None

    def dated_by(self, clock: Clock) -> None:
        """From now on lines carry the time of the records on the feed, not the system's, which may be stepped."""
        self._clock = clock

    def in_zone(self, zone: tzinfo) -> None:
        """From now on times are those of ``zone``, with their offset from UTC; before, they are UTC."""
        self._zone = zone

    def _now(self) -> str:
        now = self._clock.now()
        if self._zone is None:
            return instant_text(now)
        return now.astimezone(self._zone).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line."""
        fields = {
            "time": self._now(),
            "level": record.levelname.lower(),
            "camera": camera_of(record),
            "message": unsecret(" ".join(record.getMessage().split())),
            "error": _error(record),
            "where": _where(record),
        }
        if self._written is LogFormat.JSON:
            return printable(json.dumps({name: value for name, value in fields.items() if value}, ensure_ascii=False))
        camera = f"camera {fields['camera']}: " if fields["camera"] else ""
        error = f" ({fields['error']} in {fields['where']})" if fields["error"] else ""
        return printable_line(f"{fields['time']} {fields['level']}: {camera}{fields['message']}{error}")


def camera_of(record: logging.LogRecord) -> str:
    """The camera a record is about: as given in ``extra``, or by the thread that spoke; empty for none."""
    given = getattr(record, "camera", None)
    if given is not None:
        return str(given)
    thread = record.threadName or ""
    return thread.removeprefix(THREAD) if thread.startswith(THREAD) else ""


def unsecret(text: str) -> str:
    """``text`` without the logins of the addresses in it; some makers put them into the path or the query."""
    return _VALUE.sub(r"\1=***", _LOGIN.sub("***@", text))


def _error(record: logging.LogRecord) -> str:
    kind = record.exc_info[0] if record.exc_info else None
    return "" if kind is None else kind.__name__


def _where(record: logging.LogRecord) -> str:
    """The places an error passed on its way out, the innermost first."""
    passed = traceback.extract_tb(record.exc_info[2]) if record.exc_info else ()
    return " < ".join(f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in reversed(passed))

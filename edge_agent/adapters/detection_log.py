"""The detection log: every event that enters the core, one JSON line each, as ``formats.md`` fixes it.

A line is handed to the operating system before the event reaches the core, so a killed process loses at most the
line it was writing. Reading and re-opening forgive exactly that much::

    {"type":"header","version":1,...}     first, or the file is refused
    {"type":"frame","at":...}             times never decrease
    {"type":"fra                          only the last line may be torn

Where the name ends in ``.gz`` every line is flushed through the compressor, which costs about a third of its ratio.
"""

from __future__ import annotations

import gzip
import json
import logging
import os
import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import islice
from typing import IO, TYPE_CHECKING, Final, Literal, Self, cast

from pydantic_core import from_json

from edge_agent.config.wire.events import decode_event, encode_event, instant_text, plausible
from edge_agent.config.yaml.rewriting import owners, private_folder
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.events import LookedAgain, WarningAnswered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from edge_agent.core.events import Event

VERSION: Final = 1
LONGEST_LINE: Final = 8_000_000  # bytes: thousands of things in one picture, each with its appearance
LARGEST_SIDE: Final = 65_535  # pixels
_log = logging.getLogger(__name__)
_ANSWERS: Final = (b'"warning"', b'"second_look"')


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHeader:
    """What the first line says: whose events these are, the picture's size in pixels, the model's sha256."""

    camera: str
    size: tuple[int, int]
    model: str
    started: datetime


class LogWriter:
    """Appends events to a log, which it starts or goes on with.

    Args:
        path: ``*.jsonl`` or ``*.jsonl.gz``; its folder is made where missing.
        header: Written to a new log; a log that exists must be of the same camera.
        keep: How many events of an existing log stay. The store knows how many were folded in; one that was
            logged but not committed before a crash comes again and must not stand in the log twice.

    Raises:
        OutsideError: The disk is full or read-only.
        BadInputError: The existing log is no log, or of another camera.
    """

    def __init__(self, path: Path, header: LogHeader, *, keep: int | None = None) -> None:
        self._path = path
        try:
            private_folder(path.parent)
            begun = path.exists() and any(True for _ in _lines(path))
            if begun:
                _mend(path, header, keep)
            self._file = _writing(path, "ab" if begun else "wb")
            if not begun:
                self._write(_header_line(header))
        except OSError as error:
            raise _unwritable(path, error) from error

    def append(self, event: Event) -> None:
        """Write one event; when this returns, killing the process does not lose it."""
        try:
            self._write(encode_event(event))
        except OSError as error:
            raise _unwritable(self._path, error) from error

    def close(self) -> None:
        """End the log orderly."""
        try:
            self._file.close()
        except OSError as error:
            raise _unwritable(self._path, error) from error

    def __enter__(self) -> Self:
        """Use the log in a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the log orderly."""
        self.close()

    def _write(self, line: str) -> None:
        self._file.write(line.encode() + b"\n")
        self._file.flush()


def read_header(path: Path) -> LogHeader:
    """The first line of a log.

    Raises:
        BadInputError: There is no such file, or its first line is no header of a version known here.
    """
    for _, line in islice(_lines(path), 1):
        return _header(path, line)
    raise BadInputError(f"{path}: the log is empty, expected a header line")


def read_events(path: Path) -> Iterator[Event]:
    """The events of a log, in order, read as they are asked for.

    Raises:
        BadInputError: With the number of the line that cannot be read, or that goes back in time.
    """
    read_header(path)
    before: datetime | None = None
    for number, line in islice(_lines(path), 1, None):
        event = _event(path, number, line)
        if before is not None and event.at < before:
            raise BadInputError(
                f"{path}:{number}: time goes back from {instant_text(before)} to {instant_text(event.at)}"
            )
        before = event.at
        yield event


def read_answers(path: Path) -> tuple[WarningAnswered | LookedAgain, ...]:
    """What the shells answered, of all that a log holds; only lines that may be answers are read as events."""
    maybe = (_event(path, number, line) for number, line in _lines(path) if _may_answer(line))
    return tuple(event for event in maybe if isinstance(event, WarningAnswered | LookedAgain))


def _may_answer(line: bytes) -> bool:
    """Whether the words of an answer stand in a line, in whatever place: cheaper to ask than to read it."""
    return any(word in line for word in _ANSWERS)


def _event(path: Path, number: int, line: bytes) -> Event:
    try:
        return decode_event(line)
    except BadInputError as error:
        raise BadInputError(f"{path}:{number}: {error}") from error


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines, numbered from 1; a last line torn by a crash is left out, and that it was is said once."""
    number = 0
    try:
        with _reading(path) as file:
            for number, line in _bounded(path, file):
                yield number, line
    except EOFError:  # the compressed stream was torn: what came before has been given
        _say_torn(path, number)
    except FileNotFoundError as error:
        raise BadInputError(f"{path}: no such file") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise BadInputError(f"{path}: cannot be unpacked: {error}") from error
    except OSError as error:
        raise OutsideError(f"{path}: cannot be read: {error.strerror}") from error


def _bounded(path: Path, file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(iter(partial(file.readline, LONGEST_LINE + 1), b""), start=1):
        if len(line) > LONGEST_LINE:
            raise BadInputError(f"{path}:{number}: longer than {LONGEST_LINE:,} bytes, expected one event")
        if line == b"\n":
            raise BadInputError(f"{path}:{number}: an empty line, expected an event")
        if line.endswith(b"\n") or _whole(line):
            yield number, line.rstrip(b"\n")
        else:
            _say_torn(path, number - 1)


@cache
def _say_torn(path: Path, lines: int) -> None:
    _log.warning("%s: breaks off after line %d, as after a crash; what comes before it is read", path, lines)


def _whole(line: bytes) -> bool:
    """Whether a last line without its newline is all there: other programs may leave the newline out."""
    try:
        from_json(line)
    except ValueError:
        return False
    return True


def _header_line(header: LogHeader) -> str:
    return json.dumps(
        {
            "type": "header",
            "version": VERSION,
            "camera": header.camera,
            "size": list(header.size),
            "model": header.model,
            "started": instant_text(header.started),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _header(path: Path, line: bytes) -> LogHeader:
    try:
        header = from_json(line)  # refuses what lies too deep, where the standard library runs out of stack
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("type") != "header":
        raise BadInputError(f"{path}:1: expected a header line of a detection log")
    if header.get("version") != VERSION:
        raise BadInputError(f"{path}:1: detection log of version {header.get('version')}, expected {VERSION}")
    try:
        width, height = header["size"]
        started = datetime.fromisoformat(header["started"])
        if started.tzinfo is None:
            raise BadInputError(f"{path}:1: started {header['started']} has no time zone, expected one such as Z")
        return LogHeader(
            camera=str(header["camera"]),
            size=(_side(width), _side(height)),
            model=str(header["model"]),
            started=plausible(started),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadInputError(f"{path}:1: header without a proper camera, size, model and started: {error}") from error


def _side(pixels: object) -> int:
    if type(pixels) is not int or not 0 <= pixels <= LARGEST_SIDE:  # a camera may not have said its size yet
        raise ValueError(f"{pixels!r} is no side of a picture, expected at most {LARGEST_SIDE} pixels")
    return pixels


def _reading(path: Path) -> IO[bytes]:
    if path.exists() and not path.is_file():
        raise BadInputError(f"{path}: is {'a folder' if path.is_dir() else 'no ordinary file'}, expected a log")
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _writing(path: Path, mode: Literal["ab", "wb"]) -> IO[bytes]:
    os.close(owners(str(path), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC))
    if path.suffix != ".gz":
        return path.open(mode)
    # No time of writing inside, so that equal logs are equal bytes.
    return cast("IO[bytes]", gzip.GzipFile(path, mode, mtime=0))


def _mend(path: Path, header: LogHeader, keep: int | None) -> None:
    """Cut off a torn last line and the events beyond ``keep``, by way of a new file that replaces the old one."""
    found = read_header(path)
    if found.camera != header.camera:
        raise BadInputError(f"{path}: is the log of camera {found.camera!r}, expected {header.camera!r}")
    mended = path.with_name(f".mended-{path.name}")
    with _writing(mended, "wb") as file:
        file.writelines(line + b"\n" for _, line in islice(_lines(path), None if keep is None else keep + 1))
    mended.replace(path)


def _unwritable(path: Path, error: OSError) -> OutsideError:
    from edge_agent.ports import unwritten  # noqa: PLC0415 - folding a log needs none of the ports

    return unwritten(error, f"{path}: the detection log cannot be written: {error.strerror or error}")

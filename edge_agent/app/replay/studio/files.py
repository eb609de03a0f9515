"""The files of the studio: read, compared and written, never over what somebody else wrote meanwhile."""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from edge_agent.config.yaml.rewriting import rewritten, write_whole
from edge_agent.config.yaml.source import BadConfigError, parse_source
from edge_agent.core.errors import BadInputError
from edge_agent.ports import unwritten
from edge_agent.web.exchange import ChangedError
from edge_agent.web.views import DiffView, FileView

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.config.yaml.source import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedFile:
    """One file: its ``path``, what is put at the head of a new one, and what ``judge`` raises of a bad text."""

    path: Path
    head: str
    judge: Callable[[str], object]
    lock: Lock

    def view(self) -> FileView:
        """What it says now; raises BadConfigError where it cannot be read."""
        text = self._text()
        data = None if text is None else parse_source(text, self.path).data
        return FileView(file=str(self.path), base=_base(self._raw()), data=data)

    def draft(self, data: object) -> str:
        """The text that would say ``data``."""
        if not isinstance(data, dict):
            raise BadInputError("the drawing: found something else, expected a mapping")
        return rewritten(self._text() or self.head, data, self.path)

    def compare(self, data: object) -> DiffView:
        """What writing it would change, and what is wrong with it."""
        text = self.draft(data)
        problems: tuple[Problem, ...] = ()
        try:
            self.judge(text)
        except BadConfigError as error:
            problems = error.problems
        return DiffView(diff=_diff(self._text() or "", text, self.path.name), problems=problems)

    def save(self, data: object, base: str | None) -> FileView:
        """Write it, whole or not at all, if it is sound and the file is still the one of ``base``.

        Raises:
            BadConfigError: It is not sound.
            ChangedError: The file says something else by now.
            OutsideError: The disk refuses.
        """
        with self.lock:
            raw = self._raw()
            if _base(raw) != base:
                raise ChangedError(f"{self.path}: was changed meanwhile, and is not written over")
            text = self.draft(data)
            self.judge(text)
            try:
                write_whole(self.path, _as_before(text, raw or b""))
            except OSError as error:
                raise unwritten(error, f"{self.path}: cannot be written: {error.strerror}") from error
        return self.view()

    def _text(self) -> str | None:
        raw = self._raw()
        try:
            return None if raw is None else raw.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise BadInputError(f"{self.path}: cannot be read as UTF-8: {error.reason}") from error

    def _raw(self) -> bytes | None:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BadInputError(f"{self.path}: cannot be read: {error.strerror}") from error


def _base(raw: bytes | None) -> str | None:
    return None if raw is None else sha256(raw).hexdigest()


def _as_before(text: str, raw: bytes) -> bytes:
    """``text`` with the line ends and the mark at the beginning that some editors write, where ``raw`` has them."""
    content = text.replace("\n", "\r\n") if b"\r\n" in raw else text
    return (BOM_UTF8 if raw.startswith(BOM_UTF8) else b"") + content.encode()


def _diff(before: str, after: str, name: str) -> str:
    lines = unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="")
    return "\n".join(lines)

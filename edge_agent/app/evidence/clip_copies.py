"""Copies of clips that may leave the box, made one after the other while nothing waits for them.

::

    …-clip.mp4 + note, as the camera coded it ─▶ …-clip-redacted.mp4 + note ─▶ sealed, uploaded, handed out

What is to be copied is read from the disk: a clip of which the copy is missing is copied after the next start as well.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from edge_agent.adapters.evidence.clip_copy import CutShort, save_clip_copy
from edge_agent.app.evidence.sealing import incident_folders
from edge_agent.app.health.contained import report
from edge_agent.config.yaml.rewriting import write_private
from edge_agent.core.errors import OutsideError
from edge_agent.core.geometry import Box
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from threading import Event

    from edge_agent.ports import Clock, Image

    Redacted = Callable[[str, Image, Box], Image]  # of a camera, with a thing at a place

EVERY_S: Final = 5.0
REST: Final = 2.0  # times as long as a picture took: a third of a core at most goes into copies
LONGEST_REST_S: Final = 2.0
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class ClipCopies:
    """Copies the clips below ``state``; ``run`` belongs to one thread.

    ``redacted`` makes of a picture of a camera one that may leave, and raises OutsideError where it cannot.
    """

    state: Path
    redacted: Redacted
    clock: Clock
    _copied: dict[str, int] = field(default_factory=dict, init=False)  # incidents, by when they were written
    _failed: set[Path] = field(default_factory=set, init=False)

    def run(self, stop: Event) -> None:
        """Copy until ``stop``; what cannot be copied is said, and is no reason to end."""
        while not stop.wait(EVERY_S):
            try:
                self.turn(stop)
            except OutsideError as error:
                _log.warning("no clip is copied for now: %s", error)

    def turn(self, stop: Event) -> None:
        """Copy every clip of which there is no copy yet; raises OutsideError where the disk does not answer."""
        for folder in incident_folders(self.state):
            written = folder.written()
            if self._copied.get(folder.path.name) == written:
                continue
            for note in self._due(folder.path):
                self._copy(note, stop)
                if stop.is_set():
                    return
            self._copied[folder.path.name] = written

    def _due(self, folder: Path) -> Iterator[Path]:
        """The notes of clips that have no copy; of two stages at one moment, which show the same, the first."""
        copied: set[str] = set()
        for note in sorted(folder.glob("*-clip.json")):
            moment = note.name.partition("-")[0]
            if moment not in copied and not _copy_of(note).exists() and note not in self._failed:
                yield note
            copied.add(moment)

    def _copy(self, note: Path, stop: Event) -> None:
        try:
            self._write(note, json.loads(note.read_bytes()), stop)
        except CutShort:
            return  # the next start makes it
        except OutsideError as error:
            _log.warning("no copy of the clip %s leaves the box: %s", note.name, error)
        except (OSError, ValueError, KeyError, TypeError):
            _log.warning("no copy of the clip %s leaves the box: its note cannot be read", note.name)
        except Exception as error:  # noqa: BLE001 - what one camera has sent must not end the copies of all
            report(f"the copy of the clip {note.name}", error, "there is none")
        if not _copy_of(note).exists():
            self._failed.add(note)

    def _write(self, note: Path, document: dict[str, Any], stop: Event) -> None:
        camera, box, original = str(document["camera"]), Box(*document["box"]), note.parent / document["clip"]["file"]
        to = _copy_of(note)
        begun = self.clock.now()

        def rest() -> bool:
            nonlocal begun
            stopped = stop.wait(min(LONGEST_REST_S, REST * max(0.0, (self.clock.now() - begun).total_seconds())))
            begun = self.clock.now()
            return stopped

        copy = save_clip_copy(
            to.with_suffix(".mp4"), original, lambda image: self.redacted(camera, image, box), rest=rest
        )
        about = {"file": copy.path.name, "sha256": copy.sha256, "width": copy.size[0], "height": copy.size[1]}
        try:
            write_private(to, json.dumps(document | {"clip": about | {"redacted": True}}, indent=2).encode() + b"\n")
        except OSError as error:
            raise unwritten(error, f"evidence {to}: cannot be written: {error.strerror}") from error


def _copy_of(note: Path) -> Path:
    return note.with_name(f"{note.stem}-redacted.json")

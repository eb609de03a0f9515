"""Errands: what the operations centre asks of the box itself, and not of what a camera remembers.

A message played now, a picture shown, the files read again. Each may be begun twice, after a power cut, and is
done once.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.adapters.evidence.snapshots import SnapshotFolder
from edge_agent.adapters.evidence.thumbnail import thumbnail
from edge_agent.app.announcer import SAY
from edge_agent.app.commands import Done
from edge_agent.core.commands import Look, Outcome, Reload, Say
from edge_agent.core.effects import SaveSnapshot, Speak
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.core.geometry import Box as Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from edge_agent.app.reload import Reloaded
    from edge_agent.config.commands import Given
    from edge_agent.core.commands import ForBox
    from edge_agent.core.site import Site
    from edge_agent.ports import Announcer, Answer, Clock, Frame

FRESH: Final = timedelta(seconds=10)  # a picture that is older shows nothing of now
LATE: Final = timedelta(seconds=30)
WHOLE: Final = Place(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errands:
    """Whoever does them.

    ``cameras`` give the picture of an instant, or None where none can be trusted; ``reload`` reads the files and says
    what came of it, or None where nothing has changed.
    """

    site: Callable[[], Site]
    cameras: Mapping[str, Callable[[datetime], Frame | None]]
    announcer: Announcer
    clock: Clock
    evidence: Path
    model: str
    reload: Callable[[], Reloaded | None]

    def do(self, given: Given, what: ForBox, answered: Callable[[Done], None]) -> None:
        """Do one; ``answered`` is told how it ended, perhaps from another thread."""
        match what:
            case Say():
                self._say(given, what, answered)
            case Look():
                answered(self._look(given, what))
            case Reload():
                answered(self._reloaded())
            case _:
                assert_never(what)

    def _say(self, given: Given, what: Say, answered: Callable[[Done], None]) -> None:
        if not any(zone.id == what.zone for zone in self.site().zones):
            answered(_refused(f"there is no zone '{what.zone}'"))
            return
        now = self.clock.now()
        request = Speak(
            id=f"say-{given.id}",
            at=now,
            incident=f"command-{given.id}",
            zone=what.zone,
            kind=SAY,
            n=1,
            attempt=1,
            expires_at=min(given.expires, now + LATE),
            text=what.text,
        )
        before = self.announcer.recall(request)  # it may have been played before a power cut
        if before.result is Result.FAILED:
            self.announcer.ask(request, lambda _, answer: answered(_said(answer)))
        else:
            answered(_said(before))

    def _look(self, given: Given, what: Look) -> Done:
        try:
            folder = self._shown(given, what.camera) if what.camera is not None else str(what.incident)
            return _latest(self.evidence, folder)
        except OutsideError as error:
            return _refused(str(error))

    def _shown(self, given: Given, name: str) -> str:
        """The folder of a picture of now."""
        shown = self.cameras.get(name)
        if shown is None:
            raise OutsideError(f"there is no camera '{name}'")
        now = self.clock.now()
        frame = shown(now)
        if frame is None or now - frame.at > FRESH:
            raise OutsideError(f"camera {name} shows nothing that may be trusted now")
        policy = self.site().policy.sha256
        pictures = SnapshotFolder(self.evidence, camera=name, model=self.model, policy_sha256=policy)
        folder = f"look-{given.id}"
        request = SaveSnapshot(at=frame.at, incident=folder, event=given.id, stage="look", box=WHOLE)
        pictures.save(request, frame)
        return folder

    def _reloaded(self) -> Done:
        found = self.reload()
        if found is None:
            return Done(outcome=Outcome.ALREADY_DONE)
        if found.refused:
            return _refused(found.refused)
        return Done(result={"waiting": list(found.waiting)} if found.waiting else {})


def _latest(evidence: Path, folder: str) -> Done:
    """The last picture of a folder, as its note names it."""
    for note in sorted((evidence / folder).glob("*.json"), reverse=True):
        told = _note(note)
        if told is not None:
            name, digest, at = told
            small = b64encode(thumbnail(note.parent / name)).decode()
            return Done(result={"file": f"{folder}/{name}", "sha256": digest, "at": at, "jpeg": small})
    return _refused(f"there is no evidence of {folder}")


def _note(path: Path) -> tuple[str, str, str] | None:
    """The file, digest and instant of a snapshot's whole frame; None for a note of something else."""
    try:
        told = json.loads(path.read_bytes())
        frame = told["frame"]
        at = datetime.fromisoformat(told["shown"])
        return str(frame["file"]), str(frame["sha256"]), at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _said(answer: Answer) -> Done:
    if answer.result is Result.PLAYED:
        return Done()
    return _refused(answer.reason or "nobody can tell whether it was played")


def _refused(reason: str) -> Done:
    return Done(outcome=Outcome.REFUSED, reason=reason)

"""Errands: what the operations centre asks of the box itself, and not of what a camera remembers.

A message played now, a picture shown, the files read again. Each may be begun twice, after a power cut, and is
done once.

The way back: what a live agent needs to hear commands, to do them and to answer.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.adapters.evidence.small_pictures import thumbnail
from edge_agent.adapters.mqtt.subscriber import CommandListener
from edge_agent.app.agent.command_handler import CommandHandler, CommandTargets, Done
from edge_agent.app.feed.messages import command_topics
from edge_agent.app.health.degraded import AgentPart
from edge_agent.app.speak.announcer import SAY
from edge_agent.core.commands import CommandOutcome, Look, Reload, Report, Say
from edge_agent.core.effects import SaveSnapshot, Speak
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.core.geometry import Box as Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from edge_agent.app.agent.live_camera import LiveCamera
    from edge_agent.app.agent.reload import Reloaded
    from edge_agent.app.agent.upkeep import Upkeep
    from edge_agent.app.plan import Surroundings
    from edge_agent.config.wire.commands import Given
    from edge_agent.core.commands import ForBox
    from edge_agent.core.site.site import Site
    from edge_agent.ports import Announcer, Clock, Frame, Snapshots, SpeakerAnswer

FRESH: Final = timedelta(seconds=10)  # a picture that is older shows nothing of now
LATE: Final = timedelta(seconds=30)
WHOLE: Final = Place(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxCommands:
    """Whoever does them.

    ``cameras`` give the picture of an instant, or None where none can be trusted; ``pictures`` gives who keeps it, of a
    camera and a site; ``reload`` reads the files and says what came of it, or None where nothing has changed.
    ``report`` has the last messages told again and counts them.
    """

    site: Callable[[], Site]
    cameras: Mapping[str, Callable[[datetime], Frame | None]]
    announcer: Announcer
    clock: Clock
    evidence: Path
    pictures: Callable[[str, Site], Snapshots]
    reload: Callable[[], Reloaded | None]
    report: Callable[[str | None], int]

    def do(self, given: Given, what: ForBox, answered: Callable[[Done], None]) -> None:
        """Do one; ``answered`` is told how it ended, perhaps from another thread."""
        match what:
            case Say():
                self._say(given, what, answered)
            case Look():
                answered(self._look(given, what))
            case Report():
                answered(Done(result={"messages": self.report(what.incident)}))
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
            self.announcer.ask(request, lambda _, answer: answered(_done(answer)))
        else:
            answered(_done(before))

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
        folder = f"look-{given.id}"
        request = SaveSnapshot(at=frame.at, incident=folder, event=given.id, stage="look", box=WHOLE)
        self.pictures(name, self.site()).save(request, frame)
        return folder

    def _reloaded(self) -> Done:
        reloaded = self.reload()
        if reloaded is None:
            return Done(outcome=CommandOutcome.ALREADY_DONE)
        if reloaded.refused:
            return _refused(reloaded.refused)
        return Done(result={"waiting": list(reloaded.waiting)} if reloaded.waiting else {})


def _latest(evidence: Path, folder: str) -> Done:
    """The last picture of a folder, as its note names it."""
    for note in sorted((evidence / folder).glob("*.json"), reverse=True):
        latest = _note(note)
        if latest is not None:
            name, digest, at = latest
            small = b64encode(thumbnail(note.parent / name)).decode()
            return Done(result={"file": f"{folder}/{name}", "sha256": digest, "at": at, "jpeg": small})
    return _refused(f"there is no redacted picture of {folder}")


def _note(path: Path) -> tuple[str, str, str] | None:
    """The file, digest and instant of a snapshot's redacted copy; None for a note of something else."""
    try:
        note = json.loads(path.read_bytes())
        frame = note.get("annotated") or note["redacted"]
        if frame["redacted"] is not True:
            return None
        at = datetime.fromisoformat(note["shown"])
        return str(frame["file"]), str(frame["sha256"]), at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _done(answer: SpeakerAnswer) -> Done:
    if answer.result is Result.PLAYED:
        return Done()
    return _refused(answer.reason or "nobody can tell whether it was played")


def _refused(reason: str) -> Done:
    return Done(outcome=CommandOutcome.REFUSED, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLink:
    """The desk, and who listens for it; each has a thread."""

    desk: CommandHandler
    listener: CommandListener


def command_link(
    around: Surroundings,
    cameras: Mapping[str, LiveCamera],
    announcer: Announcer,
    upkeep: Upkeep,
    *,
    pictures: Callable[[str, Site], Snapshots],
) -> CommandLink:
    """Put it together; commands are listened for under the agent's id with ``-commands`` behind it."""
    started = around.plan.loaded.site

    def tell(camera: str, given: Given) -> None:
        if camera in cameras:  # the store may remember one that is no longer watched: the command then expires
            cameras[camera].command(given)

    box_commands = BoxCommands(
        site=upkeep.reload.site,
        cameras={name: camera.shown for name, camera in cameras.items()},
        announcer=announcer,
        clock=around.clock,
        evidence=around.plan.loaded.state / "evidence",
        pictures=pictures,
        reload=upkeep.adopt,
        report=around.store.open.tell_again,
    )
    hands = CommandTargets(camera=tell, errand=box_commands.do, wake=around.wake)
    desk = CommandHandler(upkeep.reload.site, around.store.commands, around.clock, around.metrics, hands)
    listener = CommandListener(
        broker=around.plan.broker,
        topics=command_topics(started),
        client_id=around.plan.broker.client(started.agent, "commands"),
        heard=desk.hear,
        without=partial(around.degraded.without, AgentPart.COMMANDS),
    )
    return CommandLink(desk=desk, listener=listener)

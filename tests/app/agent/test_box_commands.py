"""Errands: a message is played, a picture shown, the files read again; each once, also over a power cut."""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edge_agent.adapters.evidence.small_pictures import MOST_BYTES, SIDE
from edge_agent.adapters.evidence.snapshots import SnapshotFolder
from edge_agent.app.agent.box_commands import BoxCommands
from edge_agent.app.agent.command_handler import Done
from edge_agent.app.agent.reload import Reloaded
from edge_agent.config.wire.commands import Given
from edge_agent.core.commands import CommandOutcome, Look, Reload, Say
from edge_agent.ports import Frame
from tests.app.one_camera import Loudspeaker, Mains
from tests.clocks import SimulatedClock
from tests.site import site
from tests.street import START, at

if TYPE_CHECKING:
    from edge_agent.core.commands import ForBox
    from edge_agent.core.effects import Speak
    from edge_agent.ports import Answered

HERE = site()
NOISE = np.random.default_rng(7).integers(0, 256, (1080, 1920, 3), np.uint8)  # the worst that JPEG can meet


class AtOnce(Loudspeaker):
    """A speaker without a thread."""

    def ask(self, request: Speak, answered: Answered) -> None:
        """Say it now."""
        answered(request, self.say(request))


class Box:
    """A box that does box commands; its camera shows a picture of second 0."""

    def __init__(self, folder: Path, reloaded: Reloaded | None = None) -> None:
        self.clock = SimulatedClock(start=START)
        self.speaker = AtOnce(Mains())
        self.folder = folder
        self.box_commands = BoxCommands(
            site=lambda: HERE,
            cameras={"c1": self._shown, "dark": lambda _: None},
            announcer=self.speaker,
            clock=self.clock,
            evidence=folder,
            pictures=lambda name, _: SnapshotFolder(folder, camera=name, model="0" * 64, policy_sha256="1" * 64),
            reload=lambda: reloaded,
            report=lambda incident: 7 if incident is None else 1,
        )

    def done(self, what: ForBox, *, ident: str = "cmd-1") -> Done:
        """How an errand ended."""
        now = self.clock.now()
        given = Given(id=ident, issued=now, expires=now + timedelta(minutes=5), by="Li", what=what)
        answers: list[Done] = []
        self.box_commands.do(given, what, answers.append)
        (answer,) = answers
        return answer

    def _shown(self, instant: datetime) -> Frame:
        assert instant.tzinfo is not None
        return Frame(at=at(0), image=NOISE)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """A box that has done nothing yet."""
    return Box(tmp_path)


def test_a_message_is_played_once(box: Box) -> None:
    """After a power cut the same errand is begun again, and finds that it was played."""
    say = Say(zone="z", text={"en": "please leave"})
    assert [box.done(say), box.done(say)] == [Done(), Done()]
    assert box.speaker.heard == [("command-cmd-1", 1)]
    box.speaker.works = False
    failed = box.done(say, ident="cmd-2")
    assert (failed.outcome, failed.reason) == (CommandOutcome.REFUSED, "no current")
    box.speaker.remembers = False
    assert box.done(say, ident="cmd-3").reason == "nobody can tell whether it was played"
    assert box.done(Say(zone="x", text={"en": "hello"})).reason == "there is no zone 'x'"


def test_a_camera_shows_what_it_sees(box: Box) -> None:
    """The whole picture is kept as evidence, by name and digest; a small one goes along."""
    done = box.done(Look(camera="c1"))
    assert done.outcome is CommandOutcome.ACCEPTED
    picture_bytes = (box.folder / str(done.result["file"])).read_bytes()
    assert done.result["sha256"] == sha256(picture_bytes).hexdigest()
    assert done.result["at"] == "2026-11-01T08:00:00.000Z"
    small = b64decode(str(done.result["jpeg"]))
    assert len(small) <= MOST_BYTES
    picture = cv2.imdecode(np.frombuffer(small, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert max(picture.shape) <= SIDE


def test_evidence_of_an_incident_is_shown(box: Box) -> None:
    """The latest picture of it; notes of something else, and halves of notes, are passed over."""
    name = box.done(Look(camera="c1")).result["file"]
    folder = box.folder / "look-cmd-1"
    (folder / "20991231T000000.000Z-clip.json").write_text('{"clip": 1}', encoding="utf-8")
    (folder / "20991231T000001.000Z-opened.json").write_text("{", encoding="utf-8")
    folder.rename(box.folder / "inc-1")
    assert box.done(Look(incident="inc-1")).result["file"] == str(name).replace("look-cmd-1", "inc-1")
    assert box.done(Look(incident="inc-2")).reason == "there is no redacted picture of inc-2"
    for picture in (box.folder / "inc-1").glob("*-redacted.jpg"):
        picture.unlink()
    assert "cannot be read as a picture" in box.done(Look(incident="inc-1")).reason


def test_what_cannot_be_shown_is_refused(box: Box) -> None:
    """No such camera, none that can be trusted, nothing of now."""
    assert box.done(Look(camera="c9")).reason == "there is no camera 'c9'"
    assert box.done(Look(camera="dark")).reason == "camera dark shows nothing that may be trusted now"
    box.clock.sleep(11)
    assert box.done(Look(camera="c1")).reason == "camera c1 shows nothing that may be trusted now"


def test_a_reload_says_what_came_of_it(tmp_path: Path) -> None:
    """Nothing new, something wrong, taken over, taken over but for what needs a restart."""
    mistake = Reloaded(site=HERE, refused="zones/c1.yaml:3: found a text")
    assert Box(tmp_path).done(Reload()) == Done(outcome=CommandOutcome.ALREADY_DONE)
    assert Box(tmp_path, mistake).done(Reload()) == Done(outcome=CommandOutcome.REFUSED, reason=mistake.refused)
    assert Box(tmp_path, Reloaded(site=HERE)).done(Reload()) == Done()
    waits = Box(tmp_path, Reloaded(site=HERE, waiting=("broker",))).done(Reload())
    assert waits == Done(result={"waiting": ["broker"]})

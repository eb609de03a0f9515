"""One camera's errors, of whatever kind: they are its own, they are loud, and it is tried again."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest
from av import error as av_error

from edge_agent.adapters.rtsp import session
from edge_agent.app.agent import camera as camera_module
from edge_agent.app.detect.scheduling import Ticket
from edge_agent.app.folding import fold
from edge_agent.app.health.contained import contained, in_words
from edge_agent.app.stream import follower as follower_module
from edge_agent.app.stream.follower import StreamFollower
from edge_agent.config.fields.secret import Secret
from edge_agent.core.events import FrameSeen
from edge_agent.core.stream.pictures import SourceBack, StreamFault
from edge_agent.core.stream.trouble import Change, Named, Trouble
from edge_agent.ports import Frame, StreamError
from tests.app.live.simulation import Simulation
from tests.app.live.stream import CameraScript, _format
from tests.app.live.test_fault_matrix import FIRST, LAST, SITE, SWEEP
from tests.app.live.waiting import Agenda, Desk
from tests.street import at, stands

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from edge_agent.app.agent.live_camera import LiveCamera
    from edge_agent.app.folding import Folded
    from edge_agent.core.events import Detection, Event
    from edge_agent.core.stream.pictures import LiveItem
    from edge_agent.ports import Image

ERRORS = (OSError(95, "no"), ValueError("odd"), MemoryError(), RecursionError(), KeyError("x"), AssertionError())
WHOLE_STORY = ["opened", "warned 1", "warned 2", "warned 3", "escalated", "resolved"]


@dataclass(slots=True)
class Work:
    """Work that takes ``lasts`` seconds and fails as often as it has errors left; who pauses is written down."""

    errors: list[BaseException]
    lasts: float = 0.0
    agenda: Agenda = field(default_factory=Agenda)
    pauses: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def __call__(self) -> None:
        """One try."""
        self.agenda.second += self.lasts
        if self.errors:
            raise self.errors.pop(0)

    def pause(self, seconds: float) -> bool:
        """No time at all."""
        self.pauses.append(seconds)
        return False

    def contained(self, told: Callable[[str], object] | None = None) -> None:
        """Let it be done."""
        contained(self, part="camera c1, reading", clock=self.agenda, told=told or self.told.append, pause=self.pause)


def test_any_error_is_told_and_the_work_done_again(caplog: pytest.LogCaptureFixture) -> None:
    """With a pause that doubles, and the way to where it was raised in the log."""
    work = Work(list(ERRORS))
    work.contained()
    assert work.told == [in_words(error) for error in ERRORS]
    assert all(after > before for before, after in zip(work.pauses, work.pauses[1:], strict=False))
    assert work.pauses[-1] > 10
    assert "camera c1, reading failed and is contained" in caplog.text
    assert "raise self.errors.pop(0)" in caplog.text


def test_work_that_lasted_is_tried_again_soon() -> None:
    """A camera that fails once an hour does not wait half a minute each time."""
    work = Work([ValueError()] * 8, lasts=3600)
    work.contained()
    assert max(work.pauses) < 1


def test_who_cannot_be_told_is_no_reason_to_stop(caplog: pytest.LogCaptureFixture) -> None:
    """What failed may be what it is told by."""

    def told(_sentence: str) -> None:
        raise OSError(28, "No space left on device")

    Work([ValueError()]).contained(told)
    assert "nobody could be told: OSError: [Errno 28] No space left on device" in caplog.text


def test_no_login_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """FFmpeg's own text ends with the address as it was given."""
    work = Work([av_error.OSError(95, "Operation not supported", "rtsp://eye:s3cret@camera/1")])
    work.contained()
    assert work.told == ["OSError: Operation not supported"]
    assert "s3cret" not in caplog.text


def test_what_ends_the_interpreter_is_not_contained() -> None:
    """It is nobody's error."""
    with pytest.raises(SystemExit):
        Work([SystemExit(3)]).contained()


def broken_at(*seconds: float) -> Callable[..., Folded]:
    """The core with a bug: at the first look from each of these seconds on."""
    left = list(seconds)

    def folded(world: object, event: Event, *rest: object) -> Folded:
        if left and isinstance(event, FrameSeen) and event.at >= at(left[0]):
            left.pop(0)
            raise ZeroDivisionError("a bug in the core")
        return fold(world, event, *rest)  # type: ignore[arg-type]

    return folded


def test_a_bug_in_the_core_loses_one_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is counted and told; the ladder is climbed to its end, and each of its events is told once."""
    seen = Simulation(tmp_path, stands("car", FIRST, LAST), SITE, CameraScript())
    monkeypatch.setattr(camera_module, "fold", broken_at(130, 240, 310))
    seen.starts(720)
    assert [what for what, _ in seen.feed.story] == WHOLE_STORY
    assert seen.metrics.counts["failures", "c1", "judging"] == 3
    assert [state for state, _ in seen.agent_told] == ["camera_failed", "ok"] * 3
    assert "camera c1, judging: ZeroDivisionError: a bug in the core" in seen.agent_told[0][1]
    assert seen.metrics.states["camera_state", "c1"] == "ok"
    assert seen.silent == []


def test_a_world_that_can_never_be_folded_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The camera is tried every half minute, for ever; it is told once, and stays ``failed``."""

    def folded(*_: object) -> Folded:
        raise RecursionError

    seen = Simulation(tmp_path, stands("car", FIRST, LAST), SITE, CameraScript())
    monkeypatch.setattr(camera_module, "fold", folded)
    seen.starts(3600)
    assert 100 < seen.metrics.counts["failures", "c1", "judging"] < 200
    assert [state for state, _ in seen.agent_told] == ["camera_failed"]
    assert seen.metrics.states["camera_state", "c1"] == "failed"
    assert seen.silent == []


def test_a_picture_at_which_the_detector_fails_is_its_cameras(tmp_path: Path) -> None:
    """The camera is looked at again after a pause."""

    def refused(_image: Image) -> tuple[Detection, ...]:
        raise ValueError("invalid dimensions")

    def fails(camera: LiveCamera) -> None:
        frame = Frame(at=at(200), image=np.zeros((1, 1, 3), np.uint8))
        camera.look(Ticket(camera="c1", frame=frame, lag=None), refused)

    seen = Simulation(tmp_path, stands("car", FIRST, LAST), SITE, CameraScript())
    seen.starts(720, orders={200: fails})
    assert [what for what, _ in seen.feed.story] == WHOLE_STORY
    assert seen.feed.incident_entries[0].second == pytest.approx(FIRST + 60, abs=SWEEP)
    assert seen.agent_told[0] == ("camera_failed", "camera c1, judging: ValueError: invalid dimensions")


@dataclass(slots=True)
class Opened:
    """A stream that is opened again each time it is followed; it knows how often, and how often it was closed."""

    opened: int = 0
    closed: int = 0

    def items(self) -> Generator[LiveItem]:
        """Nothing but that it is there."""
        self.opened += 1
        try:
            yield SourceBack(at=at(0), format=_format())
        finally:
            self.closed += 1

    def close(self) -> None:
        """Nothing to close."""


def test_an_error_while_a_picture_is_judged_closes_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the camera is not connected from then on: that is named unless it comes back."""

    def refuses(*_: object) -> None:
        raise IndexError("landmarks")

    changes, agenda, source = list[Change](), Agenda(), Opened()
    follower = StreamFollower("c1", clock=agenda, attention=Desk(("c1",)), changed=changes.append)
    with monkeypatch.context() as patched:
        patched.setattr(follower_module, "Connected", refuses)
        with pytest.raises(IndexError):
            follower.run(source)
    assert (source.opened, source.closed) == (1, 1)
    agenda.second = 8
    follower.wait()
    assert [change.trouble for change in changes if isinstance(change, Named)] == [Trouble.NO_CONNECTION]
    follower.run(source)
    assert (source.opened, source.closed) == (2, 2)


def test_a_picture_that_cannot_be_converted_is_a_broken_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a sentence without the login; the reader then connects anew, after its pauses."""

    def refuses(*_: object) -> None:
        raise av_error.OSError(95, "Operation not supported", "rtsp://eye:s3cret@camera/1")

    monkeypatch.setattr(session, "live_frame", refuses)
    watched = session.RtspSession(
        Secret("c1", "rtsp://eye:s3cret@camera/1"), clock=lambda: at(0), decoding=nullcontext()
    )
    with pytest.raises(StreamError) as caught:
        watched._converted(None, None, None)  # type: ignore[arg-type] # noqa: SLF001 - no server sends it on demand
    assert caught.value.reason is StreamFault.BROKEN
    assert str(caught.value) == "rtsp://***@camera/…: its pictures cannot be used (Operation not supported)"
    assert caught.value.__context__ is None

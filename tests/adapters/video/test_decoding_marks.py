"""Marks of decoding: a death in a decoder names the camera, and the second in a row holds it back."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.video import decoding_marks
from edge_agent.adapters.video.decoding_marks import LONGEST_HOLD_S, DecodingMarks, hold_s
from tests.street import at

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

CAMERAS = ("gate", "kerb")
DIES = """
    import os, pathlib, signal, sys
    from datetime import UTC, datetime
    from edge_agent.adapters.video.decoding_marks import DecodingMarks
    marks = DecodingMarks(pathlib.Path(sys.argv[1]), tuple(sys.argv[3:]), lambda: datetime.now(UTC))
    for camera in sys.argv[3:]:
        with marks.of(camera):
            pass
    with marks.of(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGSEGV)
"""


class Watch:
    """A clock that is set by hand."""

    second = 0.0

    def now(self) -> datetime:
        """The present instant."""
        return at(self.second)


def dies(path: Path, camera: str = "kerb", *, cameras: tuple[str, ...] = CAMERAS) -> None:
    """A process ends as a decoder gone astray ends it, with a picture of ``camera`` in hand."""
    command = [sys.executable, "-c", textwrap.dedent(DIES), str(path), camera, *cameras]
    assert subprocess.run(command, check=False).returncode == -signal.SIGSEGV


def marks(path: Path, watch: Watch | None = None) -> DecodingMarks:
    """The next process."""
    return DecodingMarks(path, CAMERAS, (watch or Watch()).now)


def test_a_death_names_the_camera_in_hand(tmp_path: Path) -> None:
    """And no other; once more, it was the second in a row."""
    path = tmp_path / "state" / "decoding"
    assert marks(path).deaths == {"gate": 0, "kerb": 0}
    dies(path)
    assert marks(path).deaths == {"gate": 0, "kerb": 1}
    dies(path)
    assert marks(path).deaths == {"gate": 0, "kerb": 2}


def test_an_orderly_end_names_nobody(tmp_path: Path) -> None:
    """Nor does an error that is raised while a picture is decoded."""
    path = tmp_path / "decoding"
    with pytest.raises(ValueError, match="odd"), marks(path).of("kerb"):
        raise ValueError("odd")
    assert marks(path).deaths == {"gate": 0, "kerb": 0}


def test_an_hour_without_a_death_clears_it(tmp_path: Path) -> None:
    """Of pictures of that camera, not of waiting."""
    path, watch = tmp_path / "decoding", Watch()
    dies(path)
    before = marks(path, watch)
    for second in (0, 1800, 3599):
        watch.second = second
        with before.of("kerb"):
            pass
    assert marks(path).deaths["kerb"] == 1
    before = marks(path, watch)
    for second in (4000, 7600, 7601):
        watch.second = second
        with before.of("kerb"):
            pass
    assert marks(path).deaths["kerb"] == 0


def test_a_power_cut_is_no_cameras_doing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine has been started since."""
    path, boot = tmp_path / "decoding", tmp_path / "boot"
    boot.write_text("another\n", encoding="ascii")
    dies(path)
    monkeypatch.setattr(decoding_marks, "BOOT", boot)
    assert marks(path).deaths == {"gate": 0, "kerb": 0}


@pytest.mark.parametrize(
    "content", [b"", b"!\n0\n{}\n", b"!!\n00\nnull\n", b"\xff\xfe", b'!!\nxx\n{"cameras": ["a", "b"]}\n']
)
def test_a_damaged_file_is_begun_anew(tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """It is no record."""
    path = tmp_path / "decoding"
    path.write_bytes(content)
    assert marks(path).deaths == {"gate": 0, "kerb": 0}
    assert "which camera was being decoded is not known" in caplog.text
    dies(path)
    assert marks(path).deaths == {"gate": 0, "kerb": 1}


def test_a_disk_that_refuses_is_no_reason_to_stop(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is said once."""
    (tmp_path / "file").write_bytes(b"")
    with marks(tmp_path / "file" / "decoding").of("kerb"):
        pass
    assert caplog.text.count("cannot be written") == 1


def test_the_first_may_be_chance_and_then_it_doubles() -> None:
    """Up to an hour."""
    holds = [hold_s(deaths) for deaths in range(10)]
    assert holds[:4] == [0, 0, 60, 120]
    assert all(after >= before for before, after in pairwise(holds))
    assert holds[-1] == LONGEST_HOLD_S

"""A snapshot is the frame and its subject, unretouched, with a note that proves it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.adapters.evidence.snapshots import SnapshotFolder, crop
from edge_agent.core.effects import SaveSnapshot
from edge_agent.core.errors import OutsideError
from edge_agent.core.geometry import Box
from edge_agent.ports import Caption, Frame

AT = datetime(2026, 11, 1, 8, 1, 0, 200_000, tzinfo=UTC)
REQUEST = SaveSnapshot(at=AT, incident="i-1", event="e-1", stage="opened", box=Box(0.25, 0.25, 0.5, 0.75))
STEM = "20261101T080100.200Z-opened"


def street() -> Frame:
    """A grey picture with an orange subject in the box of the request, shown 200 ms early."""
    image = np.full((960, 1280, 3), 90, np.uint8)
    image[240:720, 320:640] = (0, 128, 255)
    return Frame(at=AT - timedelta(milliseconds=200), image=image)


def keeper(folder: Path) -> SnapshotFolder:
    """Keeps into ``folder``."""
    return SnapshotFolder(folder, camera="c1", model="5e" * 32, policy_sha256="ab" * 32)


def note(folder: Path) -> dict[str, object]:
    """The note beside the pictures."""
    read: dict[str, object] = json.loads((folder / "i-1" / f"{STEM}.json").read_text())
    return read


def test_the_pictures_show_the_moment(tmp_path: Path) -> None:
    """Read back: the whole frame as it was; the subject with a quarter of its size around it."""
    frame = street()
    keeper(tmp_path).save(REQUEST, frame)
    whole = cv2.imread(str(tmp_path / "i-1" / f"{STEM}-frame.jpg"))
    subject = cv2.imread(str(tmp_path / "i-1" / f"{STEM}-subject.jpg"))
    assert whole is not None
    assert subject is not None
    assert whole.shape == (960, 1280, 3)
    assert float(np.abs(whole.astype(int) - frame.image).mean()) < 3
    assert subject.shape == (720, 480, 3)
    assert abs(int(subject[360, 240, 2]) - 255) < 10
    assert abs(int(subject[3, 3, 2]) - 90) < 10


def test_the_note_says_what_it_is_and_proves_the_files(tmp_path: Path) -> None:
    """When it was asked for and when shown, where the subject is, by which model and policy, and both hashes."""
    keeper(tmp_path).save(REQUEST, street())
    note_of = note(tmp_path)
    assert note_of["at"] == "2026-11-01T08:01:00.200Z"
    assert note_of["shown"] == "2026-11-01T08:01:00.000Z"
    assert note_of["box"] == [0.25, 0.25, 0.5, 0.75]
    assert (note_of["incident"], note_of["event"], note_of["stage"], note_of["camera"]) == (
        "i-1",
        "e-1",
        "opened",
        "c1",
    )
    assert (note_of["model"], note_of["policy_sha256"]) == ("5e" * 32, "ab" * 32)
    for name, size in (("frame", (1280, 960)), ("subject", (480, 720))):
        file = note_of[name]
        assert isinstance(file, dict)
        assert (file["width"], file["height"]) == size
        assert file["sha256"] == sha256((tmp_path / "i-1" / file["file"]).read_bytes()).hexdigest()


def test_a_picture_that_was_shrunk_to_be_looked_at_is_kept_whole(tmp_path: Path) -> None:
    """At the stream's own size, with the crop of it."""
    small = np.full((360, 640, 3), 90, np.uint8)
    full = np.full((720, 1280, 3), 90, np.uint8)
    keeper(tmp_path).save(REQUEST, Frame(at=AT, image=small, full=lambda: full))
    whole = cv2.imread(str(tmp_path / "i-1" / f"{STEM}-frame.jpg"))
    assert whole is not None
    assert whole.shape == (720, 1280, 3)


def test_a_captioned_copy_is_kept_where_there_is_a_caption(tmp_path: Path) -> None:
    """Named in the note; the frame beside it is not drawn upon."""
    keeper(tmp_path).save(REQUEST, street(), Caption(zone=None, lines=(("校园路",),)))
    plain, drawn = (cv2.imread(str(tmp_path / "i-1" / f"{STEM}-{name}.jpg")) for name in ("frame", "annotated"))
    assert plain is not None
    assert drawn is not None
    assert float(np.abs(plain.astype(int) - street().image).mean()) < 3
    assert drawn.shape[0] > plain.shape[0]
    file = note(tmp_path)["annotated"]
    assert isinstance(file, dict)
    assert (file["width"], file["height"]) == (1280, drawn.shape[0])


@pytest.mark.parametrize("box", [Box(0.5, 0.5, 0.51, 0.52), Box(0.0, 0.0, 0.02, 0.02), Box(0.98, 0.99, 1.0, 1.0)])
def test_a_small_thing_is_shown_with_what_is_around_it(box: Box) -> None:
    """320 pixels a side at least, in the middle or at the edge; no more than there are."""
    assert crop(np.zeros((720, 1280, 3), np.uint8), box).shape == (320, 320, 3)
    assert crop(np.zeros((240, 300, 3), np.uint8), box).shape == (240, 300, 3)


def test_stages_stand_side_by_side(tmp_path: Path) -> None:
    """Sorted by name they are in order of time; nothing half-written is left."""
    keeper(tmp_path).save(REQUEST, street())
    keeper(tmp_path).save(replace(REQUEST, at=AT + timedelta(minutes=5), stage="warned-1"), street())
    names = sorted(path.name for path in (tmp_path / "i-1").iterdir())
    assert names[0] == f"{STEM}-frame.jpg"
    assert len(names) == 8
    assert all("part" not in name for name in names)


def test_saving_again_changes_nothing(tmp_path: Path) -> None:
    """A step folded again after a crash asks again."""
    keeper(tmp_path).save(REQUEST, street())
    before = {path: path.read_bytes() for path in (tmp_path / "i-1").iterdir()}
    keeper(tmp_path).save(REQUEST, street())
    assert {path: path.read_bytes() for path in (tmp_path / "i-1").iterdir()} == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file stands in its place."""
    (tmp_path / "evidence").touch()
    with pytest.raises(OutsideError, match=r"evidence .*i-1: cannot be written"):
        keeper(tmp_path / "evidence").save(REQUEST, street())


SIDES = st.floats(-0.5, 1.5)


@given(st.tuples(SIDES, SIDES, SIDES, SIDES), st.integers(1, 50), st.integers(1, 50))
def test_a_crop_is_never_empty(sides: tuple[float, float, float, float], width: int, height: int) -> None:
    """Boxes at the edge, beyond it, or thinner than a pixel still give a picture inside the picture."""
    x0, x1 = sorted(sides[:2])
    y0, y1 = sorted(sides[2:])
    image = np.zeros((height, width, 3), np.uint8)
    part = crop(image, Box(x0, y0, x1 + 1e-6, y1 + 1e-6))
    assert 1 <= part.shape[0] <= height
    assert 1 <= part.shape[1] <= width


def test_what_was_kept_is_said_with_size_and_hash(tmp_path: Path) -> None:
    """Of every file, as it lies there; the thumbnail shows the thing and its frame, in 24 KB, of two stages alone."""
    folder, caption = keeper(tmp_path), Caption(zone=None, lines=(("kerb",),))
    files = folder.save(REQUEST, street(), caption)
    assert [each.role for each in files.files] == ["panorama", "subject", "annotated"]
    for each, name in zip(files.files, ("frame", "subject", "annotated"), strict=True):
        content = (tmp_path / "i-1" / f"{STEM}-{name}.jpg").read_bytes()
        assert (each.bytes, each.sha256) == (len(content), sha256(content).hexdigest())
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert picture.shape[:2] == (each.height, each.width)
    small = files.thumbnail
    assert small is not None
    assert len(small.data) <= 24 * 1024
    assert max(small.width, small.height) == 320
    assert folder.save(replace(REQUEST, stage="warned-1"), street(), caption).thumbnail is None
    assert folder.save(REQUEST, street(), caption) == files


def test_a_thumbnail_of_noise_is_made_to_fit(tmp_path: Path) -> None:
    """What no compression makes small is left out, and the files are kept all the same."""
    noise = np.random.default_rng(7).integers(0, 256, (960, 1280, 3), np.uint8)
    pictures = keeper(tmp_path).save(replace(REQUEST, box=Box(0, 0, 1, 1)), Frame(at=AT, image=noise))
    assert pictures.thumbnail is None or len(pictures.thumbnail.data) <= 24 * 1024
    assert [each.role for each in pictures.files] == ["panorama", "subject", "redacted"]


def test_the_last_stage_of_an_incident_can_be_asked_for(tmp_path: Path) -> None:
    """By what its note says; of an incident without any, or whose files are gone, nothing."""
    folder = keeper(tmp_path)
    assert folder.latest("i-1").files == ()
    folder.save(REQUEST, street())
    later = folder.save(replace(REQUEST, at=AT + timedelta(minutes=5), stage="warned-2"), street())
    (tmp_path / "i-1" / "20261101T090000.000Z-clip.json").write_text('{"clip": {"file": "x.mp4"}}')
    (tmp_path / "i-1" / "20261101T090001.000Z-x.json").write_text("no note")
    assert folder.latest("i-1").files == later.files
    for path in (tmp_path / "i-1").glob("*.jpg"):
        path.unlink()
    assert folder.latest("i-1").files == ()


def test_the_last_moment_is_that_of_all_streams(tmp_path: Path) -> None:
    """The main stream first; whether those of a moment are kept is known by their note, for each stream alone."""
    watched = keeper(tmp_path)
    main = SnapshotFolder(tmp_path, camera="c1", model="5e" * 32, policy_sha256="ab" * 32, stream="main")
    first, later = REQUEST, replace(REQUEST, at=AT + timedelta(minutes=5), stage="warned-2")
    main.save(first, street())
    watched.save(first, street())
    assert (main.keeps(first), watched.keeps(later), main.keeps(later)) == (True, False, False)
    pictures = main.save(later, street()).and_also(watched.save(later, street()))
    assert watched.latest("i-1").files == pictures.files
    assert len(pictures.files) == 6
    assert main.keeps(later)

"""What leaves the box shows no face, no head, no other plate, and nothing behind a mask."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
import pytest

from edge_agent.adapters.evidence import redaction
from edge_agent.adapters.evidence.redaction import Redaction, faces
from edge_agent.adapters.evidence.snapshots import SnapshotFolder
from edge_agent.core.effects import SaveSnapshot
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Detection
from edge_agent.core.evidence import Redacted
from edge_agent.core.geometry import PICTURE, Box, Point
from edge_agent.ports import Caption, Frame
from tests.adapters.evidence.drawn_face import crowd

if TYPE_CHECKING:
    from edge_agent.ports import Image

AT: Final = datetime(2026, 11, 1, 8, 1, tzinfo=UTC)
SUBJECT: Final = Box(0.1, 0.5, 0.4, 0.9)
OTHER: Final = Box(0.6, 0.5, 0.9, 0.9)
PERSON: Final = Box(0.45, 0.2, 0.55, 0.8)


def striped() -> Image:
    """A picture whose every pixel is another than its neighbour."""
    picture = np.zeros((720, 1280, 3), np.uint8)
    picture[:, ::2] = 255
    return picture


def part(image: Image, box: Box) -> Image:
    """The pixels of a box."""
    height, width = image.shape[:2]
    return image[round(box.y0 * height) : round(box.y1 * height), round(box.x0 * width) : round(box.x1 * width)]


def seen(label: str, box: Box) -> Detection:
    """One thing in the picture."""
    return Detection(label=label, score=0.6, box=box)


@pytest.mark.parametrize("widths", [(120,), (40, 60, 90), (160, 80), (30, 40, 50, 60, 70)])
def test_faces_are_found_before_and_not_after(widths: tuple[int, ...]) -> None:
    """Also where the detector saw no person; each is left with at most eight squares across."""
    picture = crowd(*widths)
    before = faces(picture)
    assert len(before) >= len(widths)
    copy = Redaction().redacted(picture, (), PICTURE)
    assert copy.hidden[Redacted.FACES] == len(before)
    assert faces(copy.image) == ()
    for box in before:
        rows = part(copy.image, box)
        line = rows[rows.shape[0] // 2].astype(int)
        assert np.count_nonzero(np.abs(np.diff(line, axis=0)).sum(axis=1)) <= 8


def test_the_head_of_a_person_is_hidden_and_what_he_does_is_not() -> None:
    """The upper third of one who stands; all of one of whom only the head is seen."""
    copy = Redaction().redacted(striped(), (seen("person", PERSON),), SUBJECT).image
    head = part(copy, Box(PERSON.x0, PERSON.y0, PERSON.x1, 0.39))
    assert len(np.unique(head.reshape(-1, 3), axis=0)) <= 8 * 8
    assert np.array_equal(part(copy, Box(0.45, 0.5, 0.55, 0.8)), part(striped(), Box(0.45, 0.5, 0.55, 0.8)))
    near = Box(0.4, 0.8, 0.6, 1.0)
    copy = Redaction().redacted(striped(), (seen("person", near),), SUBJECT).image
    assert len(np.unique(part(copy, near).reshape(-1, 3), axis=0)) <= 8 * 8


def test_plates_of_all_but_the_subject_are_hidden() -> None:
    """The lower part of every other vehicle; of the subject nothing."""
    picture = striped()
    cv2.putText(picture, "B12345", (850, 600), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 0, 255), 3)
    copy = Redaction().redacted(picture, (seen("car", SUBJECT), seen("truck", OTHER)), SUBJECT).image
    assert np.array_equal(part(copy, SUBJECT), part(picture, SUBJECT))
    assert len(np.unique(part(copy, Box(0.6, 0.67, 0.9, 0.89)).reshape(-1, 3), axis=0)) <= 8 * 8


def test_only_what_the_site_names_is_redacted() -> None:
    """A city that may show people hides the plates all the same."""
    copy = Redaction(parts=frozenset({Redacted.PLATES})).redacted(
        crowd(120), (seen("person", PERSON), seen("car", OTHER)), SUBJECT
    )
    assert copy.hidden == {Redacted.PLATES: 1}
    assert faces(copy.image)


def test_a_mask_is_black_in_the_original_and_in_every_copy(tmp_path: Path) -> None:
    """As it lies on the disk; outside the mask the original is as it was."""
    mask = ((Point(0.0, 0.0), Point(0.5, 0.0), Point(0.5, 0.5), Point(0.0, 0.5)),)
    note = saved(tmp_path, np.full((720, 1280, 3), 200, np.uint8), redaction=Redaction(mask=mask))
    for name in ("frame", "annotated"):
        picture = cv2.imread(str(tmp_path / "i-1" / note[name]["file"]))
        assert picture is not None
        assert picture[20:330, 20:600].max() < 16
        assert picture[400:700, 800:1200].min() > 150


def test_what_is_kept_says_what_was_redacted(tmp_path: Path) -> None:
    """The original is clean and says so; the copies are not, and no face is found in any of them as JPEG."""
    note = saved(tmp_path, crowd(120, 60), seen_=(seen("person", PERSON), seen("car", OTHER)))
    assert {name: note[name]["redacted"] for name in ("frame", "subject", "annotated")} == {
        "frame": False,
        "subject": True,
        "annotated": True,
    }
    assert note["hidden"] == {"people": 1, "plates": 1, "faces": 2}
    pictures = {name: cv2.imread(str(tmp_path / "i-1" / note[name]["file"])) for name in ("frame", "annotated")}
    assert len(faces(np.asarray(pictures["frame"], np.uint8))) == 2
    assert faces(np.asarray(pictures["annotated"], np.uint8)) == ()


def test_without_a_caption_there_is_a_redacted_copy_and_nobody_who_looked_is_asked(tmp_path: Path) -> None:
    """The picture that the centre asks for: somebody has to say first who is in it."""
    looked: list[Image] = []

    def look(image: Image) -> tuple[Detection, ...]:
        looked.append(image)
        return (seen("person", PERSON),)

    keeper = SnapshotFolder(tmp_path, camera="c1", model="5e" * 32, policy_sha256="ab" * 32, look=look)
    keeper.save(REQUEST, Frame(at=AT, image=striped()))
    note = json.loads(next((tmp_path / "i-1").glob("*.json")).read_text())
    assert len(looked) == 1
    assert note["hidden"]["people"] == 1
    assert note["redacted"]["redacted"] is True


def test_where_faces_cannot_be_looked_for_nothing_may_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The original is kept, the ladder goes on, and the log says why there is no copy."""

    def broken(_: Image, **_how: float) -> tuple[Box, ...]:
        raise OutsideError("evidence: faces cannot be looked for")

    monkeypatch.setattr(redaction, "faces", broken)
    note = saved(tmp_path, striped())
    assert "subject" not in note
    assert "annotated" not in note
    assert note["hidden"] is None
    assert (tmp_path / "i-1" / note["frame"]["file"]).is_file()
    assert "no redacted picture of i-1, opened: evidence: faces cannot be looked for" in caplog.text


REQUEST: Final = SaveSnapshot(at=AT, incident="i-1", event="e-1", stage="opened", box=SUBJECT)


def saved(
    folder: Path, image: Image, *, redaction: Redaction | None = None, seen_: tuple[Detection, ...] = ()
) -> dict[str, Any]:
    """Keep a picture, and return its note."""
    keeper = SnapshotFolder(folder, camera="c1", model="5e" * 32, policy_sha256="ab" * 32, redaction=redaction)
    keeper.save(REQUEST, Frame(at=AT, image=image), Caption(zone=None, lines=(("路",),)), seen_)
    note: dict[str, Any] = json.loads(next((folder / "i-1").glob("*.json")).read_text())
    return note


def test_the_subjects_plate_is_hidden_where_the_request_says_so(tmp_path: Path) -> None:
    """In the copies, never in the original; else it is shown, for the incident is about it."""
    band = Box(SUBJECT.x0, SUBJECT.y1 - 0.6 * SUBJECT.height, SUBJECT.x1, SUBJECT.y1)
    for hide in (True, False):
        folder = SnapshotFolder(tmp_path / str(hide), camera="c1", model="m", policy_sha256="p")
        request = SaveSnapshot(at=AT, incident="i", event="e", stage="opened", box=SUBJECT, hide_plate=hide)
        folder.save(request, Frame(at=AT, image=striped()), seen=(seen("car", SUBJECT),))
        files = {
            each.name.rsplit("-", 1)[1]: cv2.imread(str(each)) for each in (tmp_path / str(hide) / "i").glob("*.jpg")
        }
        assert bool(part(np.asarray(files["redacted.jpg"], np.uint8), band).std() < 60) is hide
        assert part(np.asarray(files["frame.jpg"], np.uint8), band).std() > 100

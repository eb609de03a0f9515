"""Copies of clips: redacted picture by picture, made once, after a restart too; what cannot be copied is said."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from threading import Event
from typing import TYPE_CHECKING, Final

import av
import cv2
import numpy as np
import pytest

from edge_agent.adapters.evidence.redaction import Redaction, faces
from edge_agent.adapters.evidence.sealed_folder import IncidentFolder
from edge_agent.adapters.video.packet_ring import PacketRing
from edge_agent.app.evidence.clip_copies import ClipCopies
from edge_agent.app.evidence.clip_writer import ClipWriter
from edge_agent.core.effects import SaveSnapshot
from edge_agent.core.errors import OutsideError
from edge_agent.core.geometry import Box
from edge_agent.core.stream.pictures import CodedPicture, StreamFormat
from tests.adapters.evidence.drawn_face import crowd
from tests.adapters.evidence.plates.drawn_plate import drawn_plate
from tests.adapters.evidence.plates.reader import agreeing, read_plate
from tests.app.evidence.test_clip_writer import Standing
from tests.cameras.clips import RATE, film
from tests.street import at, span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.ports import Image

PLACE: Final = (100, 560, 150, 48)  # of the plate: left, top, across and down
PLATE: Final = "苏D62K95"
THING: Final = Box(0.7, 0.7, 0.9, 0.9)
STAGE: Final = SaveSnapshot(at=at(3), incident="inc-1", event="e-1", stage="opened", box=THING)


def scene() -> Image:
    """Three faces and somebody's plate on a grey street, 1280x720."""
    picture = crowd(120, 90, 60)
    left, top, wide, high = PLACE
    picture[top : top + high, left : left + wide] = drawn_plate(PLATE, wide)[:high]
    return picture


def plate(picture: Image) -> str:
    """What can be read where the plate is."""
    left, top, wide, high = PLACE
    return read_plate(picture[top : top + high, left : left + wide])


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> PacketRing:
    """Six seconds of the scene, as a camera codes them."""
    path = tmp_path_factory.mktemp("clips") / "scene.h264"
    film(path, (av.VideoFrame.from_ndarray(scene(), format="bgr24") for _ in range(6 * RATE)))
    held = PacketRing(span=span(60), limit_bytes=20_000_000)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        form = StreamFormat(codec="h264", parameters=b"", size=(1280, 720), time_base=Fraction(1, RATE))
        for n, packet in enumerate(each for each in container.demux(stream) if each.size):
            held.put(
                CodedPicture(
                    format=form,
                    pts=n,
                    dts=n,
                    duration=1,
                    keyframe=bool(packet.is_keyframe),
                    data=bytes(packet),
                    received_at=at(n / RATE),
                )
            )
    return held


@pytest.fixture
def state(tmp_path: Path, ring: PacketRing) -> Path:
    """A state folder with one clip in it."""
    clip_writer = ClipWriter(tmp_path / "evidence", Standing(60))
    clip_writer.file(STAGE, ring, camera="c1")
    clip_writer.turn()
    return tmp_path


def copies(state: Path) -> ClipCopies:
    """As a live agent has them, of cameras in whose pictures the detector finds nothing."""
    return ClipCopies(
        state=state, redacted=lambda _, image, box: Redaction().redacted(image, (), box).image, clock=Standing(60)
    )


def shown(path: Path) -> list[Image]:
    """The pictures of a clip."""
    with av.open(str(path)) as container:
        return [each.to_ndarray(format="bgr24").astype(np.uint8) for each in container.decode(video=0)]


def test_the_copy_shows_no_face_and_no_plate(state: Path) -> None:
    """Two pictures a second, each searched; the original shows them all."""
    copies(state).turn(Event())
    folder = state / "evidence" / "inc-1"
    (original,), (copy,) = folder.glob("*-clip.mp4"), folder.glob("*-clip-redacted.mp4")
    before, after = shown(original), shown(copy)
    assert len(faces(before[0])) == 3
    assert agreeing(plate(before[0]), PLATE) >= 6
    assert len(after) == 12
    for picture in after:
        assert picture.shape == (720, 1280, 3)
        assert faces(picture) == ()
        assert agreeing(plate(picture), PLATE) <= 2
    assert copy.stat().st_mode & 0o777 == 0o600


def test_the_seal_knows_the_copy_as_a_redacted_clip(state: Path) -> None:
    """So it is uploaded and handed out, and the original is not."""
    copies(state).turn(Event())
    files = IncidentFolder(state / "evidence" / "inc-1").files(camera="c1")
    assert [(each.role, each.redacted) for each in files if each.media_type == "video/mp4"] == [
        ("clip", True),
        ("clip", False),
    ]


def test_a_clip_is_copied_once_also_after_a_restart(state: Path) -> None:
    """What is there is left alone: it may be sealed."""
    copies(state).turn(Event())
    (copy,) = (state / "evidence" / "inc-1").glob("*-clip-redacted.mp4")
    before = copy.stat().st_mtime_ns
    copies(state).turn(Event())
    assert copy.stat().st_mtime_ns == before


def test_two_stages_of_one_moment_have_one_copy(state: Path, ring: PacketRing) -> None:
    """The first warning is played where the incident is opened: both clips show the same."""
    clip_writer = ClipWriter(state / "evidence", Standing(60))
    clip_writer.file(replace(STAGE, stage="warned-1"), ring, camera="c1")
    clip_writer.turn()
    folder = state / "evidence" / "inc-1"
    assert len(list(folder.glob("*-clip.mp4"))) == 2
    copies(state).turn(Event())
    assert [path.name.partition("-")[2] for path in folder.glob("*redacted.mp4")] == ["opened-clip-redacted.mp4"]


def test_an_end_in_the_middle_leaves_nothing_and_the_next_start_makes_it(state: Path) -> None:
    """Nobody who is told to stop waits for a clip."""
    stop = Event()
    stop.set()
    copies(state).turn(stop)
    assert not list((state / "evidence" / "inc-1").glob("*redacted*"))
    copies(state).turn(Event())
    assert len(list((state / "evidence" / "inc-1").glob("*redacted*"))) == 2


def test_what_cannot_be_redacted_has_no_copy_and_is_said_once(state: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A face finder that fails, a note that is no note: the original stays, and nothing stops."""

    def broken(_camera: str, _image: Image, _box: Box) -> Image:
        raise OutsideError("evidence: faces cannot be looked for")

    (state / "evidence" / "inc-1" / "20261101T080059.000Z-warned-clip.json").write_text("{}")
    maker = ClipCopies(state=state, redacted=broken, clock=Standing(60))
    maker.turn(Event())
    maker.turn(Event())
    assert caplog.text.count("faces cannot be looked for") == 1
    assert caplog.text.count("its note cannot be read") == 1
    assert not list((state / "evidence" / "inc-1").glob("*redacted*"))


def test_a_large_clip_is_made_smaller(state: Path) -> None:
    """A copy is at most 1280 pixels wide, whatever the camera sends."""
    folder = state / "evidence" / "inc-1"
    (original,) = folder.glob("*-clip.mp4")
    film(original, frames_of(np.asarray(cv2.resize(scene(), (1920, 1080)), np.uint8), 5))
    copies(state).turn(Event())
    (copy,) = folder.glob("*-clip-redacted.mp4")
    note = json.loads(copy.with_suffix(".json").read_text())
    assert (note["clip"]["width"], note["clip"]["height"], note["clip"]["redacted"]) == (1280, 720, True)
    assert shown(copy)[0].shape == (720, 1280, 3)


def frames_of(picture: Image, count: int) -> Iterator[av.VideoFrame]:
    """The same picture so many times."""
    return (av.VideoFrame.from_ndarray(picture, format="bgr24") for _ in range(count))

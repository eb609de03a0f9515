"""The clip writer: a clip of every stage, once it is complete; what cannot be had is said and forgotten."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest
from av.bitstream import BitStreamFilterContext

from edge_agent.adapters.evidence.snapshots import SnapshotFolder
from edge_agent.adapters.video.packet_ring import PacketRing
from edge_agent.app.evidence.clip_writer import MOST, ClipWriter, Stills
from edge_agent.core.effects import SaveSnapshot
from edge_agent.core.stream.pictures import CodedPicture, StreamFormat
from edge_agent.ports import Caption
from tests.cameras.clips import RATE, street
from tests.street import KERB, at, span

if TYPE_CHECKING:
    from datetime import datetime

STAGE = SaveSnapshot(at=at(10), incident="inc-1", event="e-1", stage="opened", box=KERB)


class Standing:
    """A clock that stands where it is put."""

    def __init__(self, second: float) -> None:
        self.second = second

    def now(self) -> datetime:
        """That instant."""
        return at(self.second)

    def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        self.second += seconds


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> PacketRing:
    """Sixteen seconds of a street as they were received."""
    path = street(tmp_path_factory.mktemp("clips") / "street.mp4", seconds=16)
    held = PacketRing(span=span(60), limit_bytes=10_000_000)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        size = (stream.width, stream.height)
        form = StreamFormat(codec="h264", parameters=b"", size=size, time_base=Fraction(1, RATE))
        marked = BitStreamFilterContext("h264_mp4toannexb", stream)  # start codes, as a camera sends them
        sent = (each for packet in container.demux(stream) if packet.size for each in marked.filter(packet))
        for number, packet in enumerate(sent):
            held.put(
                CodedPicture(
                    format=form,
                    pts=number,
                    dts=number,
                    duration=1,
                    keyframe=bool(packet.is_keyframe),
                    data=bytes(packet),
                    received_at=at(number / RATE),
                )
            )
    return held


def files(folder: Path) -> list[str]:
    """What lies with the evidence of the incident."""
    return sorted(path.name for path in (folder / "inc-1").glob("*"))


def test_a_clip_waits_for_what_comes_after(tmp_path: Path, ring: PacketRing) -> None:
    """Five seconds before the moment and five after, with a note that holds its digest."""
    clock = Standing(12)
    clip_writer = ClipWriter(tmp_path, clock)
    clip_writer.file(STAGE, ring)
    clip_writer.turn()
    assert files(tmp_path) == []
    clock.second = 16
    clip_writer.turn()
    stem = "20261101T080010.000Z-opened-clip"
    assert files(tmp_path) == [f"{stem}.json", f"{stem}.mp4"]
    note = json.loads((tmp_path / "inc-1" / f"{stem}.json").read_text(encoding="utf-8"))
    assert (note["incident"], note["stage"]) == ("inc-1", "opened")
    assert (note["begin"], note["end"]) == ("2026-11-01T08:00:04.000Z", "2026-11-01T08:00:15.000Z")
    with av.open(str(tmp_path / "inc-1" / f"{stem}.mp4")) as container:
        assert container.streams.video[0].codec_context.name == "h264"


def test_at_the_end_there_is_what_there_is(tmp_path: Path, ring: PacketRing) -> None:
    """A stop does not lose the clip of what has just happened."""
    clip_writer, stop = ClipWriter(tmp_path, Standing(11)), Event()
    clip_writer.file(STAGE, ring)
    stop.set()
    clip_writer.run(stop)
    assert len(files(tmp_path)) == 2


def test_what_is_asked_for_after_the_end_is_filed_too(tmp_path: Path, ring: PacketRing) -> None:
    """A camera that is told to stop finishes its look first, and the writer may be through by then."""
    clip_writer, stop = ClipWriter(tmp_path, Standing(11)), Event()
    stop.set()
    clip_writer.run(stop)
    clip_writer.file(STAGE, ring)
    clip_writer.finish()
    assert len(files(tmp_path)) == 2


def test_while_it_is_at_work_nobody_else_files(tmp_path: Path, ring: PacketRing) -> None:
    """A writer that was left behind at the end goes on by itself."""

    class Stop(Event):
        """Set once somebody else has tried."""

        def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - as an event has it
            clip_writer.file(STAGE, ring)
            clip_writer.finish()
            assert files(tmp_path) == []
            return True

    clip_writer = ClipWriter(tmp_path, Standing(11))
    clip_writer.run(Stop())
    assert len(files(tmp_path)) == 2


def test_at_the_end_all_that_waits_is_filed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Also what is more than is taken in at once."""
    clip_writer, stop = ClipWriter(tmp_path, Standing(11)), Event()
    empty = PacketRing(span=span(10), limit_bytes=1000)
    for _ in range(2):
        assert all(clip_writer.file(STAGE, empty) for _ in range(MOST))
        clip_writer.turn()
    stop.set()
    clip_writer.run(stop)
    assert caplog.text.count("no clip of inc-1, opened") == 2 * MOST


def test_a_clip_that_cannot_be_had_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The main stream was away: the pictures of the stage are there all the same."""
    clip_writer = ClipWriter(tmp_path, Standing(99))
    clip_writer.file(STAGE, PacketRing(span=span(10), limit_bytes=1000))
    clip_writer.turn()
    assert files(tmp_path) == []
    assert "no clip of inc-1, opened" in caplog.text


def test_more_clips_than_can_be_written_are_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Before any is taken in, and also where those taken in are not written yet; each that is refused is said."""
    clock, ring = Standing(10), PacketRing(span=span(10), limit_bytes=1000)
    clip_writer = ClipWriter(tmp_path, clock)
    for _ in range(2):
        assert all(clip_writer.file(STAGE, ring) for _ in range(MOST))
        assert not clip_writer.file(STAGE, ring)
        clip_writer.turn()
    assert caplog.text.count("others wait to be written") == 2
    clock.second = 99
    clip_writer.turn()
    clip_writer.turn()
    assert clip_writer.file(STAGE, ring)


def test_a_still_of_the_main_stream_shows_the_moment(tmp_path: Path, ring: PacketRing) -> None:
    """Decoded from between keyframes, at the stream's own size, with caption, crop and note."""
    stills = Stills(main_stills(tmp_path.parent / "evidence"), _caption)
    moment = replace(STAGE, at=at(9.53))
    folder = tmp_path.parent / "evidence"
    clip_writer = ClipWriter(folder, Standing(20))
    clip_writer.file(moment, ring, stills)
    clip_writer.turn()
    stem = folder / "inc-1" / "20261101T080009.530Z-opened-main"
    note = json.loads(Path(f"{stem}.json").read_text())
    assert (note["stream"], note["shown"]) == ("main", "2026-11-01T08:00:09.500Z")
    assert (note["frame"]["width"], note["frame"]["height"]) == (640, 360)
    assert sorted(path.name.removeprefix(stem.name) for path in folder.glob("inc-1/*main*")) == [
        "-annotated.jpg",
        "-frame.jpg",
        "-subject.jpg",
        ".json",
    ]
    still = cv2.imread(f"{stem}-frame.jpg")
    assert still is not None
    with av.open(str(folder / "inc-1" / "20261101T080009.530Z-opened-clip.mp4")) as clip:
        pictures = [picture.to_ndarray(format="bgr24") for picture in clip.decode(video=0)]
    unlike = [float(np.abs(picture.astype(int) - still).mean()) for picture in pictures]
    begin = float(note_of_clip(folder)["begin"][17:-1])
    assert unlike.index(min(unlike)) == round((9.5 - begin) * RATE)


def test_a_still_that_cannot_be_had_is_said(
    tmp_path: Path, ring: PacketRing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The pictures can be put into a file and not be decoded: the clip is kept, and nothing stops."""
    whole = ring.stretch(at(5), at(15))
    torn = tuple(replace(each, data=each.data[:4] + bytes(len(each.data) - 4)) for each in whole)
    monkeypatch.setattr(ring, "stretch", lambda _begin, _end: torn)
    stills = Stills(main_stills(tmp_path / "evidence"), lambda _: None)
    clip_writer = ClipWriter(tmp_path / "evidence", Standing(20))
    clip_writer.file(STAGE, ring, stills)
    clip_writer.turn()
    assert "no still of the main stream of inc-1, opened: " in caplog.text
    assert [path.suffix for path in sorted((tmp_path / "evidence" / "inc-1").iterdir())] == [".json", ".mp4"]


def test_of_a_camera_with_a_mask_there_are_stills_and_no_clip(tmp_path: Path, ring: PacketRing) -> None:
    """A clip is as the camera coded it: nothing in it can be black."""
    clip_writer = ClipWriter(tmp_path / "evidence", Standing(20))
    clip_writer.file(STAGE, ring, Stills(main_stills(tmp_path / "evidence"), _caption), clip=False)
    clip_writer.turn()
    suffixes = sorted(path.suffix for path in (tmp_path / "evidence" / "inc-1").iterdir())
    assert suffixes == [".jpg", ".jpg", ".jpg", ".json"]


def main_stills(folder: Path) -> SnapshotFolder:
    """Keeps the stills of a main stream."""
    return SnapshotFolder(folder, camera="c1", model="5e" * 32, policy_sha256="ab" * 32, stream="main")


def _caption(shown: datetime) -> Caption:
    return Caption(zone=None, lines=((shown.isoformat(),),))


def note_of_clip(folder: Path) -> dict[str, str]:
    """The note beside the clip."""
    note: dict[str, str] = json.loads((folder / "inc-1" / "20261101T080009.530Z-opened-clip.json").read_text())
    return note

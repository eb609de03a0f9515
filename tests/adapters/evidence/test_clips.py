"""A clip is what the camera sent, bit for bit, in a file that plays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING

import av
import pytest
from av.bitstream import BitStreamFilterContext

from edge_agent.adapters.evidence.clips import keyframes, picture_at, save_clip
from edge_agent.core.errors import OutsideError
from edge_agent.core.stream.pictures import CodedPicture, StreamFormat
from tests.cameras import clips

if TYPE_CHECKING:
    from pathlib import Path

STARTED = datetime(2026, 11, 1, 8, tzinfo=UTC)
TICK = Fraction(1, 90_000)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of the sample clip, a keyframe each."""
    return clips.street(tmp_path_factory.mktemp("source") / "street.mp4", seconds=3, gop=10)


@pytest.fixture(scope="module")
def sent(source: Path) -> tuple[CodedPicture, ...]:
    """The pictures of the source as a camera sends them: parts marked by start codes, parameter sets in between."""
    pictures: list[CodedPicture] = []
    with av.open(str(source)) as container:
        stream = container.streams.video[0]
        marked = BitStreamFilterContext("h264_mp4toannexb", stream)
        coding = StreamFormat(codec="h264", parameters=b"", size=(stream.width, stream.height), time_base=TICK)
        for packet in container.demux(stream):
            for each in marked.filter(packet) if packet.size else ():
                ticks = 7_000_000 + len(pictures) * 9_000
                at = STARTED + timedelta(seconds=len(pictures) / 10)
                pictures.append(
                    CodedPicture(
                        format=coding,
                        pts=ticks,
                        dts=ticks,
                        duration=9_000,
                        keyframe=each.is_keyframe,
                        data=bytes(each),
                        received_at=at,
                    )
                )
    return tuple(pictures)


def parts(data: bytes) -> list[bytes]:
    """The parts of a coded picture between its start codes."""
    return [part.rstrip(b"\0") for part in data.split(b"\0\0\1") if part.strip(b"\0")]


def sent_again(path: Path) -> list[bytes]:
    """The coded pictures of a file, marked with start codes once more."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        marked = BitStreamFilterContext("h264_mp4toannexb", stream)
        return [bytes(each) for packet in container.demux(stream) if packet.size for each in marked.filter(packet)]


def decoded(path: Path) -> list[tuple[float, str]]:
    """When each picture of a file is shown, in seconds, and a digest of what it shows."""
    with av.open(str(path)) as container:
        return [
            (round(frame.time or 0.0, 3), sha256(frame.to_ndarray().tobytes()).hexdigest())
            for frame in container.decode(video=0)
        ]


def test_the_coded_pictures_are_those_that_were_sent(tmp_path: Path, sent: tuple[CodedPicture, ...]) -> None:
    """Every part of every picture, in order: nothing was coded again."""
    save_clip(tmp_path / "clip.mp4", sent)
    assert [parts(data) for data in sent_again(tmp_path / "clip.mp4")] == [parts(each.data) for each in sent]


def test_it_plays_from_its_first_picture_in_the_camera_s_time(
    tmp_path: Path, source: Path, sent: tuple[CodedPicture, ...]
) -> None:
    """A stretch from the second keyframe on shows what the source shows there, from 0 on, a tenth of a second each."""
    save_clip(tmp_path / "clip.mp4", sent[10:])
    shown = decoded(source)[10:]
    assert decoded(tmp_path / "clip.mp4") == [(round(n / 10, 3), digest) for n, (_, digest) in enumerate(shown)]


def test_it_says_what_is_in_it(tmp_path: Path, sent: tuple[CodedPicture, ...]) -> None:
    """The real span, which began at the keyframe before the one that was asked for, and the file's digest."""
    clip = save_clip(tmp_path / "incident" / "clip.mp4", sent[10:25])
    assert (clip.pictures, clip.begin, clip.span) == (15, STARTED + timedelta(seconds=1), timedelta(seconds=1.4))
    assert clip.sha256 == sha256(clip.path.read_bytes()).hexdigest()
    assert [file.name for file in clip.path.parent.iterdir()] == ["clip.mp4"]


def test_the_same_pictures_give_the_same_file(tmp_path: Path, sent: tuple[CodedPicture, ...]) -> None:
    """So evidence that is saved again after a power cut is the evidence that was saved."""
    assert save_clip(tmp_path / "a.mp4", sent).sha256 == save_clip(tmp_path / "b.mp4", sent).sha256


def test_parameter_sets_that_came_with_the_session_only_are_put_in(
    tmp_path: Path, source: Path, sent: tuple[CodedPicture, ...]
) -> None:
    """Some cameras name them once, when the session is opened, and never in the stream."""
    bare: list[CodedPicture] = []
    parameters = b"".join(b"\0\0\0\1" + part for part in parts(sent[0].data) if part[0] & 31 in {7, 8})
    coding = replace(sent[0].format, parameters=parameters)
    for each in sent:
        stream = b"".join(b"\0\0\0\1" + part for part in parts(each.data) if part[0] & 31 not in {7, 8})
        bare.append(replace(each, data=stream, format=coding))
    save_clip(tmp_path / "clip.mp4", tuple(bare))
    assert [digest for _, digest in decoded(tmp_path / "clip.mp4")] == [digest for _, digest in decoded(source)]


def test_a_camera_that_counts_badly_still_gives_a_file(tmp_path: Path, sent: tuple[CodedPicture, ...]) -> None:
    """Timestamps that stand still or go back are put in order, and no picture is lost."""
    jumpy = tuple(
        replace(each, pts=each.pts - 40_000, dts=each.dts - 40_000) if n % 7 == 5 else each
        for n, each in enumerate(sent)
    )
    save_clip(tmp_path / "clip.mp4", jumpy)
    times = [at for at, _ in decoded(tmp_path / "clip.mp4")]
    assert len(times) == len(sent)
    assert times == sorted(times)


@pytest.mark.parametrize("spoilt", [(), (3,), (12,), (3, 19)])
def test_the_picture_of_a_moment_is_the_one_received_then(
    tmp_path: Path, source: Path, sent: tuple[CodedPicture, ...], spoilt: tuple[int, ...]
) -> None:
    """After a spoilt one it is the next keyframe, dated to when that was received: what refers to it is smeared."""
    pictures = tuple(_torn(each) if n in spoilt else each for n, each in enumerate(sent))
    frame = picture_at(tmp_path, pictures, STARTED + timedelta(seconds=1.53))
    number = 20 if 12 in spoilt else 15
    with av.open(str(source)) as container:
        shown = [picture.to_ndarray(format="bgr24") for picture in container.decode(video=0)]
    assert frame.at == STARTED + timedelta(seconds=number / 10)
    assert (frame.image == shown[number]).all()


def test_a_picture_that_cannot_be_decoded_is_said(tmp_path: Path, sent: tuple[CodedPicture, ...]) -> None:
    """None is shown in its place."""
    with pytest.raises(OutsideError, match="its pictures cannot be decoded"):
        picture_at(tmp_path, tuple(map(_torn, sent)), STARTED)
    with pytest.raises(OutsideError, match="nothing was received from the camera then"):
        picture_at(tmp_path, (), STARTED)


def _torn(picture: CodedPicture) -> CodedPicture:
    """It with nothing after its start code."""
    return replace(picture, data=picture.data[:4] + bytes(len(picture.data) - 4))


def test_what_cannot_be_saved_is_said(tmp_path: Path, sent: tuple[CodedPicture, ...]) -> None:
    """Nothing received, a coding that MP4 does not know, a folder that cannot be written."""
    with pytest.raises(OutsideError, match="nothing was received from the camera then"):
        save_clip(tmp_path / "none.mp4", ())
    strange = replace(sent[0], format=replace(sent[0].format, codec="theora"))
    with pytest.raises(OutsideError, match="a stream coded as theora cannot be put into MP4"):
        save_clip(tmp_path / "strange.mp4", (strange,))
    (tmp_path / "file").touch()
    with pytest.raises(OutsideError, match="cannot be written"):
        save_clip(tmp_path / "file" / "clip.mp4", sent)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_last_keyframes_are_decoded_alone(sent: tuple[CodedPicture, ...], source: Path) -> None:
    """Those that a player shows there, and no more than are wanted; of nothing there are none."""
    with av.open(str(source)) as container:
        shown = [each.to_ndarray(format="bgr24") for each in container.decode(video=0) if each.key_frame]
    assert len(shown) == 3
    assert [(each == whole).all() for each, whole in zip(keyframes(sent, 5), shown, strict=True)] == [True] * 3
    assert [(each == whole).all() for each, whole in zip(keyframes(sent, 2), shown[1:], strict=True)] == [True] * 2
    assert keyframes((), 5) == ()


def test_pictures_that_cannot_be_decoded_give_no_keyframes(sent: tuple[CodedPicture, ...]) -> None:
    """Nobody waits for them."""
    unknown = replace(sent[0].format, codec="nonsense")
    assert keyframes((replace(sent[0], format=unknown),), 5) == ()

"""A session gives the pictures that are wanted, dated and sized, and ends when it is told to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import pytest

from edge_agent.core.stream.pictures import StreamFault
from tests.adapters.rtsp.watching import PATIENT, fault_of, now, session, spans, watch
from tests.cameras.faults import Corrupt

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.core.stream.pictures import CodedPicture
    from tests.cameras.fault_proxy import FaultProxy
    from tests.cameras.server import CameraServer


def test_keyframes_are_enough_by_default(camera: CameraServer) -> None:
    """Every keyframe, from the very first, and nothing else; half a second of media time apart."""
    frames = watch(session(camera.url("street.mp4")), 4)
    assert all(frame.keyframe for frame in frames)
    assert spans(frames) == pytest.approx([0, 0.5, 1, 1.5])


def test_whoever_is_eager_sees_every_picture_from_a_keyframe_on(camera: CameraServer) -> None:
    """And keyframes again afterwards: what is between needs all pictures since the keyframe, so it begins at one."""
    seen: list[bool] = []
    watched = session(camera.url("street.mp4"), eager=lambda: 2 <= len(seen) < 14)
    watched.open()
    frames = []
    for frame in watched.frames():
        frames.append(frame)
        seen.append(frame.keyframe)
        if len(seen) == 18:
            watched.close()
    assert seen == [True] * 2 + ([True] + [False] * 4) * 2 + [True, False] + [True] * 4
    tenths = [round(span * 10) for span in spans(frames)]
    assert tenths == [0, 5, *range(10, 22), 25, 30, 35, 40]
    assert not any(frame.damaged for frame in frames)


def test_timestamps_go_on_where_the_server_begins_its_clip_anew(camera: CameraServer) -> None:
    """A round of four seconds holds forty pictures; the next follows it a tenth of a second later."""
    frames = watch(session(camera.url("street.mp4"), eager=lambda: True), 45)
    assert spans(frames) == pytest.approx([n / 10 for n in range(45)])
    assert [n for n, frame in enumerate(frames) if frame.packet_digest == frames[0].packet_digest] == [0, 40]


def test_nobody_pays_for_a_picture_that_nobody_wants(camera: CameraServer) -> None:
    """Each is asked for by its timestamp first; what is refused is not given."""
    requests: list[int] = []

    def every_other(pts: int, keyframe: bool) -> bool:  # noqa: FBT001 - a callable that is given two values
        requests.append(pts)
        return keyframe and len(requests) % 2 == 1

    frames = watch(session(camera.url("street.mp4"), wanted=every_other), 3)
    assert [frame.pts for frame in frames] == requests[::2]
    assert spans(frames) == pytest.approx([0, 1, 2])


@pytest.mark.parametrize(
    ("fit", "shape"),
    [((640, 384), (360, 640, 3)), ((320, 320), (180, 320, 3)), ((100, 30), (30, 53, 3)), (None, (360, 640, 3))],
)
def test_pictures_come_in_the_size_that_was_asked_for(
    camera: CameraServer, fit: tuple[int, int] | None, shape: tuple[int, int, int]
) -> None:
    """As large as fits, with the stream's aspect, never enlarged; the stream's own size stands beside it."""
    (frame,) = watch(session(camera.url("street.mp4"), options=replace(PATIENT, fit=fit)), 1)
    assert frame.image.shape == shape
    assert frame.size == (640, 360)
    whole = frame.image if frame.full is None else frame.full()
    assert whole.shape[:2] == (frame.size[1], frame.size[0])


def test_a_picture_is_the_one_that_the_camera_shows(camera: CameraServer, shown: Path) -> None:
    """In BGR: as the file decodes, within what two ways of converting it differ."""
    (frame,) = watch(session(camera.url("street.mp4")), 1)
    with av.open(str(shown / "street.mp4")) as container:
        first = next(container.decode(video=0))
    expected = first.to_ndarray(format="bgr24").astype(int)
    assert abs(expected - frame.image).mean() < 1
    assert abs(expected - frame.image[..., ::-1]).mean() > 3
    luma = first.to_ndarray(format="gray").astype(float)
    assert frame.glance.lit == pytest.approx((luma.reshape(45, 8, 80, 8).mean((1, 3)) > 32).mean(), abs=0.02)


def test_pictures_are_dated_by_arrival_and_by_the_camera_that_tells_the_time(camera: CameraServer) -> None:
    """The server reports its clock with RTCP; it is this machine's, so both dates lie within the test."""
    before = now()
    frames = watch(session(camera.url("street.mp4")), 3)
    assert all(before <= frame.received_at <= now() for frame in frames)
    captured = [frame.capture_at for frame in frames if frame.capture_at is not None]
    assert len(captured) == 3
    assert all(before <= at <= now() for at in captured)
    apart = [(at - captured[0]).total_seconds() for at in captured]
    assert apart == pytest.approx(spans(frames), abs=0.01)


def test_what_the_camera_sends_can_be_kept(camera: CameraServer, shown: Path) -> None:
    """Every picture as it was coded, in order, wanted or not; begun with its parameter sets."""
    packets: list[CodedPicture] = []
    opened = session(camera.url("street.mp4", plays=1), wanted=lambda _pts, _keyframe: False, keep=packets.append)
    assert fault_of(opened).reason == StreamFault.ENDED
    with av.open(str(shown / "street.mp4")) as container:
        sizes = [packet.size for packet in container.demux(video=0) if packet.size]
    assert len(packets) == len(sizes) == 40
    assert [picture.keyframe for picture in packets] == [n % 5 == 0 for n in range(40)]
    assert [picture.pts - packets[0].pts for picture in packets] == [n * 9_000 for n in range(40)]
    coding = packets[0].format
    assert (coding.codec, coding.size, coding.time_base.denominator) == ("h264", (640, 360), 90_000)
    assert coding.parameters.startswith(b"\0\0\0\1\x67")


def test_the_first_picture_is_dated_by_the_second(camera: CameraServer) -> None:
    """This server starts its clock at 0, which FFmpeg takes for no timestamp; the picture is not lost for that."""
    frames = watch(session(camera.url("street.mp4"), eager=lambda: True), 2)
    assert [frame.pts for frame in frames] == [-9_000, 0]


def test_spoilt_packets_are_told_until_a_whole_keyframe_came(camera: CameraServer, network: FaultProxy) -> None:
    """The decoder mends what it can, and says so of one picture; all that refer to it are damaged as well."""
    watched = session(camera.url("street.mp4", port=network.port), eager=lambda: True)
    watched.open()
    network.fault = Corrupt(one_in=20)
    lines = []
    for frame in watched.frames():
        lines.append((frame.keyframe, frame.damaged))
        if len(lines) == 60:
            watched.close()
    assert any(damaged for _, damaged in lines)
    for (_, before), (keyframe, damaged) in pairwise(lines):
        assert damaged or keyframe or not before


def test_an_instant_of_the_camera_is_utc(camera: CameraServer) -> None:
    """However wrong its clock is: it is never taken for ours."""
    (frame,) = watch(session(camera.url("street.mp4")), 1)
    assert frame.capture_at is not None
    assert frame.capture_at.tzinfo == UTC
    assert frame.capture_at - datetime(2026, 1, 1, tzinfo=UTC) > timedelta(0)

"""Clips: a stretch of the stream as the camera coded it, put into an MP4 file.

Nothing is decoded and nothing is coded again: it costs milliseconds, and evidence is bit for bit what the camera sent.
Only the framing changes: where a stream marks the begin of each part of a picture, a file notes its length.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import av
import numpy as np
from av.error import FFmpegError
from av.packet import Packet

from edge_agent.config.yaml.rewriting import write_private
from edge_agent.core.errors import OutsideError
from edge_agent.ports import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from av import VideoFrame
    from av.container import InputContainer, OutputContainer
    from av.stream import Stream

    from edge_agent.core.stream.pictures import CodedPicture
    from edge_agent.ports import Image


SLACK_S: Final = 0.002  # by which times are rounded in a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A clip that was written: its pictures by when they were received, their size, the digest of the file."""

    path: Path
    begin: datetime
    end: datetime
    pictures: int
    sha256: str
    size: tuple[int, int]

    @property
    def span(self) -> timedelta:
        """From its first picture to its last."""
        return self.end - self.begin


def save_clip(path: Path, pictures: tuple[CodedPicture, ...]) -> Clip:
    """Write the pictures as MP4, whole or not at all; the same pictures give the same file.

    Args:
        path: Where to; its folder is made.
        pictures: Of one session, in their order, the first a keyframe; as `PacketRing.stretch` gives them.

    Raises:
        OutsideError: There are no pictures, their coding has no place in MP4, or the disk cannot be written.
    """
    if not pictures:
        raise OutsideError(f"evidence {path}: nothing was received from the camera then")
    content = _remuxed(path, pictures)
    try:
        write_private(path, content)
    except OSError as error:
        raise OutsideError(f"evidence {path}: cannot be written: {error.strerror}") from error
    return Clip(
        path=path,
        begin=pictures[0].received_at,
        end=pictures[-1].received_at,
        pictures=len(pictures),
        sha256=sha256(content).hexdigest(),
        size=pictures[0].format.size,
    )


def picture_at(path: Path, pictures: tuple[CodedPicture, ...], at: datetime) -> Frame:
    """The picture received nearest to ``at``, or the first whole one after it, at its own size, dated to its receipt.

    Args:
        path: What it is for, to be named where it cannot be had.
        pictures: As for `save_clip`.
        at: The moment.

    Raises:
        OutsideError: There are no pictures, or they cannot be decoded as far as that.
    """
    if not pictures:
        raise OutsideError(f"evidence {path}: nothing was received from the camera then")
    first_pts, time_base = min(each.pts for each in pictures), pictures[0].format.time_base
    shown_s = {float((each.pts - first_pts) * time_base): each.received_at for each in pictures}
    wanted_s = min(shown_s, key=lambda second: abs(shown_s[second] - at))
    try:
        with av.open(BytesIO(_remuxed(path, pictures)), "r", format="mp4") as container:
            for second, picture in _whole_pictures(container):
                if second > wanted_s - SLACK_S:
                    image = picture.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
                    received_at = shown_s[min(shown_s, key=lambda each: abs(each - second))]
                    return Frame(at=received_at, image=image)
    except FFmpegError as error:
        raise OutsideError(f"evidence {path}: its pictures cannot be decoded") from error
    raise OutsideError(f"evidence {path}: its pictures cannot be decoded as far as the moment")


def _whole_pictures(container: InputContainer) -> Iterator[tuple[float, VideoFrame]]:
    """The pictures of a file, each with its second from the file's begin; after a spoilt one none before a keyframe.

    What refers to a spoilt picture is smeared, and nobody should be shown that as evidence.
    """
    stream = container.streams.video[0]
    begin_s = float((stream.start_time or 0) * (stream.time_base or 0))
    whole = True
    for packet in container.demux(stream):
        try:
            decoded = packet.decode()
        except FFmpegError:
            whole = False
            continue
        for picture in decoded:
            whole = whole or picture.key_frame
            if whole and picture.time is not None:
                yield picture.time - begin_s, picture


def keyframes(pictures: tuple[CodedPicture, ...], most: int) -> tuple[Image, ...]:
    """The last keyframes among the pictures, decoded, at most so many; fewer where some cannot be decoded."""
    if not pictures:
        return ()
    decoded: deque[Image] = deque(maxlen=most)
    try:
        with av.open(BytesIO(_remuxed(Path("keyframes"), pictures)), "r", format="mp4") as container:
            stream = container.streams.video[0]
            stream.codec_context.skip_frame = "NONKEY"
            for picture in container.decode(stream):
                decoded.append(picture.to_ndarray(format="bgr24").astype(np.uint8, copy=False))
    except (FFmpegError, OutsideError):
        pass  # what was decoded by then is shown
    return tuple(decoded)


def _remuxed(path: Path, pictures: tuple[CodedPicture, ...]) -> bytes:
    coding = pictures[0].format
    file = BytesIO()
    try:
        with av.open(file, "w", format="mp4", options={"fflags": "bitexact"}) as container:
            stream = _stream(container, pictures)
            for packet in _packets(pictures):
                packet.stream = stream
                container.mux(packet)
    except (FFmpegError, ValueError) as error:
        fault = f"a stream coded as {coding.codec} cannot be put into MP4"
        raise OutsideError(f"evidence {path}: {fault}") from error
    return file.getvalue()


def _stream(container: OutputContainer, pictures: tuple[CodedPicture, ...]) -> Stream:
    coding = pictures[0].format
    width, height = coding.size
    return container.add_mux_stream(coding.codec, width=width, height=height, time_base=coding.time_base)


def _packets(pictures: tuple[CodedPicture, ...]) -> Iterator[Packet[Any]]:
    """In the file's own time, from 0; decoding times always grow, as a file demands and a camera may fail to do."""
    first, last = pictures[0], None
    for picture in pictures:
        packet = Packet(_with_parameters(picture) if picture is first else picture.data)
        dts = picture.dts - first.dts
        last = dts if last is None else max(dts, last + 1)
        packet.dts, packet.pts = last, max(last, picture.pts - first.dts)
        packet.duration = picture.duration
        packet.time_base = picture.format.time_base
        packet.is_keyframe = picture.keyframe
        yield packet


def _with_parameters(picture: CodedPicture) -> bytes:
    """The picture with the parameter sets before it that a decoder needs first, if it does not hold them itself."""
    parameters = picture.format.parameters
    return picture.data if parameters in picture.data else parameters + picture.data

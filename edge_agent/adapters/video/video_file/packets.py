"""What a video file holds: its packets on one timeline, and the pictures of them that are whole.

What I dislike about it: the container is read through once at the start (no decoding), to learn where it ends and
whether all of it is there. That is milliseconds for a clip and seconds for a day's recording.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from os import SEEK_CUR
from typing import TYPE_CHECKING, Final

import av
from av.video.stream import VideoStream

from edge_agent.core.errors import BadInputError
from edge_agent.core.stream.sparse_decoding import MissedError
from edge_agent.core.stream.unbroken import Unbroken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction
    from pathlib import Path

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame

BARE: Final = frozenset({"h264", "hevc"})  # nothing but coded pictures, none of them dated: 25 a second
BOX: Final = 8  # bytes that each box of an MP4 begins with: length and kind
QUARTER: Final = 90  # degrees
SHORTFALL_US: Final = 1_000_000  # a file may end this much before the length its header declares


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What is in the file, in microseconds of its own timeline; ``sparing``: whether some of it need not be decoded."""

    first: int
    end: int
    size: tuple[int, int]
    whole: bool
    sparing: bool
    turned: int  # quarters of a turn, against the clock, by which pictures are to be shown
    parts: int  # more than one where its clock begins anew

    @property
    def length(self) -> int:
        """How long it lasts, played once."""
        return self.end - self.first


def joined(container: InputContainer, stream: VideoStream, unbroken: Unbroken) -> Iterator[Packet[VideoStream]]:
    """The packets, with the timestamps of one timeline."""
    bare = container.format.name in BARE
    for number, packet in enumerate(container.demux(stream)):
        if bare and packet.size:
            packet.pts = packet.dts = number * (packet.duration or 0)
        if packet.pts is not None and packet.dts is not None:
            shift = unbroken.follow(decoded=packet.dts, shown=packet.pts, span=packet.duration or 0)
            packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
        yield packet


def decoded(packets: Iterator[Packet[VideoStream] | None], stream: VideoStream) -> Iterator[VideoFrame | None]:
    """The pictures of the packets; None for one that cannot be decoded, unless none can."""
    any_picture, failed, after, holed = False, None, False, set[int]()
    for packet in packets:
        if packet is not None and packet.pts is not None:
            if packet.is_corrupt or after:  # a part is missing, which not every decoder sees
                holed.add(packet.pts)
            after = packet.is_corrupt  # a transport stream's parser often means the next one
        try:
            for picture in stream.decode(packet):
                any_picture = True
                yield None if picture.pts in holed else picture
        except av.FFmpegError as error:
            failed = error
            yield None
    if failed is not None and not any_picture:
        raise failed


def whole(pictures: Iterator[VideoFrame | None], *, every: bool) -> Iterator[VideoFrame]:
    """Those that are not spoilt, neither themselves nor by what they refer to.

    Raises:
        MissedError: One is, and not ``every`` packet was decoded, so that nobody can tell what refers to it.
    """
    spoilt = False
    for picture in pictures:
        spoilt = picture is None or picture.is_corrupt or (spoilt and not picture.key_frame)
        if spoilt and not every:
            raise MissedError
        if picture is not None and picture.pts is not None and not spoilt:
            yield picture


def measure(path: Path) -> Extent:
    """Read every packet's timestamps, decode none; a file that breaks off is measured up to there."""
    if not path.is_file():
        what = "is a folder, expected a video file" if path.is_dir() else "no such file"
        raise BadInputError(f"{path}: {what}")
    if path.stat().st_size == 0:
        raise BadInputError(f"{path}: the file is empty, expected a video")
    try:
        with opened(path) as (container, stream):
            return _extent(container, stream, path)
    except av.FFmpegError as error:
        raise BadInputError(f"{path}: cannot be read as a video: {_why(path, error)}") from error


def _why(path: Path, error: av.FFmpegError) -> str:
    """What FFmpeg says; of an MP4 whose recorder lost its power, what is missing and what can be done."""
    kinds = tuple(_boxes(path))
    if kinds[:1] == (b"ftyp",) and b"moov" not in kinds:
        return (
            "its index (moov) is missing, as where a recorder loses its power; restore it with untrunc and a whole "
            "file of the same camera, or let the recorder write fragmented MP4 or MKV"
        )
    return reason(error)


def _boxes(path: Path) -> Iterator[bytes]:
    """The kinds of the boxes at the top of an MP4, as far as they are whole."""
    with path.open("rb") as file:
        while len(head := file.read(BOX)) == BOX:
            length = int.from_bytes(head[:4])
            if length == 1:  # the length stands behind, in eight bytes
                length = int.from_bytes(file.read(BOX)) - BOX
            if length < BOX:
                return
            yield head[4:]
            file.seek(length - BOX, SEEK_CUR)


def _extent(container: InputContainer, stream: VideoStream, path: Path) -> Extent:
    first, end, intact, sparing = None, 0, True, stream.codec_context.name == "h264"
    unbroken = Unbroken(second(stream))
    try:
        for packet in joined(container, stream, unbroken):
            if packet.pts is None:
                sparing = sparing and packet.size == 0  # the last of all is empty
                continue
            intact = not packet.is_corrupt  # the last packet of a file that was cut is not all there
            if packet.is_corrupt or packet.is_discard:  # discarded is what an edit list cuts away
                continue
            start = microseconds(packet.pts, stream.time_base)
            first = start if first is None else min(first, start)
            end = max(end, start + _span(packet.duration, stream))
    except av.FFmpegError:
        intact = False
    if first is None or end <= first:
        raise BadInputError(f"{path}: cannot be read as a video: it holds no pictures")
    intact = intact and _declared(container, stream) - (end - first) <= SHORTFALL_US
    turned = quarters(path)
    width, height = stream.width, stream.height
    return Extent(
        first=first,
        end=end,
        size=(height, width) if turned % 2 else (width, height),
        turned=turned,
        whole=intact,
        sparing=sparing and intact,
        parts=unbroken.parts,
    )


def quarters(path: Path) -> int:
    """By how many quarters of a turn, against the clock, the container says that its pictures are to be shown.

    Phones store as their sensor lies, and say how they were held. Only MP4 and its kin can say it.
    """
    with opened(path) as (container, stream), suppress(av.FFmpegError):
        if "mp4" in container.format.name:
            first = next(container.decode(stream), None)
            return 0 if first is None else round(first.rotation / QUARTER) % 4
    return 0


def _declared(container: InputContainer, stream: VideoStream) -> int:
    """The length that the header promises, 0 where it promises none (transport streams, raw video)."""
    if stream.duration is not None:
        return microseconds(stream.duration, stream.time_base)
    # Matroska declares it for the file, not the stream; elsewhere FFmpeg guesses it from the bit rate.
    alone = len(container.streams) == 1 and "matroska" in container.format.name
    return container.duration if alone and container.duration is not None else 0


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The file and its pictures, not a cover or a preview beside them; raises BadInputError where it has none."""
    with av.open(str(path.absolute())) as container:  # a relative name may begin as an address does: 2026-11-01T08:…
        stream = container.streams.best("video")
        if not isinstance(stream, VideoStream):
            raise BadInputError(f"{path}: holds no video stream")
        yield container, stream


def seek(container: InputContainer, stream: VideoStream, to: int) -> None:
    """Go to the keyframe before ``to``; where the container cannot, decoding from the start does as well."""
    try:
        container.seek(int(to / 1_000_000 / _time_base(stream.time_base)), stream=stream, backward=True)
    except av.FFmpegError:
        container.seek(0)


def _span(duration: int | None, stream: VideoStream) -> int:
    """How long one frame lasts; the nominal rate where the container does not say."""
    if duration:
        return microseconds(duration, stream.time_base)
    return round(1_000_000 / stream.average_rate) if stream.average_rate else 0


def second(stream: VideoStream) -> int:
    """As many ticks as a second has."""
    return round(1 / _time_base(stream.time_base))


def microseconds(ticks: int, time_base: Fraction | None) -> int:
    """Ticks of so many seconds each as microseconds."""
    return round(ticks * _time_base(time_base) * 1_000_000)


def _time_base(time_base: Fraction | None) -> Fraction:
    if time_base is None:  # FFmpeg sets it for every stream it could open
        raise BadInputError("cannot be read as a video: the stream has no time base")
    return time_base


def broken(within: int) -> str:
    """How far a file can be read, in words."""
    return f"can be read up to {within / 1_000_000:.1f} s only"


def reason(error: av.FFmpegError) -> str:
    """The system's words for an error."""
    return error.strerror or type(error).__name__

"""Clips that say in their container when they were recorded."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import av

from tests.adapters.video.test_video_file import film as plain_film


def film(path: Path, *, moment: datetime, seconds: int = 1) -> Path:
    """Grey pictures, 25 a second, in a container with a creation time."""
    bare = plain_film(path.with_name(f"bare-{path.name}"), range(0, seconds * 1000, 40))
    with av.open(str(bare)) as source, av.open(str(path), "w") as target:
        target.metadata["creation_time"] = moment.isoformat().replace("+00:00", "Z")
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    bare.unlink()
    return path

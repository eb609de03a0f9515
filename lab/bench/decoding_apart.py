"""What a process a camera would cost for decoding: memory and processor time, beside threads in one process.

    python -m lab.bench.decoding_apart --cameras 4 --seconds 20

Each camera reads the sample clip as a sub-stream in its own time (640 × 360, H.264, ten pictures a second), decodes its
keyframes, converts them to BGR and hands them over: in a thread by reference, from a process through a pipe. Memory is
the proportional share (PSS), so that pages which processes share are counted once. See docs/adr/0015.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING, Final

import av

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.rtsp.arrivals import Arrival
from edge_agent.adapters.rtsp.decoding import Converter, Decoder
from tests.cameras import clips

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from edge_agent.ports import Image

CLIP_S: Final = 8
MB: Final = 1024  # in the kernel's unit, KiB
START_S: Final = 3.0  # importing and opening are no part of what decoding costs
TICKS: Final = os.sysconf("SC_CLK_TCK")


def camera(path: Path, take: Callable[[Image], object]) -> None:
    """One camera, for ever."""
    clock = SystemClock()
    while True:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            decoder = Decoder(stream, eager=lambda: False, wanted=lambda _pts, _keyframe: True)
            converter = Converter((640, 384))
            for packet in container.demux(stream):
                clock.sleep(1 / clips.RATE)
                if not packet.size:
                    continue
                for decoded in decoder.pictures(Arrival(packet, clock.now())):
                    converter.statistics(decoded.picture)
                    take(converter.image(decoded.picture))


def apart(path: str, way: Connection) -> None:
    """The child: one camera, whose pictures go through a pipe."""
    camera(Path(path), lambda image: way.send_bytes(image.tobytes()))


def receive(way: Connection) -> None:
    """What the parent does with a child's pictures."""
    with suppress(EOFError):
        while True:
            way.recv_bytes()


def memory_mb(process: int) -> float:
    """Its proportional share of memory."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    return int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1]) / MB


def processor_s(process: int) -> float:
    """Its processor time so far."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measured(name: str, count: int, seconds: float, children: list[int]) -> None:
    """Print what all of it takes."""
    clock, all_of_it = SystemClock(), [os.getpid(), *children]
    clock.sleep(START_S)
    before = sum(map(processor_s, all_of_it))
    clock.sleep(seconds)
    spent = sum(map(processor_s, all_of_it)) - before
    memory = [memory_mb(process) for process in all_of_it]
    print(
        f"{name:12} {count} cameras: {1000 * spent / seconds / count:6.1f} ms of processor time a camera-second, "
        f"{memory[0]:6.1f} MB here, {sum(memory[1:]) / max(1, count):6.1f} MB a child"
    )


def main() -> None:
    """Threads, then processes started anew, then processes forked from one that has all modules loaded."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = clips.street(Path(folder) / "street.mp4", seconds=CLIP_S)
        measured("none", options.cameras, 1, [])
        forked = multiprocessing.get_context("forkserver")
        forked.set_forkserver_preload(["lab.bench.decoding_apart"])
        for method, context in (("spawn", multiprocessing.get_context("spawn")), ("forkserver", forked)):
            children = []
            for _ in range(options.cameras):
                here, there = context.Pipe(duplex=False)
                child = context.Process(target=apart, args=(str(path), there), daemon=True)
                child.start()
                Thread(target=receive, args=(here,), daemon=True).start()
                children.append(child)
            measured(method, options.cameras, options.seconds, [child.pid or 0 for child in children])
            for child in children:
                child.kill()
                child.join()
        for _ in range(options.cameras):
            Thread(target=camera, args=(path, lambda image: image), daemon=True).start()
        measured("threads", options.cameras, options.seconds, [])


if __name__ == "__main__":
    main()

"""False incidents on real footage: the shipped rules, zones over the whole picture, clips of which the truth is known.

    .venv/bin/python -m lab.bench.real_clips --videos <clips> [--sample sample_videos/campus_road.mp4]
        [--minutes 6] [--out real-clips-out]

The agent itself runs on each clip, round and round at one look a second, with second looks, pictures and store. The
sample clip is looked at in each of four sizes: its van stands there, and so does a car that the right edge cuts. What
else is true is seen in the pictures of all incidents, which are left in ``--out``: look at them.
"""

from __future__ import annotations

import argparse
import json
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Final

import av
import cv2
import numpy as np

from edge_agent.adapters.state_folder import DATABASE
from edge_agent.adapters.store.outbox import payloads
from edge_agent.app.agent.recordings import run_agent
from edge_agent.app.plan import Plan
from edge_agent.cli.run import broker_of
from edge_agent.config.site.loading import load_site

SIZES: Final = ((768, 576), (640, 360), (512, 288), (1280, 720))
SITE: Final = """\
version: 1
agent: bench
adcode: "320402"
timezone: Asia/Shanghai
model: {model}
state: state/
cameras:
"""
CAMERA: Final = "  {name}: {{source: {clip}, zones: {name}.yaml, looks_per_second: 1, started: 2026-11-01T08:00}}\n"
ZONES: Final = """\
version: 1
camera: {name}
zones:
  - id: {name}-all
    polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]
    kinds: {{illegal_parking: {{}}, prohibited_stall: {{}}, out_of_store_trading: {{}}, exposed_garbage: {{}}}}
    shops:
      - {{id: {name}-shop, name: a shop, frontage: [[0, 0.01], [1, 0.01]], street: right}}
"""


def main() -> None:
    """Run the agent on all clips and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--videos", type=Path, nargs="*", default=[], help="clips in which nothing stands that may not")
    parser.add_argument("--sample", type=Path, default=Path("sample_videos/campus_road.mp4"))
    parser.add_argument("--model", type=Path, default=Path("models/street.onnx"))
    parser.add_argument("--minutes", type=float, default=6.0)
    parser.add_argument("--out", type=Path, default=Path("real-clips-out"))
    given = parser.parse_args()
    given.out.mkdir(parents=True)
    clips = {path.stem.replace(".", "-"): path.resolve() for path in given.videos}
    clips |= {f"sample-{wide}x{high}": sized(given.sample, given.out, (wide, high)) for wide, high in SIZES}
    (given.out / "site.yaml").write_text(
        SITE.format(model=given.model.resolve()) + "".join(CAMERA.format(name=n, clip=c) for n, c in clips.items())
    )
    for name in clips:
        (given.out / f"{name}.yaml").write_text(ZONES.format(name=name))
    loaded = load_site(given.out / "site.yaml")
    with broker_of(loaded) as broker:
        plan = Plan(loaded=loaded, broker=broker, loops=timedelta(minutes=given.minutes), logs=given.out)
        run_agent(plan, progress=lambda _camera, _at: None, stop=Event())
    table(loaded.state / DATABASE, list(clips), given.minutes)


def sized(clip: Path, folder: Path, size: tuple[int, int]) -> Path:
    """The clip at another size, two pictures a second, hardly pressed."""
    path = folder / f"{size[0]}x{size[1]}.mp4"
    with av.open(str(clip)) as source, av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=2, options={"preset": "veryfast", "crf": "18"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number, frame in enumerate(source.decode(video=0)):
            if number % 5 == 0:
                picture = np.asarray(cv2.resize(frame.to_ndarray(format="bgr24"), size), np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return path


def table(database: Path, cameras: list[str], minutes: float) -> None:
    """How many incidents each clip came to, and what they are."""
    told = [json.loads(payload) for payload in payloads(database)]
    opened = [each["data"] for each in told if each["type"] == "incident.opened"]
    print(f"| clip, {minutes:g} min round and round | incidents | which, where |\n|---|---|---|")
    for camera in cameras:
        mine = [each for each in opened if each["camera"] == camera]
        which = "; ".join(f"{each['kind']} {[round(side, 3) for side in each['box']]}" for each in mine)
        print(f"| {camera} | {len(mine)} | {which or '–'} |")


if __name__ == "__main__":
    main()

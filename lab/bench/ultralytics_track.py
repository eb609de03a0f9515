"""What ``yolo track`` does over a file with its defaults, every fifth picture. Prints one line of JSON.

    <python with ultralytics> -m lab.bench.ultralytics_track VIDEO MODEL

Ultralytics is AGPL-3.0: it is run here, in an environment of its own, and nothing of it is part of the agent.
"""

import json
import resource
import sys
from pathlib import Path

from ultralytics import YOLO

from lab.training.network.torchvision_stand_in import mend_torchvision

EVERY, WARM_UP = 5, 5


def main(video: str, model: str) -> None:
    """Track; only what is printed is turned off."""
    mend_torchvision()
    looks, boxes, begun = 0, 0, 0.0
    size = {"imgsz": (384, 640)} if model.endswith(".onnx") else {}
    for result in YOLO(model, task="detect").track(source=video, stream=True, vid_stride=EVERY, verbose=False, **size):
        looks, boxes = looks + 1, boxes + len(result.boxes)
        if looks == WARM_UP:
            begun = used()
    print(json.dumps({"looks": looks - WARM_UP, "found": boxes, "cpu_s": used() - begun, "peak_mb": peak_mb()}))


def used() -> float:
    """Processor seconds so far."""
    now = resource.getrusage(resource.RUSAGE_SELF)
    return now.ru_utime + now.ru_stime


def peak_mb() -> float:
    """The most memory that was resident since this program began (what getrusage says may be its parent's)."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1000


if __name__ == "__main__":
    main(*sys.argv[1:3])

"""Time in a zone with the ``supervision`` toolkit over a file, every fifth picture. Prints one line of JSON.

    <python with ultralytics and supervision> -m lab.bench.supervision_zone VIDEO MODEL

The loop that its documentation teaches: detect with Ultralytics, track, ask a polygon zone, count the seconds of each
track in it; nothing is drawn.
"""

import json
import resource
import sys
from pathlib import Path

import numpy as np
import supervision as sv
from trackers import ByteTrackTracker
from ultralytics import YOLO

from lab.training.network.torchvision_stand_in import mend_torchvision

EVERY, WARM_UP, RATE = 5, 5, 25
POLYGON = np.array([[0.83, 0.1], [0.953, 0.1], [0.953, 0.19], [0.83, 0.19]])


def main(video: str, model: str) -> None:
    """Seconds of each track in the zone."""
    mend_torchvision()
    network, tracker = YOLO(model, task="detect"), ByteTrackTracker()
    width, height = sv.VideoInfo.from_video_path(video).resolution_wh
    zone = sv.PolygonZone(polygon=(POLYGON * (width, height)).astype(int))
    size = {"imgsz": (384, 640)} if model.endswith(".onnx") else {}
    looks, boxes, begun = 0, 0, 0.0
    since: dict[int, int] = {}
    for picture in sv.get_video_frames_generator(video, stride=EVERY):
        detections = sv.Detections.from_ultralytics(network(picture, verbose=False, **size)[0])
        detections = tracker.update(detections)
        inside = detections[zone.trigger(detections)]
        for track in inside.tracker_id if inside.tracker_id is not None else ():
            since.setdefault(int(track), looks)
        looks, boxes = looks + 1, boxes + len(detections)
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

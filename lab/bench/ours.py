"""The agent's own loop over a file: decode, detect, track, zones, ladder, store. Prints one line of JSON.

python -m lab.bench.ours VIDEO MODEL SITE
"""

import json
import resource
import sys
from dataclasses import replace
from pathlib import Path

from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.app.bench.material import BEGINS, FULL_HD
from edge_agent.app.bench.one_camera import one_camera
from edge_agent.app.detect.detectors import detector_for
from edge_agent.config.site.loading import load_site

EVERY, WARM_UP = 5, 5


def main(video: Path, model: Path, site: Path) -> None:
    """Look at every fifth picture of a file of 25 a second."""
    loaded = replace(load_site(site), model=model)
    camera = next(iter(loaded.cameras))
    detector, looks, raw_boxes, begun = detector_for(loaded), 0, 0, 0.0
    with one_camera(loaded, camera, detector) as watched:
        source = VideoFile(video, started=BEGINS, looks_per_second=FULL_HD.rate / EVERY)
        for frame in source.frames():
            detections = detector.detect(frame.image)
            watched.look(frame, detections)
            looks, raw_boxes = looks + 1, raw_boxes + len(detections)
            if looks == WARM_UP:
                begun = used()
        watched.loop.close()
    print(json.dumps({"looks": looks - WARM_UP, "found": raw_boxes, "cpu_s": used() - begun, "peak_mb": peak_mb()}))


def used() -> float:
    """Processor seconds so far."""
    now = resource.getrusage(resource.RUSAGE_SELF)
    return now.ru_utime + now.ru_stime


def peak_mb() -> float:
    """The most memory that was resident since this program began (what getrusage says may be its parent's)."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1000


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))

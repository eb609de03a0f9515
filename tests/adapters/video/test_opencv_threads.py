"""OpenCV starts no threads of its own."""

from __future__ import annotations

import subprocess
import sys

SHRUNK = """
import sys
from pathlib import Path
import cv2
import numpy as np
from edge_agent.adapters.video.still import no_threads

cv2.setNumThreads(3)
before = len(list(Path("/proc/self/task").iterdir()))
if sys.argv[1] == "alone":
    no_threads()
cv2.resize(np.zeros((1440, 2560, 3), np.uint8), (1280, 720), interpolation=cv2.INTER_AREA)
print(len(list(Path("/proc/self/task").iterdir())) - before)
"""


def started(how: str) -> int:
    """How many threads one picture starts, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", SHRUNK, how], check=True, capture_output=True, text=True)
    return int(done.stdout)


def test_a_picture_is_shrunk_by_who_wants_it() -> None:
    """And not by a pool."""
    assert started("pooled") == 2
    assert started("alone") == 0

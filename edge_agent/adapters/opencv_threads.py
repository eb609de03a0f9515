"""OpenCV's own threads: none of them are wanted where many pictures are worked on at a time anyhow.

OpenCV cuts a picture into stripes and gives them to a pool, one thread a core, whose threads look for more by spinning
before they sleep. Pictures of this size are done before a stripe is handed over; what the pool costs is the processor
time of the threads that were to do the work.
"""

from __future__ import annotations

import cv2


def no_threads() -> None:
    """Let every thread do its own pictures by itself."""
    cv2.setNumThreads(1)

"""The child process of a `CameraServer`: ``python -m tests.cameras.serving FOLDER PORT``, until it is ended."""

import asyncio
import sys

from aio_rtsp_toolkit.server import serve

if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], "127.0.0.1", int(sys.argv[2])))

"""The child process of a `CameraServer`: ``python -m tests.cameras.serving FOLDER PORT``, until it is ended.

The toolkit reads each stream's file in a thread of the loop's own pool, which has few on a small machine: the seventh
stream of a box with two cores would never begin. So it is given a larger one.
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

from aio_rtsp_toolkit.server import serve

STREAMS = 512


async def main() -> None:
    """Serve for ever."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=STREAMS))
    await serve(sys.argv[1], "127.0.0.1", int(sys.argv[2]))


if __name__ == "__main__":
    asyncio.run(main())

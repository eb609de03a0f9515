"""The door: ``edge-agent`` and ``python -m edge_agent``."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import Final

ORDERLY: Final = ("run", "demo", "studio")  # what ends in order when it is told to (`cli.options.stopping`)


def main() -> None:
    """Run the command line.

    The collector waits until the command is loaded: what is imported stays. At the end everything is given back at
    once, so it need not go through it a last time: a twentieth of the time that a fold of a log takes.

    Loading takes a second or two. Whoever is told to stop by then has begun nothing, and has ended as it should.
    """
    if sys.argv[1:2] and sys.argv[1] in ORDERLY:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    gc.disable()
    from edge_agent.cli.commands import app  # noqa: PLC0415 - after the signal

    try:
        app()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()

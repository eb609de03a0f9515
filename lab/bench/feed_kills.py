"""Kill what stands between incidents and the centre, 200 times over a day of 1,000 incidents.

.venv/bin/python -m lab.bench.feed_kills [KILLS] [INCIDENTS]
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.feed.brokers import broker_of, version
from tests.feed.killing import killed_and_counted


def main(kills: str = "200", incidents: str = "1000") -> None:
    """Run, and print what came of it."""
    with TemporaryDirectory() as folder:
        broker = broker_of(Path(folder))
        outcome = killed_and_counted(
            Path(folder), broker, kills=int(kills), incidents=int(incidents), pause_s=0.6, rate=30
        )
    print(f"broker: {version()}")
    print(f"blows: {', '.join(f'{blow} {n}' for blow, n in sorted(outcome.blows.items()))}")
    print(f"events: {outcome.expected} expected, {outcome.received} received, {outcome.again} came again")
    print(f"lost {len(outcome.lost)}, doubled {len(outcome.doubled)}, out of order {len(outcome.disordered)}")


if __name__ == "__main__":
    main(*sys.argv[1:])

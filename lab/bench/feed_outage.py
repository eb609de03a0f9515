"""Six hours without a broker in simulated time, 20,000 events meanwhile; then it comes back.

    .venv/bin/python -m lab.bench.feed_outage [EVENTS]

The delivery's pauses are those of six hours, walked through by a clock that a pause moves on; what is measured is the
draining afterwards: events a second, and the memory of this process before, in the middle and at the end.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.mqtt import MqttPublisher, MqttSubscriber
from edge_agent.adapters.store import SqliteStore
from edge_agent.app.feed.messages import EVERY_INCIDENT
from edge_agent.app.feed.outbox_pass import sweep
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Tick
from edge_agent.core.feed.broker_faults import pause_s
from edge_agent.core.incident.world import World
from edge_agent.ports import Message
from tests.feed.brokers import PLAIN, broker_of, settings_of, version
from tests.feed.day import LADDER, SITE, day

Script = tuple[tuple[datetime, tuple[Message, ...]], ...]
OUTAGE_S = 6 * 3600
PAGE_BYTES = 4096


def main(events: str = "20000") -> None:
    """Run, and print what was measured."""
    script = day(int(events) // len(LADDER))
    with TemporaryDirectory() as folder:
        broker = broker_of(Path(folder), PLAIN)
        broker.start()
        broker.stop()  # its port is known now, and nobody listens there
        settings = settings_of(broker.port)
        store = SqliteStore(Path(folder) / "agent.db")
        publisher = MqttPublisher(settings, client_id=SITE.agent)
        print(f"broker: {version()}")
        tries = _outage(store, publisher, script)
        print(f"outage: 6 h, {tries} tries to connect, {store.backlog().messages} messages wait")
        broker.start()
        heard: set[int] = set()
        centre = MqttSubscriber(
            settings, EVERY_INCIDENT, lambda _, payload: heard.add(hash(payload)), client_id="centre"
        )
        _drain(store, publisher)
        for _ in range(100):
            Event().wait(0.1 if len(heard) < int(events) else 0)
        print(f"the centre heard {len(heard)} different events of {events}")
        centre.close()
        publisher.close()
        store.close()
        broker.stop()


def _outage(store: SqliteStore, publisher: MqttPublisher, script: Script) -> int:
    """Live through six hours: what falls due is committed, and the broker is tried after each pause."""
    passed, tries, done = 0.0, 0, 0
    while passed < OUTAGE_S:
        tries += 1
        due = int(len(script) * min(1.0, passed / OUTAGE_S))
        _commit(store, script[done:due])
        done = due
        try:
            publisher.connect()
        except OutsideError:
            passed += pause_s(tries, SITE.agent)
    _commit(store, script[done:])
    return tries


def _commit(store: SqliteStore, due: Script) -> None:
    """In one transaction, as a look with many consequences is."""
    if due:
        at = due[-1][0]
        store.commit(World(camera="c1", at=at), (Tick(at),), (), tuple(each for _, batch in due for each in batch))


def _drain(store: SqliteStore, publisher: MqttPublisher) -> None:
    clock, highest, over = SystemClock(), [_resident()], Event()

    def watch() -> None:
        while not over.wait(0.02):
            highest.append(_resident())

    before = _resident()
    watcher = Thread(target=watch)
    watcher.start()
    begun = clock.now()
    done = sweep(store, publisher)
    seconds = (clock.now() - begun).total_seconds()
    over.set()
    watcher.join()
    print(
        f"drained: {done.taken} in {seconds:.1f} s, {done.taken / seconds:.0f} a second; {done.trouble or 'no trouble'}"
    )
    print(f"waiting: {store.backlog().messages}")
    middle = highest[len(highest) // 2]
    print(f"memory: {_mb(before)} before, {_mb(middle)} in the middle, {_mb(max(highest))} at most")


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


if __name__ == "__main__":
    main(*sys.argv[1:])

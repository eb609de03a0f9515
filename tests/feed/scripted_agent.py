"""An agent without eyes: it commits a scripted day to the real store, and the real delivery tells it.

    python -m tests.feed.scripted_agent STATE PORT INCIDENTS EVENTS_PER_SECOND

Killed at any moment and started again, it goes on at what the store holds. SIGUSR1 fills the disk, as far as SQLite can
tell, and SIGUSR2 makes room again: from when its process id stands in the file `READY` of its state. It ends when
everything was told.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.mqtt import MqttPublisher, StatusTopic
from edge_agent.adapters.store import SqliteStore
from edge_agent.app.feed.delivery import Delivery
from edge_agent.app.feed.messages import status_topic
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Tick
from edge_agent.core.incident.world import World
from tests.feed.brokers import settings_of
from tests.feed.day import SITE, day

RETRY_S = 0.05
ENDLESS = 2**31 - 2
READY = "ready"


def main(state: str, port: str, incidents: str, rate: str) -> None:
    """Live through the day."""
    store = SqliteStore(Path(state) / "agent.db")
    _disk(store)
    Path(state, READY).write_text(str(os.getpid()), encoding="ascii")
    status = StatusTopic(topic=status_topic(SITE), agent=SITE.agent)
    publisher = MqttPublisher(settings_of(int(port)), client_id=SITE.agent, status=status)
    delivery = Delivery(store, publisher, salt=SITE.agent)
    delivery.start()
    clock = SystemClock()
    for at, messages in day(int(incidents))[store.progress("c1").events :]:
        while True:
            try:
                store.commit(World(camera="c1", at=at), (Tick(at),), (), messages)
                break
            except OutsideError:
                clock.sleep(RETRY_S)
        delivery.wake()
        clock.sleep(1 / float(rate))
    while store.backlog().messages:
        clock.sleep(RETRY_S)
    delivery.drain(within_s=30)
    publisher.close()
    store.close()


def _disk(store: SqliteStore) -> None:
    """Let signals fill the disk and clear it: SQLite itself then says that it is full."""
    connection = store._connection  # noqa: SLF001 - nobody else may do this to it

    def full(*_: object) -> None:
        ((pages,),) = connection.execute("PRAGMA page_count").fetchall()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def cleared(*_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {ENDLESS}")

    signal.signal(signal.SIGUSR1, full)
    signal.signal(signal.SIGUSR2, cleared)


if __name__ == "__main__":
    main(*sys.argv[1:])

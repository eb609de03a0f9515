"""Kill what stands between a box and the tables, at random moments, and compare the tables with what was published.

    python -m tests.centre.killing 200

Two workers of ingest, mosquitto and PostgreSQL are killed (SIGKILL; the database by SIGQUIT, its own word for a crash)
and started again. A broker that is killed has lost what it had acknowledged and not saved yet; the box publishes by the
outbox of an agent, which offers that again. ``CENTRE_KILL_ONLY=broker`` kills one of them alone, to find out which.
"""

from __future__ import annotations

import json
import os
import random  # noqa: TID251 - seeded, so that a failure comes again
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any, Final, Protocol

import psycopg

from centre.database.embedded import EmbeddedDatabase
from centre.database.migrate import migrate
from edge_agent.adapters.mqtt import MqttPublisher
from edge_agent.adapters.store import SqliteStore
from edge_agent.app.feed.delivery import Delivery
from edge_agent.ports import Message, Metrics
from tests.app.recorded_metrics import RecordedMetrics
from tests.architecture import ROOT
from tests.centre.stories import Street, payload_of, topic_of
from tests.feed.brokers import EACH_SECOND, broker_of, settings_of

BLOWS: Final = {"worker": 5, "broker": 3, "database": 2}  # how often each, of ten
ONLY: Final = os.environ.get("CENTRE_KILL_ONLY", "")  # to find out which blow it is
PATIENCE_S: Final = 300.0  # without any progress; nothing is measured by it
POLL_S: Final = 0.2


class Stoppable(Protocol):
    """A broker that is ended and comes back."""

    @property
    def pid(self) -> int | None:
        """Its process."""

    def start(self) -> None:
        """Start it."""

    def stop(self) -> None:
        """Forget its process."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of it; ``again`` is how often a message was offered that the broker had acknowledged before."""

    blows: Counter[str] = field(default_factory=Counter)
    published: int = 0
    kept: int = 0
    again: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Worker:
    """A worker of ingest as a process of its own, which can be killed."""

    name: str
    database: str
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it need not be ready."""
        command = [*(sys.executable, "-m", "centre", "serve", "--no-page"), "--worker", self.name]
        where = ["--database", self.database, "--broker", f"mqtt://127.0.0.1:{self.port}"]
        self.process = subprocess.Popen([*command, *where], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})

    def kill(self) -> None:
        """As a power cut does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()


def killed_and_compared(folder: Path, *, kills: int, incidents: int, pause_s: float) -> Outcome:
    """Publish so many incidents under so many blows, and compare."""
    dice, outcome = random.Random(20261130), Outcome()  # noqa: S311 - no secret
    messages = story(incidents, dice)
    (folder / "broker").mkdir()
    with (
        EmbeddedDatabase(folder / "database") as database,
        broker_of(folder / "broker", EACH_SECOND) as broker,
        ThreadPoolExecutor(1) as pool,
    ):
        migrate(database.url)
        workers = [Worker(name, database.url, broker.port) for name in ("one", "two")]
        for worker in workers:
            worker.start()
        _listened_to(broker.port, messages[0])
        store = SqliteStore(folder / "box" / "agent.sqlite3")
        pause = kills * pause_s / max(1, len(messages))
        metrics, over = RecordedMetrics(), Event()
        publishing = pool.submit(publish, messages, broker.port, store, pause, metrics, over)
        try:
            for _ in range(kills):
                Event().wait(dice.uniform(0.2, 1.8) * pause_s)
                (blow,) = [ONLY] if ONLY else dice.choices(list(BLOWS), list(BLOWS.values()))
                outcome.blows[blow] += 1
                _strike(blow, dice, workers, broker, database)
        finally:
            over.set()
        publishing.result()
        outcome.again = int(metrics.counts.get(("offered_again",), 0))
        patient_until(lambda: _stored(database.url), len(messages))
        compare(database.url, messages, outcome)
        for worker in workers:
            worker.kill()
        store.close()
    return outcome


def story(incidents: int, dice: random.Random) -> list[dict[str, Any]]:
    """The ladders of so many incidents, shuffled together; each keeps its order."""
    ladders = [Street(f"inc-{number}", zone=f"zone-{number % 7}").ladder() for number in range(incidents)]
    lines = []
    while ladders:
        ladder = dice.choice(ladders[:20])
        lines.append(ladder.pop(0))
        if not ladder:
            ladders.remove(ladder)
    return lines


def publish(
    messages: Sequence[dict[str, Any]], port: int, store: SqliteStore, pause_s: float, metrics: Metrics, over: Event
) -> None:
    """Queue one after the other as an agent does; deliver until the kills are over and the broker has taken all."""
    publisher = MqttPublisher(settings_of(port), client_id="box-01")
    delivery = Delivery(store, publisher, metrics=metrics)
    delivery.start()
    for message in messages:
        key = message["data"].get("incident", message["subject"])
        line = Message(id=message["id"], key=key, topic=topic_of(message), payload=payload_of(message))
        store.queue((line,), datetime.fromisoformat(message["time"]))
        delivery.wake()
        Event().wait(pause_s)
    over.wait()
    patient_until(lambda: store.backlog().taken, len(messages))  # draining does not wait for somebody to listen
    delivery.drain(within_s=PATIENCE_S)
    publisher.close()


def _listened_to(port: int, first: dict[str, Any]) -> None:
    """Wait until a worker has subscribed; from then on the broker keeps what comes, whoever is killed."""
    publisher = MqttPublisher(settings_of(port), client_id="before")
    for _ in range(int(PATIENCE_S / 0.5)):
        if publisher.publish(topic_of(first), payload_of(first)):
            break
        Event().wait(0.5)
    publisher.close()
    Event().wait(1.5)  # mosquitto saves a new session within a second


def _strike(
    blow: str, dice: random.Random, workers: list[Worker], broker: Stoppable, database: EmbeddedDatabase
) -> None:
    match blow:
        case "worker":
            worker = dice.choice(workers)
            worker.kill()
            worker.start()
        case "broker":
            os.kill(broker.pid or 0, signal.SIGKILL)  # a process that this very program has started
            broker.stop()
            Event().wait(dice.uniform(0, 0.5))
            broker.start()
        case _:
            database.kill()
            Event().wait(dice.uniform(0, 0.5))
            database.start()


def patient_until(count: Callable[[], int], wanted: int) -> None:
    """Wait until there are so many, for as long as it goes on; what is missing then is for the comparison to say."""
    best, waited_s = -1, 0.0
    while best < wanted and waited_s < PATIENCE_S:
        now = count()
        best, waited_s = max(best, now), waited_s + POLL_S if now <= best else 0.0
        Event().wait(POLL_S)


def _stored(url: str) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT count(*) FROM message").fetchone()
    return row[0] if row is not None else 0


def compare(url: str, messages: Sequence[dict[str, Any]], outcome: Outcome) -> None:
    """Hold the tables against a fold of what was published."""
    expected = {message["id"]: message for message in messages}
    last: dict[str, dict[str, Any]] = {}
    for message in messages:
        last[message["subject"]] = max((last.get(message["subject"], message), message), key=lambda m: m["data"]["seq"])
    with psycopg.connect(url, autocommit=True) as connection:
        stored: dict[str, Any] = dict(connection.execute("SELECT id, event FROM message").fetchall())
        stages: dict[str, str] = dict(
            connection.execute("SELECT incident, stage || ' ' || seq FROM incident").fetchall()
        )
        stages |= dict(connection.execute("SELECT work_order, status || ' ' || seq FROM work_order").fetchall())
        steps = connection.execute("SELECT count(*) FROM order_step").fetchone()
        aside = connection.execute("SELECT count(*) FROM dead_letter").fetchone()
    outcome.published, outcome.kept = len(expected), len(stored)
    outcome.lost = sorted(set(expected) - set(stored))
    outcome.wrong = [name for name, event in stored.items() if _plain(event) != _plain(expected[name])]
    for subject, message in last.items():
        data = message["data"]
        stage = data.get("status") or message["type"].partition(".")[2]
        if stages.get(subject) != f"{stage} {data['seq']}":
            outcome.wrong.append(f"{subject}: {stages.get(subject)}, expected {stage} {data['seq']}")
    if steps != (sum(1 for each in messages if each["type"].startswith("work_order")),) or aside != (0,):
        outcome.wrong.append(f"steps {steps}, dead letters {aside}")


def _plain(message: dict[str, Any]) -> str:
    """Without the number that the outbox gives it."""
    return json.dumps({key: value for key, value in message.items() if key != "agentseq"}, sort_keys=True)


def main(kills: str) -> None:
    """Do it, and print what came of it."""
    with TemporaryDirectory() as folder:
        outcome = killed_and_compared(Path(folder), kills=int(kills), incidents=int(kills) * 2, pause_s=0.8)
    blows = ", ".join(f"{blow} {count}" for blow, count in sorted(outcome.blows.items()))
    print(f"blows: {blows}; {outcome.published} published, {outcome.kept} kept, {outcome.again} offered again")  # noqa: T201
    for name, found in (("lost", outcome.lost), ("doubled or wrong", outcome.wrong)):
        print(f"{name}: {len(found)} {found[:10]}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])

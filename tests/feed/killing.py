"""Killing what stands between an incident and the centre, at random moments, and counting what arrives.

::

    scripted agent ─▶ store ─▶ delivery ─▶ proxy ─▶ broker ─▶ the centre
    kill -9, disk full                     cut      kill -9

The centre is a persistent subscriber; what it received is compared with the script.
"""

from __future__ import annotations

import json
import os
import random  # noqa: TID251 - seeded, so that a failure comes again
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, Final

from edge_agent.adapters.mqtt import MqttSubscriber
from edge_agent.app.feed.messages import EVERY_INCIDENT
from tests.architecture import ROOT
from tests.feed.brokers import settings_of
from tests.feed.day import LADDER, SOURCE, script
from tests.feed.proxy import CableProxy
from tests.feed.scripted_agent import READY

if TYPE_CHECKING:
    from edge_agent.adapters.broker import EmbeddedBroker
    from tests.feed.brokers import Mosquitto

BLOWS: Final = {"agent": 4, "network": 3, "broker": 2, "disk": 1}  # how often each, of ten
FULL_S: Final = 0.7  # how long a disk stays full
POLL_S: Final = 0.05
SLOWEST_S: Final = 180  # only what hangs takes that long


class Centre:
    """The operations centre: everything it received, in order."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.received: list[dict[str, Any]] = []

    def hear(self, _topic: str, payload: bytes) -> None:
        """Take one message."""
        with self._lock:
            self.received.append(json.loads(payload))

    def once(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What was received, one of each (source, id)."""
        with self._lock:
            return {(each["source"], each["id"]): each for each in self.received}


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of it: ``lost`` and ``doubled`` events after dedupe, ``disordered`` incidents, ``again`` deliveries."""

    blows: Counter[str] = field(default_factory=Counter)
    expected: int = 0
    received: int = 0
    again: int = 0
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    disordered: tuple[str, ...] = ()


def killed_and_counted(
    folder: Path, broker: Mosquitto | EmbeddedBroker, *, kills: int, incidents: int, pause_s: float, rate: float
) -> Outcome:
    """Live through a day with so many blows, each after ``pause_s`` on average; the broker is started and stopped."""
    dice = random.Random(20261101)  # noqa: S311 - no secret
    centre, outcome = Centre(), Outcome()
    broker.start()
    try:
        subscriber = MqttSubscriber(settings_of(broker.port), EVERY_INCIDENT, centre.hear, client_id="centre")
        with CableProxy(broker.port) as proxy:
            agent = Agent(folder / "state", proxy.port, incidents, rate)
            for _ in range(kills):
                Event().wait(dice.uniform(0.2, 1.8) * pause_s)
                (blow,) = dice.choices(list(BLOWS), list(BLOWS.values()))
                outcome.blows[blow] += 1
                _strike(blow, agent, broker, proxy, dice)
            try:
                agent.finish()
            finally:
                agent.process.kill()
        _wait(lambda: len(centre.once()) >= incidents * len(LADDER))
        subscriber.close()
    finally:
        broker.stop()
    return counted(outcome, centre, incidents)


class Agent:
    """The scripted agent as a process that can be killed."""

    def __init__(self, state: Path, port: int, incidents: int, rate: float) -> None:
        self._ready = state / READY
        self._command = [
            *(sys.executable, "-m", "tests.feed.scripted_agent"),
            *(str(state), str(port), str(incidents), str(rate)),
        ]
        self.process = self._started()

    def kill(self) -> None:
        """As a power cut does, and start again."""
        self.process.kill()
        self.process.wait()
        self.process = self._started()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still lives."""
        if self.process.poll() is None:
            self.process.send_signal(number)

    def finish(self) -> None:
        """Wait until it has told everything."""
        assert self.process.wait(SLOWEST_S) == 0

    def _started(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(self._command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
        # A signal that comes before it listens to signals would be the end of it.
        _wait(lambda: process.poll() is not None or self._is_ready(process.pid))
        return process

    def _is_ready(self, pid: int) -> bool:
        return self._ready.exists() and self._ready.read_text(encoding="ascii") == str(pid)


def _strike(
    blow: str, agent: Agent, broker: Mosquitto | EmbeddedBroker, proxy: CableProxy, dice: random.Random
) -> None:
    match blow:
        case "agent":
            agent.kill()
        case "broker":
            _kill(broker)
            Event().wait(dice.uniform(0.0, 0.5))
            broker.start()
        case "network":
            proxy.cut()
            Event().wait(dice.choice((0.0, 0.3, 1.5)))
            proxy.mend()
        case _:
            agent.signal(signal.SIGUSR1)
            Event().wait(FULL_S)
            agent.signal(signal.SIGUSR2)


def _kill(broker: Mosquitto | EmbeddedBroker) -> None:
    assert broker.pid is not None
    os.kill(broker.pid, signal.SIGKILL)  # a process that this very program has started
    broker.stop()


def counted(outcome: Outcome, centre: Centre, incidents: int) -> Outcome:
    """Compare what the centre received with the script."""
    expected = [f"e-{incident}-{seq}" for incident, seq in script(incidents)]
    once = centre.once()
    places: dict[tuple[str, int], set[str]] = defaultdict(set)
    order: dict[str, list[int]] = defaultdict(list)
    for message in once.values():  # in the order of the first hearing
        data = message["data"]
        places[data["incident"], data["seq"]].add(message["id"])
        order[data["incident"]].append(data["seq"])
    outcome.expected, outcome.received = len(expected), len(once)
    outcome.again = len(centre.received) - len(once)
    outcome.lost = tuple(each for each in expected if (SOURCE, each) not in once)
    outcome.doubled = tuple(str(place) for place, ids in places.items() if len(ids) > 1)
    outcome.disordered = tuple(name for name, seqs in order.items() if seqs != sorted(seqs))
    return outcome


def _wait(done: Callable[[], bool]) -> None:
    for _ in range(int(SLOWEST_S / POLL_S)):
        if done():
            return
        Event().wait(POLL_S)

"""A crowd: as many cameras as asked for, watched by the real agent in real time, and what became of it.

::

    one copy of the recording ─┬─ camera 1, from its own place on ─┐
                               ├─ camera 2                         ├─▶ run_live: readers, attention, detectors,
                               └─ …                                ┘    folding, store, speaker, broker
                               └─ looked at five times a second, folded for every camera ─▶ what should have been told

Nothing of the agent is left out or stands in for something else but the network to the cameras. One minute goes from
warning to warning and to the work order instead of five, so that a few minutes hold many decisions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread
from threading import enumerate as all_threads
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.clock import SteadyClock
from edge_agent.adapters.process import by_thread, cores, machine_s, processor_s, resident_bytes
from edge_agent.adapters.rtsp.played import PlayedSession
from edge_agent.adapters.rtsp.reconnecting import RtspStream
from edge_agent.adapters.state_folder import DATABASE
from edge_agent.adapters.store.outbox import payloads
from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.app.agent.embedded_broker import MaintainedBroker
from edge_agent.app.agent.running import run_live
from edge_agent.app.bench.expected import (
    BEYOND,
    REFERENCE,
    Agreement,
    ExpectedStage,
    SecondLooks,
    WatchedRecording,
    agreed,
    expected,
)
from edge_agent.app.bench.material import BEGINS, ROUND, sub_stream
from edge_agent.app.bench.noted import Noted
from edge_agent.app.detect.detectors import detector_for, opened_detector
from edge_agent.app.plan import Plan
from edge_agent.app.speak.announcers import into_files
from edge_agent.app.stream.looks import as_events, looks
from edge_agent.config.fields.secret import Secret
from edge_agent.config.site.service import MonitoringSettings
from edge_agent.config.site.site_file import Stream

if TYPE_CHECKING:
    from edge_agent.app.stream.follower import StreamFollower
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.site.policy import Rule
    from edge_agent.ports import Clock, LiveSession, LiveSource

PARTS: Final = {"detector": "detector", "reader": "decode", "camera": "fold and store", "speaker": "speaker"}
REST: Final = "the rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How long is measured, and how long before that nothing is: connecting all at once is another matter.

    ``between`` goes from warning to warning, and to the order.
    """

    measured: timedelta
    settling: timedelta = timedelta(seconds=15)
    between: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentiles:
    """The middle, the worst of a hundred, and the worst, in seconds; zeros where there was nothing."""

    p50: float
    p99: float
    worst: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """How so many cameras were watched; ``cores_used`` is by part of the agent, ``others`` what else ran meanwhile.

    ``held`` is the share of the looks for which no detector was asked.
    """

    cameras: int
    cores: int
    seconds: float
    looks_per_s: float
    held: float
    decisions: int
    decision_lag: Percentiles
    sweep: Percentiles
    detector: Percentiles
    cores_used: dict[str, float]
    others: float
    resident_mb: float
    agreement: Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class _Street:
    """The copy of the recording, and what five looks a second see in it."""

    path: Path
    shown: WatchedRecording


def watch_crowd(
    loaded: LoadedSite, camera: str, video: Path, *, cameras: int, span: Span, round_: timedelta = ROUND
) -> Crowd:
    """Watch ``video`` as so many cameras, each with the zones of ``camera``; a round of it is so long.

    Raises:
        OutsideError: The recording, the model or the disk cannot be used.
    """
    with TemporaryDirectory(prefix="edge-agent-bench-") as name:
        folder = Path(name)
        street = _street(loaded, camera, video, folder / "street.mp4", round_)
        crowd = _crowded(loaded, camera, cameras, folder, span.between)
        with MaintainedBroker(folder) as broker:
            plan = Plan(loaded=crowd, broker=broker.login.settings)
            return _watched(plan, street, span)


def _street(loaded: LoadedSite, camera: str, video: Path, path: Path, round_: timedelta) -> _Street:
    length = sub_stream(video, path, loaded.site.zones_of(camera), round_=round_)
    source = VideoFile(path, started=BEGINS, looks_per_second=REFERENCE)
    closer = opened_detector(loaded, min_score=loaded.site.policy.seeing.min_score)
    seen = tuple(as_events(looks(source, detector_for(loaded))))
    return _Street(path=path, shown=WatchedRecording(seen=seen, length=length, again=SecondLooks(path, closer).answer))


def _crowded(loaded: LoadedSite, camera: str, cameras: int, folder: Path, between: timedelta) -> LoadedSite:
    """The site with so many cameras instead of its own, all that it writes in ``folder``, and short timers."""
    names = [f"{camera}-{n:03}" for n in range(1, cameras + 1)]
    zones = tuple(
        replace(zone, camera=name, rules={kind: _short(rule, between) for kind, rule in zone.rules.items()})
        for name in names
        for zone in loaded.site.zones_of(camera)
    )
    here = Stream(Secret("the bench", "rtsp://127.0.0.1/"))
    settings = replace(loaded.cameras[camera], source=here)
    return replace(
        loaded,
        site=replace(loaded.site, zones=zones),
        cameras=dict.fromkeys(names, settings),
        state=folder / "state",
        speakers=into_files(loaded, folder / "warnings").speakers,
        monitoring=MonitoringSettings(port=0),
    )


def _short(rule: Rule, between: timedelta) -> Rule:
    return replace(rule, interval=between, final_grace=between)


class _Sample:
    """What had been used of the machine at one moment."""

    def __init__(self, clock: Clock) -> None:
        self.at = clock.now()
        self.all_s = processor_s()
        self.machine_s = machine_s()
        self.resident = resident_bytes()
        names = {thread.native_id: thread.name.partition(" ")[0] for thread in all_threads()}
        self.parts: dict[str, float] = dict.fromkeys((*PARTS.values(), REST), 0.0)
        for thread, used in by_thread().items():
            self.parts[PARTS.get(names.get(thread, ""), REST)] += used


class _Cameras:
    """Shows the street to each camera from a place of its own on."""

    def __init__(self, street: _Street, names: tuple[str, ...]) -> None:
        self._street = street
        self._phases = {name: street.shown.length * n / len(names) for n, name in enumerate(names)}
        self._begun: dict[str, datetime] = {}

    def follow(self, name: str, follower: StreamFollower, clock: Clock) -> LiveSource:
        """The stream of one camera."""

        def connect() -> LiveSession:
            self._begun[name] = clock.now()
            return PlayedSession(
                self._street.path, phase=self._phases[name], clock=clock, eager=follower.eager, wanted=follower.wants
            )

        return RtspStream(connect, clock=clock.now, salt=name)

    def phase(self, name: str, at: datetime) -> timedelta:
        """Where in the recording a camera was at an instant."""
        begun = self._begun.get(name, at)
        return (self._phases.get(name, timedelta(0)) + (at - begun)) % self._street.shown.length


def _watched(plan: Plan, street: _Street, span: Span) -> Crowd:
    clock, stop = SteadyClock.going_on(None), Event()
    noted, cameras, samples = Noted(clock), _Cameras(street, tuple(plan.loaded.cameras)), list[_Sample]()

    def bound() -> None:
        stop.wait(span.settling.total_seconds())
        samples.append(_Sample(clock))
        stop.wait(span.measured.total_seconds())
        samples.append(_Sample(clock))
        stop.set()

    timer = Thread(target=bound, name="bench", daemon=True)
    timer.start()
    run_live(plan, stop=stop, metrics=noted, follow=cameras.follow)
    timer.join()
    first, last = samples
    return _crowd(
        plan.loaded, noted, first, last, agreed(_pairs(plan.loaded, street, noted, cameras, last.at), until=last.at)
    )


def _pairs(
    loaded: LoadedSite, street: _Street, noted: Noted, cameras: _Cameras, until: datetime
) -> list[tuple[tuple[ExpectedStage, ...], tuple[ExpectedStage, ...]]]:
    """What was expected of each camera from its first look on, and what it told."""
    stages = _stages(loaded.state / DATABASE)
    pairs = []
    for name in loaded.cameras:
        begin = noted.first_look(name) or until
        phase = cameras.phase(name, begin)
        wanted = expected(street.shown, name, loaded.site, begin=begin, end=until + BEYOND, phase=phase)
        pairs.append((wanted, stages.get(name, ())))
    return pairs


def _stages(path: Path) -> dict[str, tuple[ExpectedStage, ...]]:
    """The stages that each camera's messages tell of."""
    stages: dict[str, tuple[ExpectedStage, ...]] = {}
    for payload in payloads(path):
        message = json.loads(payload)
        if not message["type"].startswith("incident."):
            continue
        data = message["data"]
        decided = datetime.fromisoformat(data["at"])
        stage = ExpectedStage(
            zone=data["zone"],
            kind=data["kind"],
            type=data["type"],
            n=data.get("n"),
            at=datetime.fromisoformat(data["end"]) if "end" in data else decided,
            decided=decided,
        )
        stages[data["camera"]] = (*stages.get(data["camera"], ()), stage)
    return stages


def _crowd(loaded: LoadedSite, noted: Noted, first: _Sample, last: _Sample, agreement: Agreement) -> Crowd:
    seconds = (last.at - first.at).total_seconds()
    lags = noted.lags(first.at)
    return Crowd(
        cameras=len(loaded.cameras),
        cores=cores(),
        seconds=seconds,
        looks_per_s=noted.looks(first.at) / seconds,
        held=noted.held(first.at) / max(1, noted.looks(first.at)),
        decisions=len(lags),
        decision_lag=spread(lags),
        sweep=spread(noted.sweeps(first.at)),
        detector=spread(noted.detector(first.at)),
        cores_used={part: (last.parts[part] - first.parts[part]) / seconds for part in first.parts},
        others=max(0.0, (last.machine_s - first.machine_s - last.all_s + first.all_s) / seconds),
        resident_mb=last.resident / 1e6,
        agreement=agreement,
    )


def spread(values: tuple[float, ...]) -> Percentiles:
    """The middle, the worst of a hundred and the worst."""
    if not values:
        return Percentiles(p50=0.0, p99=0.0, worst=0.0)
    ordered = sorted(values)
    return Percentiles(
        p50=median(ordered), p99=ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))], worst=ordered[-1]
    )

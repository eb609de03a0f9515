"""Metrics in the text format of Prometheus, by its own client library.

Each agent has a registry of its own, so that two in one process (a test, a demo) do not add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from edge_agent.ports import Measure

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
NAMESPACE: Final = "edge_agent"


class Type(StrEnum):
    """How a measure behaves."""

    COUNTER = "counter"  # only grows
    GAUGE = "gauge"  # goes up and down
    HISTOGRAM = "histogram"  # spans, sorted into buckets
    STATE = "state"  # one gauge a state, of which one is 1


@dataclass(frozen=True, slots=True)
class MetricShape:
    """What Prometheus is told of a measure; the unit is in the name."""

    name: str
    type: Type
    labels: tuple[str, ...]
    meaning: str
    buckets: tuple[float, ...] = ()

    @property
    def shown(self) -> str:
        """The name on the page: the library ends a counter's with ``_total``."""
        return f"{NAMESPACE}_{self.name}{'_total' if self.type is Type.COUNTER else ''}"


LAGS: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
INFERENCES: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
SHAPES: Final = {
    Measure.LOOKS: MetricShape("looks", Type.COUNTER, ("camera",), "looks made"),
    Measure.LOOKS_HELD: MetricShape(
        "looks_held", Type.COUNTER, ("camera",), "looks for which nothing had changed, so that no detector was asked"
    ),
    Measure.LOOKS_LATE: MetricShape("looks_late", Type.COUNTER, ("camera",), "looks made after they were due"),
    Measure.DROPS: MetricShape("dropped", Type.COUNTER, ("camera", "cause"), "pictures, packets and messages dropped"),
    Measure.CAMERA_STATE: MetricShape(
        "camera_state", Type.STATE, ("camera",), "1 for the state a camera is in: ok, or its trouble"
    ),
    Measure.FAILURES: MetricShape(
        "failures", Type.COUNTER, ("camera", "part"), "errors that were contained to one camera, by the part it was in"
    ),
    Measure.DECISION_LAG: MetricShape(
        "decision_lag_seconds", Type.HISTOGRAM, (), "from a decision's due time to the look that made it", LAGS
    ),
    Measure.DETECTOR: MetricShape(
        "detector_seconds", Type.HISTOGRAM, (), "one picture through the detector", INFERENCES
    ),
    Measure.OUTBOX: MetricShape("outbox_messages", Type.GAUGE, (), "messages that wait for the broker"),
    Measure.DELIVERED: MetricShape(
        "delivered", Type.COUNTER, (), "messages the broker has acknowledged since the start"
    ),
    Measure.OFFERED_AGAIN: MetricShape(
        "offered_again",
        Type.COUNTER,
        (),
        "messages that wait to be sent again: the connection broke within 90 s after they were acknowledged, "
        "and the broker may not have saved them. A few at each break and each start; many say that the broker or the "
        "line keeps breaking",
    ),
    Measure.UPLOADS: MetricShape(
        "evidence_uploads", Type.COUNTER, ("outcome",), "files of evidence that arrived in the store, or were dropped"
    ),
    Measure.UPLOADS_WAITING: MetricShape(
        "evidence_uploads_waiting", Type.GAUGE, (), "files of evidence that wait for the store"
    ),
    Measure.DISK_USED: MetricShape(
        "disk_used_bytes", Type.GAUGE, ("shelf",), "what the agent keeps on the disk, by shelf"
    ),
    Measure.DISK_FREE: MetricShape("disk_free_bytes", Type.GAUGE, (), "room left on the disk of the state folder"),
    Measure.INCIDENTS: MetricShape(
        "incidents", Type.COUNTER, ("kind", "stage"), "stages reached by incidents, by kind"
    ),
    Measure.WARNINGS: MetricShape(
        "warnings", Type.COUNTER, ("speaker", "result"), "attempts at a warning, by speaker and what became of it"
    ),
    Measure.AFTER_WARNING: MetricShape(
        "after_warning",
        Type.GAUGE,
        ("zone", "kind", "warning", "outcome"),
        "incidents of the last 30 days that left, or stayed, after they had heard a warning",
    ),
    Measure.TIME_TO_LEAVE: MetricShape(
        "time_to_leave_seconds",
        Type.GAUGE,
        ("zone", "kind"),
        "from the last warning to the last sighting of those that left, the median of the last 30 days",
    ),
    Measure.UNRENDERED: MetricShape(
        "texts_not_rendered", Type.COUNTER, ("language",), "texts said that the natural voice had not rendered"
    ),
    Measure.TO_RENDER: MetricShape("texts_to_render", Type.GAUGE, (), "texts that the natural voice has yet to render"),
    Measure.COMMANDS: MetricShape(
        "commands", Type.COUNTER, ("outcome",), "commands of the operations centre, by outcome"
    ),
    Measure.STANDING: MetricShape(
        "instruction_until_seconds",
        Type.GAUGE,
        ("verb", "zone", "permit", "by"),
        "when a silence or a granted permit is over, in seconds since 1970; 0 once it stands no more",
    ),
    Measure.DEGRADED: MetricShape(
        "degraded", Type.GAUGE, ("part",), "1 while the agent goes on without a part, such as its broker"
    ),
    Measure.CLOCK_OFFSET: MetricShape("clock_offset_seconds", Type.GAUGE, (), "the system clock less the agent's"),
    Measure.CLOCK_SYNCHRONISED: MetricShape(
        "clock_synchronised", Type.GAUGE, (), "1 while the kernel calls the system clock synchronised, else 0"
    ),
    Measure.BUILD: MetricShape(
        "build_info", Type.GAUGE, ("version", "software", "model"), "1, for the program that runs and its model"
    ),
}


class PrometheusMetrics:
    """Counts in memory; ``text`` is what a scraper reads. Safe from any thread.

    A measure without a shape, of another type or with other labels is a bug, and raises.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._counters = {each: self._counter(SHAPES[each]) for each in _of(Type.COUNTER)}
        self._gauges = {each: self._gauge(SHAPES[each]) for each in (*_of(Type.GAUGE), *_of(Type.STATE))}
        self._histograms = {each: self._histogram(SHAPES[each]) for each in _of(Type.HISTOGRAM)}
        self._present: dict[tuple[Measure, tuple[tuple[str, str], ...]], str] = {}
        self._lock = Lock()

    def count(self, measure: Measure, by: float = 1, **labels: str) -> None:
        """So many more have happened."""
        counter = self._counters[measure]
        (counter.labels(**labels) if labels else counter).inc(by)

    def level(self, measure: Measure, value: float, **labels: str) -> None:
        """It is so high now."""
        gauge = self._gauges[measure]
        (gauge.labels(**labels) if labels else gauge).set(value)

    def span(self, measure: Measure, seconds: float, **labels: str) -> None:
        """One took so long."""
        histogram = self._histograms[measure]
        (histogram.labels(**labels) if labels else histogram).observe(seconds)

    def state(self, measure: Measure, state: str, **labels: str) -> None:
        """It is in this state now; the one before falls to 0 and stays to be seen."""
        key = (measure, tuple(sorted(labels.items())))
        with self._lock:
            before, self._present[key] = self._present.get(key), state
            if before is not None and before != state:
                self.level(measure, 0, **labels, state=before)
            self.level(measure, 1, **labels, state=state)

    def text(self) -> bytes:
        """Everything, in the text format 0.0.4 or later; ``CONTENT_TYPE`` says which."""
        return generate_latest(self._registry)

    def _counter(self, shape: MetricShape) -> Counter:
        return Counter(shape.name, shape.meaning, shape.labels, namespace=NAMESPACE, registry=self._registry)

    def _gauge(self, shape: MetricShape) -> Gauge:
        labels = (*shape.labels, "state") if shape.type is Type.STATE else shape.labels
        return Gauge(shape.name, shape.meaning, labels, namespace=NAMESPACE, registry=self._registry)

    def _histogram(self, shape: MetricShape) -> Histogram:
        return Histogram(
            *(shape.name, shape.meaning, shape.labels),
            namespace=NAMESPACE,
            registry=self._registry,
            buckets=shape.buckets,
        )


def _of(type_: Type) -> tuple[Measure, ...]:
    return tuple(measure for measure in Measure if SHAPES[measure].type is type_)

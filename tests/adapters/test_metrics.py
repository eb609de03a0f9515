"""Measures come out as Prometheus reads them, one state at a time, and wrong ones are refused."""

from __future__ import annotations

import re

import pytest

from edge_agent.adapters.metrics import SHAPES, PrometheusMetrics, Type
from edge_agent.ports import Measure


def lines(metrics: PrometheusMetrics) -> dict[str, float]:
    """The samples by name and labels."""
    samples = [line.rsplit(" ", 1) for line in metrics.text().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in samples}


def test_every_measure_has_a_shape() -> None:
    """And a sentence, and buckets where it is a histogram."""
    assert set(SHAPES) == set(Measure)
    for shape in SHAPES.values():
        assert shape.meaning
        assert bool(shape.buckets) is (shape.type is Type.HISTOGRAM)
        assert re.fullmatch(r"edge_agent(_[a-z]+)+", shape.shown)


def test_counters_add_up_by_label() -> None:
    """One camera's looks are not another's."""
    metrics = PrometheusMetrics()
    metrics.count(Measure.LOOKS, camera="c1")
    metrics.count(Measure.LOOKS, 2, camera="c1")
    metrics.count(Measure.LOOKS, camera="c2")
    samples = lines(metrics)
    assert samples['edge_agent_looks_total{camera="c1"}'] == 3
    assert samples['edge_agent_looks_total{camera="c2"}'] == 1


def test_levels_go_up_and_down() -> None:
    """The last one counts."""
    metrics = PrometheusMetrics()
    metrics.level(Measure.OUTBOX, 7)
    metrics.level(Measure.OUTBOX, 2)
    metrics.level(Measure.DISK_USED, 1e9, shelf="evidence")
    samples = lines(metrics)
    assert samples["edge_agent_outbox_messages"] == 2
    assert samples['edge_agent_disk_used_bytes{shelf="evidence"}'] == 1e9


def test_spans_fall_into_buckets() -> None:
    """Half a second and three seconds: one within two, both within four."""
    metrics = PrometheusMetrics()
    metrics.span(Measure.DECISION_LAG, 0.5)
    metrics.span(Measure.DECISION_LAG, 3.0)
    samples = lines(metrics)
    assert samples['edge_agent_decision_lag_seconds_bucket{le="2.0"}'] == 1
    assert samples['edge_agent_decision_lag_seconds_bucket{le="4.0"}'] == 2
    assert samples["edge_agent_decision_lag_seconds_sum"] == 3.5


def test_a_camera_is_in_one_state() -> None:
    """The one before falls to 0, of this camera alone."""
    metrics = PrometheusMetrics()
    metrics.state(Measure.CAMERA_STATE, "frozen", camera="c1")
    metrics.state(Measure.CAMERA_STATE, "frozen", camera="c2")
    metrics.state(Measure.CAMERA_STATE, "ok", camera="c1")
    metrics.state(Measure.CAMERA_STATE, "ok", camera="c1")
    samples = {name: value for name, value in lines(metrics).items() if "camera_state" in name}
    assert samples == {
        'edge_agent_camera_state{camera="c1",state="frozen"}': 0,
        'edge_agent_camera_state{camera="c1",state="ok"}': 1,
        'edge_agent_camera_state{camera="c2",state="frozen"}': 1,
    }


def test_two_agents_do_not_add_up() -> None:
    """Each has a registry of its own."""
    first, second = PrometheusMetrics(), PrometheusMetrics()
    first.count(Measure.DELIVERED)
    assert lines(second)["edge_agent_delivered_total"] == 0


def test_wrong_labels_and_wrong_types_are_bugs() -> None:
    """They must not pass as another series."""
    metrics = PrometheusMetrics()
    with pytest.raises(ValueError, match="label"):
        metrics.count(Measure.LOOKS, zone="kerb")
    with pytest.raises(KeyError):
        metrics.count(Measure.OUTBOX)

"""What is shipped for Prometheus and Grafana fits the metrics of the agent, and the alarms fire when they must."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from edge_agent.adapters.metrics import SHAPES, PrometheusMetrics, Type
from tests.app.live.simulation import Simulation
from tests.app.live.stream import CameraScript, Fault, What
from tests.app.live.test_fault_matrix import FIRST, LAST, SITE
from tests.architecture import ROOT
from tests.docs.pages import text
from tests.street import stands

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES: Final = ROOT / "deploy" / "prometheus-alerts.yml"
DASHBOARD: Final = json.loads(text("deploy/grafana-dashboard.json"))
PROMTOOL: Final = shutil.which("promtool")


def rules() -> dict[str, dict[str, Any]]:
    """Every alarm by its name."""
    (group,) = YAML(typ="safe").load(RULES)["groups"]
    return {rule["alert"]: rule for rule in group["rules"]}


def expressions() -> Iterator[str]:
    """Everything that Prometheus is asked."""
    yield from (rule["expr"] for rule in rules().values())
    yield from (target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])
    yield from (variable["query"] for variable in DASHBOARD["templating"]["list"] if variable["type"] == "query")


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_every_metric_and_label_that_is_named_exists(expression: str) -> None:
    """A metric that was renamed would leave an alarm that never fires, and an empty panel."""
    shapes = {shape.shown: shape for shape in SHAPES.values()}
    named = re.findall(r"\b(edge_agent_\w+?)(?:_bucket)?\b(?:\{([^}]*)\})?", expression)
    assert named or expression.startswith("up{")
    for name, chosen in named:
        shape = shapes[name]
        labels = {*shape.labels, "instance", *(("state",) if shape.type is Type.STATE else ())}
        assert set(re.findall(r"(\w+)[=!]", chosen)) <= labels
        assert ("_bucket" in expression) == (shape.type is Type.HISTOGRAM)


def test_each_alarm_can_be_told_to_a_person() -> None:
    """Each says in a sentence what is the matter, and how bad it is."""
    for rule in rules().values():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]


needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")


def promtool(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """What Prometheus' own checker says."""
    assert PROMTOOL is not None
    return subprocess.run([PROMTOOL, *words], capture_output=True, text=True, check=False, timeout=60)


@needs_promtool
def test_prometheus_takes_the_rules() -> None:
    """Every expression can be read."""
    checked = promtool("check", "rules", RULES)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def series_of(metrics: PrometheusMetrics) -> list[dict[str, str]]:
    """What a scraper reads, as a series that stays as it is for half an hour."""
    return [
        {
            "series": sample.name + "{" + ",".join(f'{key}="{value}"' for key, value in sample.labels.items()) + "}",
            "values": f"{sample.value}x30",
        }
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
        if sample.name == "edge_agent_camera_state"
    ]


@needs_promtool
@pytest.mark.parametrize(
    ("faults", "down"),
    [((Fault(What.LOST, 0, 100),), True), ((), False), ((Fault(What.DARK, 40, 100),), True)],
    ids=["never up", "up", "up, then dark"],
)
def test_the_alarm_on_a_camera(tmp_path: Path, faults: tuple[Fault, ...], down: bool) -> None:  # noqa: FBT001
    """Also for one that never came up since the agent started; not for one that is watched."""
    metrics = PrometheusMetrics()
    street = Simulation(
        tmp_path / "box",
        stands("car", FIRST, LAST),
        SITE,
        CameraScript(faults),
        metrics=metrics,  # type: ignore[arg-type]
    )
    street.starts(60)
    fired = {"exp_labels": {"camera": "c1", "state": "ok", "severity": "page"}}
    summary = "camera c1 of  has not been watched for 10 minutes"
    expected = [{**fired, "exp_annotations": {"summary": summary}}] if down else []
    case = {"alertname": "EdgeAgentCameraDown", "eval_time": "25m", "exp_alerts": expected}
    test = {"interval": "1m", "input_series": series_of(metrics), "alert_rule_test": [case]}
    (tmp_path / "test.yml").write_text(json.dumps({"rule_files": [str(RULES)], "tests": [test]}), encoding="utf-8")
    tried = promtool("test", "rules", tmp_path / "test.yml")
    assert tried.returncode == 0, tried.stdout + tried.stderr

"""``docs/stalls.md`` states the rule of the shipped policy, and what it says goes wrong does."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from edge_agent.adapters.detect.onnx import OnnxDetector
from edge_agent.core.geometry import Box
from edge_agent.core.site.site import Site
from tests.architecture import ROOT
from tests.core_run import tell
from tests.docs.pages import text
from tests.docs.sample import SAMPLE
from tests.site import zone
from tests.street import Things, looks, stands, together

KIND: Final = SAMPLE.site.policy.kinds["prohibited_stall"]
PLACE: Final = Box(0.4, 0.4, 0.5, 0.5)
BESIDE: Final = Box(0.5, 0.3, 0.54, 0.5)


def named(after: str, before: str) -> set[str]:
    """The labels between two phrases of the page."""
    part = text("docs/stalls.md").split(after, 1)[1].split(before, 1)[0]
    return set(re.findall(r"`([a-z ]+)`", part))


def street() -> Site:
    """The sample's policy, and a no-stall zone over the whole picture."""
    return replace(SAMPLE.site, zones=(replace(zone(), rules={KIND.name: KIND.rule}),))


def happened(*things: Things) -> list[str]:
    """What follows in four minutes."""
    return tell(looks(together(*things), until=240), street()).happened


def test_the_labels_are_those_of_the_policy() -> None:
    """Each list of the page."""
    rule = KIND.composition
    assert rule is not None
    assert named("with one of these labels:", "Things no further") == KIND.labels
    assert named("one of its things is called", "(`sufficient`)") == rule.sufficient
    assert named("one that is called", "(`tended`)") == rule.tended
    assert f"it has {rule.things} standing things" in text("docs/stalls.md")


def test_what_the_shipped_detector_sees_of_them() -> None:
    """The rest waits for another model."""
    shipped = OnnxDetector(ROOT / "models" / "street.onnx").labels
    assert named("labels of COCO, that leaves:", "##") == shipped & KIND.labels


def test_a_table_is_a_stall_after_one_look_at_a_passer_by() -> None:
    """The worst of its limits is real."""
    assert happened(stands("dining table", 0, 240, place=PLACE)) == []
    assert happened(stands("dining table", 0, 240, place=PLACE), stands("person", 50, 50, place=BESIDE)) == [
        "opened",
        "warned",
    ]


def test_a_bench_is_no_stall() -> None:
    """Whoever sits on it, and though there are two."""
    pair = stands("bench", 0, 240, place=PLACE), stands("bench", 0, 240, place=PLACE.moved(0.11, 0))
    assert happened(*pair, stands("person", 0, 240, place=BESIDE)) == []


def test_an_umbrella_held_still_is_a_stall() -> None:
    """Somebody who waits in the rain is told to pack up."""
    waits = stands("umbrella", 0, 240, place=PLACE), stands("person", 0, 240, place=BESIDE)
    assert happened(*waits) == ["opened", "warned"]


def test_what_it_does_not_see() -> None:
    """A person on a chair; goods with somebody behind them."""
    assert happened(stands("chair", 0, 240, place=PLACE), stands("person", 0, 240, place=BESIDE)) == []
    assert happened(stands("suitcase", 0, 240, place=PLACE), stands("person", 0, 240, place=BESIDE)) == []

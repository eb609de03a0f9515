"""``edge-agent teach``: each verb, and what is refused in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent.app.teach.examples import Proposals
from edge_agent.config.site.loading import load_site
from edge_agent.core.teach.taught import Mark
from tests.app.teach.test_teaching import RED, scene
from tests.cli.streets import done, refused, street
from tests.street import at

BOX = "0.2,0.2,0.6,0.6"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of one camera with a recording of eight seconds."""
    return street(tmp_path)


def teach(site: Path, verb: str, *words: str | Path) -> str:
    """What a verb says."""
    return done("teach", verb, *words, "--site", site)


def test_examples_are_marked_listed_and_forgotten(site: Path) -> None:
    """Of a moment of the camera's own recording; each verb says what there is by now."""
    assert "1 goods" in teach(site, "mark", "goods", "--at", "2", "--box", BOX)
    assert "1 goods, 1 nothing" in teach(site, "mark", "nothing", "--at", "4", "--box", "0.5,0.5,0.9,0.9")
    lines = teach(site, "list").splitlines()
    assert [line.split()[1] for line in lines[:2]] == ["goods", "nothing"]
    assert "road.mp4@2" in lines[0]
    assert "1 nothing" in teach(site, "forget", lines[0].split()[0][:6])
    assert "1 pictures" in teach(site, "export", site.parent / "set")


def test_an_incident_is_marked_by_its_evidence(site: Path) -> None:
    """The first original picture of it, at the place that its note tells."""
    folder = site.parent / "state" / "evidence" / "inc-1"
    folder.mkdir(parents=True)
    cv2.imwrite(str(folder / "opened-frame.jpg"), np.full((90, 160, 3), 90, np.uint8))
    note = {"camera": "c1", "box": [0.2, 0.2, 0.6, 0.6], "shown": "2026-11-01T00:01:00Z"}
    (folder / "opened.json").write_text(json.dumps(note | {"frame": {"file": "opened-frame.jpg"}}))
    assert "garbage, inc-1; 1 garbage" in teach(site, "mark", "garbage", "--incident", "inc-1")
    assert "2026-11-01T00:01:00" in teach(site, "list")
    (folder / "opened.json").write_text(json.dumps(note | {"camera": "c9", "frame": {"file": "opened-frame.jpg"}}))
    assert "is of camera 'c9', expected 'c1'" in refused(
        "teach", "mark", "garbage", "--incident", "inc-1", "--site", site
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("mark", "goods"), "expected --incident, or --at and --box"),
        (("mark", "goods", "--at", "99", "--box", BOX), "99 s, expected 0 to"),
        (("mark", "goods", "--at", "1", "--box", "1,2"), "expected x0,y0,x1,y1 in fractions of the picture"),
        (("mark", "goods", "--at", "1", "--box", "0.6,0.2,0.2,0.6"), "expected x0,y0,x1,y1"),
        (("mark", "goods", "--at", "1", "--box", "0.6,0.2,0.9,1.6"), "x0 below x1 and y0 below y1"),
        (("mark", "goods", "--incident", "../x"), "found no picture of it"),
        (("train",), "examples: found none, expected at least two marks"),
        (("use",), "nothing is taught yet, expected edge-agent teach train before"),
        (("take", "ab", "goods"), "found 0 that begin so, expected one of 0"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(site: Path, words: tuple[str, ...], why: str) -> None:
    """Nothing is lost and nothing is kept."""
    assert why in refused("teach", *words, "--site", site)


def test_marks_of_one_moment_are_not_enough(site: Path) -> None:
    """Five of each, within the eight seconds of a recording; the same crop marked again is what was said last."""
    for second in ("0", "3", "5", "6", "7"):
        for mark, box in (("goods", BOX), ("stall", "0.5,0.5,0.9,0.9"), ("nothing", "0.5,0.5,0.9,0.9")):
            teach(site, "mark", mark, "--at", second, "--box", box)
    assert "5 goods, 5 nothing" in teach(site, "list")
    assert "expected at least 5 of 3 (15 s apart)" in refused("teach", "train", "--site", site)
    assert "0 proposed" in teach(site, "proposed")


def test_a_proposed_crop_is_taken_or_refused(tmp_path: Path) -> None:
    """By its id; what is refused is gone."""
    site = street(tmp_path)
    proposals = Proposals(load_site(site).state, "c1")
    for second in (1, 2):
        proposals.propose(Mark.VEHICLE, scene(second), RED, at(second), f"confirm i-{second}")
    lines = teach(site, "proposed").splitlines()
    assert lines[-1].startswith("2 proposed; say what one is with: edge-agent teach take ID MARK, or: teach refuse ID")
    assert [line.split()[1] for line in lines[:2]] == ["vehicle", "vehicle"]
    assert [line.rpartition("  ")[2] for line in lines[:2]] == ["confirm i-1", "confirm i-2"]
    assert "1 allowed" in teach(site, "take", lines[0].split()[0], "allowed")
    assert "refused; 0 proposed" in teach(site, "refuse", lines[1].split()[0][:6])
    assert "1 allowed" in teach(site, "list")

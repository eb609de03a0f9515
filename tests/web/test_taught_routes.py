"""What the page asks about teaching, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from edge_agent.app.teach.examples import Proposals
from edge_agent.config.site.loading import load_site
from edge_agent.core.teach.taught import Mark
from tests.app.teach.test_teaching import RED, scene
from tests.cli.streets import street
from tests.street import at
from tests.web.asking import answer_to, desk, json_of

MARK = {"mark": "goods", "box": [0.2, 0.2, 0.6, 0.6], "at_s": 2.0, "source": "ground"}


def test_a_page_marks_and_forgets(tmp_path: Path) -> None:
    """What is told back is all that there is."""
    with desk(street(tmp_path)) as desk_made:
        shown = json_of(answer_to(desk_made, "GET", "/api/cameras/c1/taught"))
        assert (shown["examples"], shown["balanced"], shown["in_use"]) == ([], None, False)
        assert "vehicle" in shown["marks"]
        (example,) = json_of(answer_to(desk_made, "POST", "/api/cameras/c1/taught/mark", MARK))["examples"]
        assert (example["mark"], example["source"], example["box"]) == ("goods", "ground", [0.2, 0.2, 0.6, 0.6])
        assert (
            json_of(answer_to(desk_made, "POST", "/api/cameras/c1/taught/forget", {"id": example["id"]}))["examples"]
            == []
        )


@pytest.mark.parametrize(
    ("rest", "answer", "why"),
    [
        ("mark", MARK | {"mark": "cow"}, "mark 'cow': expected one of stall, goods"),
        ("mark", MARK | {"box": [0, 1]}, "expected [x0, y0, x1, y1]"),
        ("mark", MARK | {"box": [0.6, 0.2, 0.2, 0.6]}, "expected x0 < x1"),
        ("mark", MARK | {"at_s": "soon"}, "expected seconds from the start"),
        ("forget", {"id": "zz"}, "found 0 that begin so"),
        ("take", {"id": "zz", "mark": "goods"}, "found 0 that begin so"),
        ("take", {"id": "zz", "mark": "cow"}, "mark 'cow': expected one of stall, goods"),
        ("refuse", {}, "found 0 that begin so"),
        ("train", {}, "expected at least two marks"),
        ("use", {}, "nothing is taught yet"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(tmp_path: Path, rest: str, answer: Any, why: str) -> None:  # noqa: ANN401 - JSON
    """With the status of a bad request."""
    with desk(street(tmp_path)) as desk_made:
        reply = answer_to(desk_made, "POST", f"/api/cameras/c1/taught/{rest}", answer)
    assert (reply.status, why in json_of(reply)["error"]) == (400, True), json_of(reply)


def test_a_person_takes_what_is_proposed_or_refuses_it(tmp_path: Path) -> None:
    """It is shown as a picture; taken as what the person says, not as what was proposed."""
    site = street(tmp_path)
    proposals = Proposals(load_site(site).state, "c1")
    for second in (1, 2):
        proposals.propose(Mark.NOTHING, scene(second), RED, at(second), "reject i-1")
    with desk(site) as desk_made:
        one, other = json_of(answer_to(desk_made, "GET", "/api/cameras/c1/taught"))["proposed"]
        assert (one["mark"], one["source"]) == ("nothing", "reject i-1")
        shown = answer_to(desk_made, "GET", "/api/cameras/c1/taught/proposed", query={"id": one["id"]})
        assert cv2.imdecode(np.frombuffer(shown.body, np.uint8), cv2.IMREAD_COLOR) is not None
        taken = answer_to(desk_made, "POST", "/api/cameras/c1/taught/take", {"id": one["id"], "mark": "garbage"})
        assert [each["mark"] for each in json_of(taken)["examples"]] == ["garbage"]
        left = json_of(answer_to(desk_made, "POST", "/api/cameras/c1/taught/refuse", {"id": other["id"]}))
        assert (left["proposed"], len(left["examples"])) == ([], 1)

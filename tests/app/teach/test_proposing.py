"""What the operations centre judged is proposed as an example: of what, of what not, and by the box itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import pytest

from edge_agent.app.teach.examples import ExampleFolder, Proposals
from edge_agent.app.teach.proposing import judged_as, propose_judged
from edge_agent.config.wire.commands import Given
from edge_agent.core.commands import Confirm, Reject, RejectReason
from edge_agent.core.effects import PublishIncident
from edge_agent.core.errors import BadInputError
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.teach.taught import Mark
from tests.app.agent.test_live_camera import street
from tests.app.feed.test_messages import happened
from tests.app.teach.test_teaching import RED, scene
from tests.docs.sample import SAMPLE
from tests.street import at

if TYPE_CHECKING:
    from edge_agent.app.agent.live_camera import LiveCamera
    from edge_agent.core.commands import Instruction
    from edge_agent.core.effects import Effect
    from edge_agent.core.feed.incidents import IncidentEvent
    from edge_agent.core.site.site import Site

KINDS = SAMPLE.site.policy.kinds


def judged(verb: str, kind: str = "exposed_garbage", reason: str | None = None) -> IncidentEvent:
    """The event of an incident about which the centre has said something."""
    type_ = Happening.CONFIRMED if verb == "confirm" else Happening.CANCELLED
    return replace(happened(type_, 3), verb=verb, kind=kind, reason=reason)


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        ("illegal_parking", Mark.VEHICLE),
        ("prohibited_stall", Mark.STALL),
        ("exposed_garbage", Mark.GARBAGE),
        ("bin_overflow", Mark.BIN_OVERFLOWING),
        ("piled_goods", Mark.GOODS),
        ("bicycle_parking", None),  # nothing that a camera can be taught
    ],
)
def test_a_confirmed_thing_is_what_its_kind_is_made_of(kind: str, mark: Mark | None) -> None:
    """By the first mark that its kind has a label for."""
    assert judged_as(judged("confirm", kind), KINDS[kind]) is mark


@pytest.mark.parametrize("reason", RejectReason)
def test_a_rejected_thing_is_nothing_only_where_the_detector_was_wrong(reason: RejectReason) -> None:
    """What has a permit looks like any other."""
    wrong = reason in {RejectReason.NOT_THERE, RejectReason.WRONG_KIND}
    assert judged_as(judged("reject", reason=reason), KINDS["exposed_garbage"]) is (Mark.NOTHING if wrong else None)


def test_nothing_is_proposed_of_what_nobody_judged() -> None:
    """Opened, cancelled by an operator who has seen nothing, of a kind that the policy has no more."""
    assert judged_as(happened(Happening.OPENED, 1), KINDS["exposed_garbage"]) is None
    assert judged_as(judged("cancel", reason="not_there"), KINDS["exposed_garbage"]) is None
    assert judged_as(judged("confirm"), None) is None


def test_the_crop_is_that_of_the_evidence(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """As the box kept it; where there is none any more it is said, and nothing else happens."""
    folder = tmp_path / "evidence" / "i-1"
    folder.mkdir(parents=True)
    cv2.imwrite(str(folder / "a-frame.jpg"), scene(1))
    note = {"camera": "c1", "box": [RED.x0, RED.y0, RED.x1, RED.y1], "frame": {"file": "a-frame.jpg"}}
    (folder / "a.json").write_text(json.dumps(note | {"shown": "2026-11-01T08:01:00.200Z"}))
    told = (PublishIncident(judged("confirm")), PublishIncident(happened(Happening.OPENED, 1)))
    propose_judged(tmp_path, SAMPLE.site, "c1", told)
    (proposed,) = Proposals(tmp_path, "c1").all()
    assert (proposed.example.mark, proposed.source) == (Mark.GARBAGE, "confirm i-1")
    assert proposed.box == RED
    assert ExampleFolder(tmp_path, "c1").all() == ()
    (folder / "a-frame.jpg").unlink()
    propose_judged(tmp_path, SAMPLE.site, "c1", told)
    (warning,) = caplog.messages
    assert warning.startswith("camera c1: an example is not proposed: incident i-1: found no picture of it")
    with pytest.raises(BadInputError, match="found 0 that begin so, expected one of 1"):
        Proposals(tmp_path, "c1").found("zz")


@pytest.mark.parametrize(
    ("what", "marks"),
    [
        (lambda incident: Confirm(incident=incident), [Mark.VEHICLE]),
        (lambda incident: Reject(incident=incident, reason=RejectReason.NOT_THERE), [Mark.NOTHING]),
        (lambda incident: Reject(incident=incident, reason=RejectReason.PERMITTED), []),
    ],
)
def test_a_live_camera_tells_what_the_centre_judged(tmp_path: Path, what: object, marks: list[Mark]) -> None:
    """From the command to the mark that is proposed, once."""
    heard = list[Mark]()

    def judging(where: Site, camera: str, effects: tuple[Effect, ...]) -> None:
        told = (each.event for each in effects if isinstance(each, PublishIncident) and each.event.camera == camera)
        heard.extend(mark for event in told if (mark := judged_as(event, where.policy.kinds[event.kind])))

    seen = street(tmp_path, judged=judging)

    def say(camera: LiveCamera) -> None:
        said: Instruction = what(seen.speaker.heard[0][0])  # type: ignore[operator]
        camera.command(Given(id="cmd-1", issued=at(200), expires=at(200) + timedelta(minutes=5), by="Li", what=said))

    seen.starts(215, orders={200: say})
    assert heard == marks

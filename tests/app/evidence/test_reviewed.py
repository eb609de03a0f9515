"""What people confirmed and rejected, as a data set: which labels stand, and what is on the disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from edge_agent.adapters.evidence.snapshots import SnapshotFolder
from edge_agent.adapters.store.sqlite import SqliteStore
from edge_agent.app.evidence.reviewed import export_reviewed
from edge_agent.cli.commands import app
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.core.commands import Cancel, Confirm, ForCamera, Reject, RejectReason
from edge_agent.core.effects import SaveSnapshot
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import Command, Detection
from edge_agent.core.geometry import Box
from edge_agent.core.incident.world import World
from edge_agent.core.score.outcomes import Judged
from edge_agent.core.score.reviewed import labels_of
from edge_agent.ports import Frame
from tests.architecture import ROOT
from tests.core_run import tell
from tests.site import site, zone
from tests.street import KERB, at, detection, looks, stands, together

PLACES: Final = tuple(Box(0.05 + 0.18 * n, 0.4, 0.15 + 0.18 * n, 0.5) for n in range(5))
WALKER: Final = detection("person", Box(0.8, 0.7, 0.85, 0.95), score=0.9)
SIZE: Final = (360, 640)
JUDGED: Final[tuple[Callable[[str], ForCamera], ...]] = (
    lambda incident: Confirm(incident=incident),
    lambda incident: Reject(incident=incident, reason=RejectReason.NOT_THERE),
    lambda incident: Reject(incident=incident, reason=RejectReason.PERMITTED),
    lambda incident: Confirm(incident=incident),
    lambda incident: Cancel(incident=incident),
)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> LoadedSite:
    """A box whose five cars were confirmed, rejected, permitted, confirmed, and cancelled."""
    state = tmp_path_factory.mktemp("box") / "state"
    sample = load_site(ROOT / "site.yaml")
    where = replace(site(zone()), policy=sample.site.policy)
    things = together(*(stands("car", 0, 400, place=place) for place in PLACES), lambda _: (WALKER,))
    commands = tell(looks(things, until=100), where)
    place_of = {event.incident: event.box for event in commands.events}
    incidents = sorted(place_of, key=lambda incident: place_of[incident].x0)
    for n, (incident, judged) in enumerate(zip(incidents, JUDGED, strict=True)):
        word = Command(at=at(101 + n), id=f"c{n}", what=judged(incident), by="Li")
        after = tell((word,), where, world=commands.world)
        commands = replace(after, effects=commands.effects + after.effects)
    store = SqliteStore(state / "agent.db")
    store.commit(World(camera="c1", at=at(200)), (), commands.effects)
    store.close()
    keeper = SnapshotFolder(state / "evidence", camera="c1", model="5e" * 32, policy_sha256="ab" * 32)
    seen = (*(detection(place=place) for place in PLACES), WALKER)
    for request in commands.of(SaveSnapshot):
        image = np.full((*SIZE, 3), 90, np.uint8)
        keeper.save(request, Frame(at=request.at, image=image), seen=seen)
    return replace(sample, state=state)


def lines_of(folder: Path) -> dict[str, list[list[float]]]:
    """The label lines of every picture, by its name."""
    return {
        path.stem: [[float(each) for each in line.split()] for line in path.read_text().splitlines()]
        for path in sorted(folder.glob("labels/*/*.txt"))
    }


def test_a_data_set_in_both_forms(box: LoadedSite, tmp_path: Path) -> None:
    """Two confirmed and one that was not there; what was permitted or cancelled is left out. The forms say the same."""
    out = tmp_path / "set"
    written = export_reviewed(box, out)
    assert dict(written.judged) == {Judged.CONFIRMED: 2, Judged.REJECTED: 1}
    assert dict(written.left_out) == {"rejected for a reason that says nothing of the detector": 1}
    data: Any = YAML(typ="safe").load(out / "data.yaml")
    assert data == {"train": "images/train", "val": "images/train", "names": {0: "car", 1: "person"}}
    yolo = lines_of(out)
    coco = json.loads((out / "annotations/train.json").read_text())
    assert len(yolo) == len(coco["images"]) == sum(written.pictures.values()) > 0
    for image in coco["images"]:
        found = [each for each in coco["annotations"] if each["image_id"] == image["id"]]
        lines = yolo[Path(image["file_name"]).stem]
        assert len(found) == len(lines) == (6 if image["judged"] == "confirmed" else 5)
        assert sum(each["judged"] for each in found) == (1 if image["judged"] == "confirmed" else 0)
        for each, line in zip(found, lines, strict=True):
            left, top, wide, high = each["bbox"]
            assert each["category_id"] == line[0] + 1
            assert line[1] == pytest.approx((left + wide / 2) / SIZE[1], abs=1e-4)
            assert line[2] == pytest.approx((top + high / 2) / SIZE[0], abs=1e-4)
            assert (line[3], line[4]) == pytest.approx((wide / SIZE[1], high / SIZE[0]), abs=1e-4)
        picture = cv2.imread(str(out / "images/train" / image["file_name"]))
        assert picture is not None
        assert picture.shape == (*SIZE, 3)


def test_the_command_says_what_it_wrote(box: LoadedSite, tmp_path: Path) -> None:
    """And refuses a folder in use, a box without reviews, and to export nothing, in one sentence each."""
    run = CliRunner()
    common = ["--site", str(ROOT / "site.yaml"), "--state", str(box.state)]
    out = tmp_path / "set"
    done = run.invoke(app, ["export", str(out), "--reviewed", *common])
    assert done.exit_code == 0, done.output
    assert "incidents: 2 confirmed, 1 rejected" in done.output
    assert "left out: 1, rejected for a reason that says nothing of the detector" in done.output
    for folder, options, expected in (
        (out, ["--reviewed"], "found files in it, expected a new folder"),
        (tmp_path / "other", [], "expected --reviewed"),
    ):
        refused = run.invoke(app, ["export", str(folder), *options, *common])
        assert refused.exit_code == 1
        assert expected in refused.output


def test_a_box_without_judgements_has_no_data_set(box: LoadedSite, tmp_path: Path) -> None:
    """One sentence; no folder is made."""
    SqliteStore(tmp_path / "state" / "agent.db").close()
    with pytest.raises(BadInputError, match="found no confirmed or rejected incident"):
        export_reviewed(replace(box, state=tmp_path / "state"), tmp_path / "set")
    assert not (tmp_path / "set").exists()


CAR: Final = detection(place=KERB)
OTHER: Final = detection(place=KERB.moved(0.3, 0))


@pytest.mark.parametrize(
    ("seen", "judged", "expected"),
    [
        ((CAR, OTHER), Judged.CONFIRMED, [("car", True), ("car", False)]),
        ((CAR, OTHER), Judged.REJECTED, [("car", False)]),
        ((CAR,), Judged.REJECTED, []),
        ((OTHER,), Judged.CONFIRMED, None),  # the thing was missed in this picture
        ((CAR, replace(CAR, label="truck", score=0.5)), Judged.CONFIRMED, [("car", True)]),  # one thing, two names
        ((CAR, replace(CAR, label="stall")), Judged.REJECTED, []),  # what was judged, by another name
        ((CAR, replace(OTHER, score=0.2)), Judged.CONFIRMED, [("car", True)]),  # too unsure to be believed unseen
    ],
)
def test_what_a_judgement_says_of_a_picture(
    seen: tuple[Detection, ...], judged: Judged, expected: list[tuple[str, bool]] | None
) -> None:
    """Whose word stands behind which box."""
    labels = labels_of(seen, KERB, frozenset({"car", "truck"}), judged)
    assert (None if labels is None else [(each.label, each.judged) for each in labels]) == expected

"""From marks on the sample clip to a file beside the zones, and to what the box does by it."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.detect.trunk import Trunk, cut
from edge_agent.app.detect.judging import Judges
from edge_agent.app.stream.frames import FrameRing
from edge_agent.app.teach.examples import LEAST, ExampleFolder, Proposals
from edge_agent.app.teach.proposing import proposing
from edge_agent.app.teach.training import CANDIDATE, trained, used
from edge_agent.config.camera.taught_file import read_taught, taught_of
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.config.yaml.source import BadConfigError
from edge_agent.core.effects import LookAgain
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import LookedAgain, Witness
from edge_agent.core.geometry import Box
from edge_agent.core.teach.taught import Mark
from edge_agent.ports import Frame
from tests.architecture import ROOT
from tests.street import at, second_of
from tests.web.test_teaching import SITE, ZONE

MODEL = ROOT / "models" / "street.onnx"
RED = Box(0.1, 0.1, 0.3, 0.4)
GREEN = Box(0.5, 0.5, 0.7, 0.8)


def scene(seed: int) -> np.ndarray:
    """A grey place with a red and a green thing, a little other each time."""
    draws = np.random.default_rng(seed)
    picture = draws.normal(120, 12, (180, 320, 3))
    picture[20:70, 34:94] = (30, 30, 200 + draws.integers(0, 40))
    picture[92:142, 162:222] = (30, 200 + draws.integers(0, 40), 30)
    return np.clip(picture, 0, 255).astype(np.uint8)


def marked(folder: ExampleFolder, count: int = 5) -> None:
    """Red things are garbage, green ones allowed; each at a moment of its own."""
    for each in range(count):
        folder.add(Mark.GARBAGE, scene(each), RED, at(20 * each), "clip")
        folder.add(Mark.ALLOWED, scene(each), GREEN, at(20 * each), "clip")


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedSite:
    """A site of one camera that was not taught anything."""
    (tmp_path / "site.yaml").write_text(SITE, encoding="utf-8")
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones" / "campus.yaml").write_text(ZONE, encoding="utf-8")
    return load_site(tmp_path / "site.yaml")


def test_marks_become_a_classifier_that_the_site_reads(loaded: LoadedSite, tmp_path: Path) -> None:
    """Trained, put beside the zones, read again as it was; the policy's hash tells of it."""
    folder = ExampleFolder(loaded.state, "campus")
    with pytest.raises(BadInputError, match="nothing is taught yet"):
        used(loaded, "campus", folder)
    marked(folder)
    taught = trained(loaded, "campus", folder, SystemClock().now())
    assert taught.accuracy.right == {Mark.ALLOWED: (5, 5), Mark.GARBAGE: (5, 5)}
    put = used(loaded, "campus", folder)
    assert put.missing == "cameras.campus.taught: zones/campus.taught.json"
    assert put.path.stat().st_size < 200_000
    (tmp_path / "site.yaml").write_text(f"{SITE}    taught: zones/campus.taught.json\n", encoding="utf-8")
    again = load_site(tmp_path / "site.yaml")
    known = again.site.taught["campus"]
    assert (known.examples, known.model, known.accuracy.balanced) == (taught.examples, taught.model, 1.0)
    assert again.site.policy.sha256 != loaded.site.policy.sha256
    assert again.site.policy.taught == (("campus", known.sha256),)
    judges, unseen = Judges(MODEL), scene(99)
    for box, mark in ((RED, Mark.GARBAGE), (GREEN, Mark.ALLOWED)):
        judgement = judges.judge(known, lambda: unseen, box)
        assert judgement is not None
        assert (judgement.mark, {each.mark for each in judgement.nearest}) == (mark, {mark})


def test_what_cannot_be_told_apart_may_not_be_used(loaded: LoadedSite) -> None:
    """The same thing by two names: said in one sentence, and nothing is put beside the zones."""
    folder = ExampleFolder(loaded.state, "campus")
    for each in range(6):
        folder.add(Mark.GARBAGE if each % 2 else Mark.ALLOWED, scene(each), RED, at(20 * each), "clip")
        folder.add(Mark.ALLOWED if each % 2 else Mark.GARBAGE, scene(each + 50), RED, at(20 * each + 200), "clip")
    trained(loaded, "campus", folder, SystemClock().now())
    with pytest.raises(BadInputError, match="balanced accuracy on other moments"):
        used(loaded, "campus", folder)
    assert not list(loaded.files[0].parent.glob("zones/*.json"))


def test_examples_are_kept_renamed_forgotten_and_exported(tmp_path: Path) -> None:
    """A crop with its surroundings, once; what is allowed is a picture without boxes."""
    folder = ExampleFolder(tmp_path / "state", "c1")
    first = folder.add(Mark.GARBAGE, scene(1), RED, at(0), "clip")
    assert folder.add(Mark.GOODS, scene(1), RED, at(0), "clip").example.id == first.example.id
    folder.add(Mark.ALLOWED, scene(1), GREEN, at(0), "clip")
    assert [each.example.mark for each in folder.all()] == [Mark.GOODS, Mark.ALLOWED]
    inside, whole = folder.all()[0], folder.picture(folder.all()[0])
    high, wide = whole.shape[:2]
    assert inside.within.width * wide == pytest.approx(RED.width * 320, abs=1)
    assert inside.within.height * high == pytest.approx(RED.height * 180, abs=1)
    assert folder.export(tmp_path / "set") == 2
    rows = {path.stem: path.read_text() for path in (tmp_path / "set" / "train" / "labels").iterdir()}
    assert min(map(len, rows.values())) == 0
    assert rows[first.example.id].startswith("1 ")
    exported = cv2.imread(str(tmp_path / "set" / "train" / "images" / f"{first.example.id}.png"))
    assert exported is not None
    assert np.array_equal(exported, whole)
    with pytest.raises(BadInputError, match="found 0 that begin so, expected one of 2"):
        folder.forget("zz")
    folder.forget(first.example.id[:6])
    assert len(folder.all()) == 1


def test_what_is_no_example_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """A box of a few pixels, one beside the picture, a damaged list."""
    folder = ExampleFolder(tmp_path, "c1")
    for box in (Box(0.1, 0.1, 0.101, 0.2), Box(1.2, 0.1, 1.4, 0.4)):
        with pytest.raises(BadInputError, match=f"expected at least {LEAST}x{LEAST}"):
            folder.add(Mark.GOODS, scene(1), box, at(0), "clip")
    folder.folder.mkdir(parents=True)
    (folder.folder / "examples.jsonl").write_text('{"id": "a"}\n')
    with pytest.raises(BadInputError, match=r"damaged \('mark'\)"):
        folder.all()


def test_a_damaged_or_foreign_file_is_a_problem_of_the_site(loaded: LoadedSite, tmp_path: Path) -> None:
    """Of another camera, of another version, cut off: in one sentence each, at the place that names it."""
    folder = ExampleFolder(loaded.state, "campus")
    marked(folder)
    trained(loaded, "campus", folder, SystemClock().now())
    content = (folder.folder / CANDIDATE).read_bytes()
    with pytest.raises(BadInputError, match="was taught on camera 'campus', expected 'other'"):
        read_taught(folder.folder / CANDIDATE, "other")
    data = json.loads(content)
    for bad, why in (
        (content[:500], "damaged"),
        (b"[" * 100_000, "damaged"),
        (json.dumps(data | {"version": 2}).encode(), "version 2, expected 1"),
        (json.dumps(data | {"bias": data["mean"]}).encode(), "damaged"),
        (json.dumps(data | {"weights": "AAAA"}).encode(), "damaged"),
    ):
        with pytest.raises(BadInputError, match=why):
            taught_of(bad, "file")
    (tmp_path / "zones" / "campus.taught.json").write_bytes(content[:500])
    (tmp_path / "site.yaml").write_text(f"{SITE}    taught: zones/campus.taught.json\n", encoding="utf-8")
    with pytest.raises(BadConfigError, match=r"cameras\.campus\.taught: .*damaged"):
        load_site(tmp_path / "site.yaml")


def test_a_classifier_of_another_model_is_not_asked(loaded: LoadedSite, caplog: pytest.LogCaptureFixture) -> None:
    """Its numbers mean nothing there; it is said once."""
    folder = ExampleFolder(loaded.state, "campus")
    marked(folder)
    taught = trained(loaded, "campus", folder, SystemClock().now())
    (folder.folder / CANDIDATE).write_text((folder.folder / CANDIDATE).read_text().replace(taught.model, "0" * 64))
    foreign = read_taught(folder.folder / CANDIDATE, "campus")
    judges = Judges(MODEL)
    assert [judges.judge(foreign, lambda: scene(1), RED) for _ in range(2)] == [None, None]
    assert [record.message.split(":")[0] for record in caplog.records] == ["camera campus"]


def test_the_trunk_is_cut_out_of_the_models_own_file() -> None:
    """Without its heads it is smaller, gives four layers, and describes the same crop the same way."""
    content, layers = cut(MODEL.read_bytes(), "street.onnx")
    assert (len(layers), len(content) < MODEL.stat().st_size) == (4, True)
    trunk = Trunk(MODEL)
    rows = trunk.describe([scene(1), scene(1)])
    assert rows.shape[0] == 2
    assert np.array_equal(rows[0], rows[1])
    with pytest.raises(BadInputError, match="no trunk is found in it"):
        cut(b"\x08\x08", "no.onnx")


def test_what_the_witnesses_disagree_about_is_proposed_and_taken_by_a_person(tmp_path: Path) -> None:
    """The crop of the very place, as what the classifier took it for; a person says what it is."""
    ring = FrameRing()
    ring.keep(Frame(at=at(30), image=scene(1)))
    request = LookAgain(at=at(30), case="case-1", kind="exposed_garbage", labels=frozenset({"garbage"}), box=RED)
    heard = (
        Witness(name="detector", says=0.9, weight=1.0),
        Witness(name="taught", says=0.1, weight=1.0, mark="allowed"),
    )
    answer = LookedAgain(at=at(30), case="case-1", confirmed=False, agreed=3, of=3, witnesses=heard)
    proposing(tmp_path, "c1", ring)(request, answer)
    proposals, examples = Proposals(tmp_path, "c1"), ExampleFolder(tmp_path, "c1")
    (proposed,) = proposals.all()
    assert (proposed.example.mark, proposed.source, examples.all()) == (Mark.ALLOWED, "case-1", ())
    taken = proposals.take(proposed.example.id[:5], Mark.GARBAGE, examples)
    assert (taken.example.mark, taken.example.at, proposals.all()) == (Mark.GARBAGE, at(30), ())
    picture, middle = examples.picture(taken), taken.within.centre
    blue, green, red = picture[int(middle.y * picture.shape[0]), int(middle.x * picture.shape[1])].tolist()
    assert red > 5 * max(blue, green)


def test_the_newest_proposals_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest goes, with its picture."""
    monkeypatch.setattr("edge_agent.app.teach.examples.MOST", 3)
    proposals = Proposals(tmp_path, "c1")
    for each in range(5):
        proposals.propose(Mark.GOODS, scene(each), RED, at(each), "case")
    assert [second_of(each.example.at) for each in proposals.all()] == [2, 3, 4]
    assert len(list(proposals.folder.glob("*.png"))) == 3

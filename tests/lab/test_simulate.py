"""`python -m lab.simulate`: a folder on which the other commands work at once."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Final

from edge_agent.config.truth_file import read_truth
from lab.simulate import app
from tests.cli.streets import CAR, done, events_in_output, refused
from tests.lab.simulation.test_street_file import STREET
from tests.tiny_models import save_constant

NAMES: Final = "{0: 'person', 1: 'car', 2: 'table'}"


def simulated(folder: Path, *words: str) -> str:
    """A folder of simulated days, beside a model that its site can name."""
    folder.mkdir()
    save_constant(folder / "street.onnx", CAR, metadata={"names": NAMES})
    (folder / "street.yaml").write_text(STREET, encoding="utf-8")
    return done(folder / "street.yaml", "--out", folder / "out", "--model", folder / "street.onnx", *words, command=app)


def test_the_other_commands_work_on_what_it_writes(tmp_path: Path) -> None:
    """`check` accepts the site, `replay` folds the log, and the truth knows the site's zones."""
    output = simulated(tmp_path / "a", "--days", "2").splitlines()
    out = tmp_path / "a" / "out"
    assert len(output) == 3
    assert "c1-2026-11-02.detections.jsonl.gz: 14" in output[1]
    assert "no problems" in done("check", out / "site.yaml")
    day = out / "c1-2026-11-02.detections.jsonl.gz"
    truth = read_truth(out / "c1-2026-11-02.truth.yaml")
    assert truth.clip == day.name
    assert {(each.zone, each.kind) for each in truth.incidents} <= {
        ("kerb", "illegal_parking"),
        ("kerb", "prohibited_stall"),
    }
    events = events_in_output(done("replay", "--log", day, "--site", out / "site.yaml", "--json"))
    assert {event["camera"] for event in events} == {"c1"}


def test_a_seed_gives_the_same_bytes_and_another_gives_others(tmp_path: Path) -> None:
    """Log and truth, also over what lies there."""

    def files(name: str, seed: str) -> dict[str, bytes]:
        simulated(tmp_path / name, "--seed", seed)
        return {path.name: path.read_bytes() for path in sorted((tmp_path / name / "out").iterdir())}

    first, again, other = files("a", "5"), files("b", "5"), files("c", "6")
    assert first == again
    log = "c1-2026-11-02.detections.jsonl.gz"
    assert gzip.decompress(first[log]) != gzip.decompress(other[log])
    street, model = tmp_path / "a" / "street.yaml", tmp_path / "a" / "street.onnx"
    done(street, "--out", tmp_path / "a" / "out", "--model", model, "--seed", "6", command=app)
    assert (tmp_path / "a" / "out" / log).read_bytes() == other[log]


def test_a_street_that_cannot_be_is_refused(tmp_path: Path) -> None:
    """In one sentence that names the place."""
    broken = tmp_path / "street.yaml"
    broken.write_text(STREET.replace("recall: 0.85", "recall: 85"), encoding="utf-8")
    assert "recall: expected a share from 0 to 1, got 85" in refused(broken, "--out", tmp_path / "out", command=app)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """It is the disk's affair, and no crash."""
    (tmp_path / "street.yaml").write_text(STREET, encoding="utf-8")
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    assert "cannot be written" in refused(tmp_path / "street.yaml", "--out", tmp_path / "out", command=app)

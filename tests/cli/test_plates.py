"""``edge-agent plates``: what a person types, and reads."""

from __future__ import annotations

from pathlib import Path

import cv2

from edge_agent.core.plate.identity import is_hash
from tests.adapters.plates.drawn import ARMY, vehicle
from tests.architecture import ROOT
from tests.cli.streets import done, refused

SITE = ROOT / "site.yaml"


def test_a_plate_is_known_by_one_hash(tmp_path: Path) -> None:
    """The same each time on one box, however it is written; another on another box."""
    here = done("plates", "hash", "苏D12345", "--site", SITE, "--state", tmp_path / "a")
    assert is_hash(here.strip())
    assert done("plates", "hash", "苏d·12345", "--site", SITE, "--state", tmp_path / "a") == here
    assert done("plates", "hash", "苏D12345", "--site", SITE, "--state", tmp_path / "b") != here


def test_what_is_no_plate_has_no_hash(tmp_path: Path) -> None:
    """One sentence, and no key is made for it."""
    error = refused("plates", "hash", "STOP", "--site", SITE, "--state", tmp_path / "a")
    assert "plate 'STOP': no plate of mainland China, expected one such as 苏D12345" in error
    assert not (tmp_path / "a").exists()


def test_pictures_of_a_vehicle_are_read(tmp_path: Path) -> None:
    """Two that agree; one alone proves nothing; what is no picture is named."""
    files = [tmp_path / f"{seed}.png" for seed in range(2)]
    for seed, path in enumerate(files):
        assert cv2.imwrite(str(path), vehicle(seed=seed))
    output = done("plates", "read", *files, "--site", SITE)
    assert output.startswith(f"plate: {ARMY} (")
    assert ", 2 looks)\nvehicle: " in output
    assert done("plates", "read", files[0], "--site", SITE).startswith("plate: none on which two pictures agree\n")
    assert "none.png: cannot be read as a picture" in refused("plates", "read", tmp_path / "none.png", "--site", SITE)

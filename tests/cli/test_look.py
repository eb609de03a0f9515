"""``edge-agent look``: one picture to draw zones by."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from edge_agent.cli.commands import app

SITE = Path(__file__).parents[2] / "site.yaml"


def test_a_picture_is_taken(tmp_path: Path) -> None:
    """As large as the camera gives it, with the van's zone in red and a grid of tenths."""
    out = tmp_path / "look.jpg"
    done = CliRunner().invoke(app, ["look", str(SITE), "--out", str(out)])
    assert done.exit_code == 0
    assert done.output.startswith(f"{out}: camera campus, 768x576, ")
    picture = cv2.imread(str(out))
    assert picture is not None
    assert picture.shape == (576, 768, 3)
    kerb = picture[60:108, 640:730].astype(int)
    assert (kerb[..., 2] - kerb[..., 0]).mean() > 15
    column, beside = round(0.4 * 768), round(0.4 * 768) + 6
    assert np.abs(picture[:, column].astype(int) - picture[:, beside].astype(int)).mean() > 20


def test_a_camera_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence, without the login in its address."""
    (tmp_path / "zones.yaml").write_text(
        "version: 1\ncamera: c1\nzones:\n  - id: z\n    polygon: [[0, 0], [1, 0], [1, 1]]\n"
        "    kinds: {illegal_parking: {}}\n",
        encoding="utf-8",
    )
    (tmp_path / "site.yaml").write_text(
        f'version: 1\nagent: a\nadcode: "320402"\ntimezone: UTC\nmodel: {SITE.parent}/models/street.onnx\n'
        "cameras: {c1: {source: {env: CAMERA}, zones: zones.yaml}}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("CAMERA", "rtsp://admin:secret@127.0.0.1:9/sub")
    done = CliRunner().invoke(app, ["look", str(tmp_path / "site.yaml"), "--out", str(tmp_path / "look.jpg")])
    assert done.exit_code == 1
    assert "127.0.0.1:9" in done.output
    assert "secret" not in done.output
    assert len(done.output.splitlines()) == 1
    assert not (tmp_path / "look.jpg").exists()


def test_a_picture_that_cannot_be_written_is_refused() -> None:
    """In one sentence."""
    done = CliRunner().invoke(app, ["look", str(SITE), "--out", "/proc/look.jpg"])
    assert (done.exit_code, done.output.strip()) == (1, "/proc/look.jpg: cannot be written: No such file or directory")

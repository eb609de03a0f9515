"""``edge-agent init``: a folder to start from, and the files that are shipped."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edge_agent.cli.commands import app
from edge_agent.config.site import shipped as shipped_files
from edge_agent.config.site.loading import load_site
from edge_agent.config.site.shipped import shipped
from edge_agent.core.errors import OutsideError

ADDRESS = "rtsp://user:secret@192.0.2.10/sub"


def test_its_site_passes_check_and_asks_for_a_camera(tmp_path: Path) -> None:
    """Nothing but the camera's address is missing, and it says how to give it."""
    folder = tmp_path / "new" / "site"
    made = CliRunner().invoke(app, ["init", str(folder)])
    assert made.exit_code == 0, made.output
    assert "export CAMERA_STREET=" in made.output
    checked = CliRunner().invoke(app, ["check", str(folder / "site.yaml")], env={"CAMERA_STREET": ADDRESS})
    assert checked.exit_code == 0, checked.output
    assert "no problems" in checked.output


def test_a_login_is_kept_where_only_its_owner_may_read_it(tmp_path: Path) -> None:
    """It stands neither in the site nor in what is printed."""
    made = CliRunner().invoke(app, ["init", str(tmp_path / "s"), "--camera", ADDRESS])
    assert made.exit_code == 0, made.output
    assert "secret@" not in made.output + (tmp_path / "s" / "site.yaml").read_text(encoding="utf-8")
    secret = tmp_path / "s" / "secrets" / "street.url"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(secret.parent.stat().st_mode) == 0o700
    source = load_site(tmp_path / "s" / "site.yaml").cameras["street"].source
    assert "192.0.2.10" not in repr(source)


@pytest.mark.parametrize("address", ["foo", "http://user:secret@192.0.2.10/", "rtsp://192.0.2.10:99999/"])
def test_an_address_that_is_none_is_refused_and_not_shown(tmp_path: Path, address: str) -> None:
    """And nothing is written."""
    made = CliRunner().invoke(app, ["init", str(tmp_path / "s"), "--camera", address])
    assert made.exit_code == 1
    assert "expected rtsp://host/path" in made.output
    assert "secret" not in made.output
    assert not (tmp_path / "s").exists()


def test_a_used_folder_is_left_alone(tmp_path: Path) -> None:
    """Nothing is overwritten, not even by a file that would not be in the way."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    made = CliRunner().invoke(app, ["init", str(tmp_path)])
    assert made.exit_code == 1
    assert "expected a new or empty folder, found files in it" in made.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """One sentence."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    made = CliRunner().invoke(app, ["init", str(tmp_path / "file")])
    assert made.exit_code == 1
    assert "expected a folder" in made.output


def test_an_installation_that_lacks_a_file_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than to end in a traceback."""
    monkeypatch.setattr(shipped_files, "_FOLDERS", (tmp_path,))
    with pytest.raises(OutsideError, match="install edge-agent anew"):
        shipped("models/street.onnx")

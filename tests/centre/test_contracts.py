"""The centre's import contracts catch a violation planted in a copy of the packages."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.architecture import ROOT


@pytest.mark.parametrize(
    ("path", "code", "contract"),
    [
        ("web/queue.py", "import edge_agent.core", "The centre knows the boxes by their contract alone"),
        ("ingest/keep.py", "import centre.web.queue", "The centre's dependencies point inwards"),
        ("contract/topics.py", "import socket", "What the centre counts and reads does no IO"),
    ],
)
def test_a_planted_import_is_caught(tmp_path: Path, path: str, code: str, contract: str) -> None:
    """Each contract names itself as broken."""
    for package in ("edge_agent", "centre"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "centre" / path).open("a", encoding="utf-8") as file:
        file.write(f"\n{code}\n")
    linter = Path(sysconfig.get_path("scripts")) / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert f"{contract} BROKEN" in done.stdout

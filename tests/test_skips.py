"""A skip that is not on the list fails the run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONFTEST = "from tests.conftest import pytest_configure\n"


def run_of(tmp_path: Path, reason: str, *options: str) -> subprocess.CompletedProcess[str]:
    """One test that is skipped for ``reason``, run under this project's settings."""
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    test = f"import pytest\n\ndef test_it():\n    pytest.skip({reason!r})\n"
    (tmp_path / "test_it.py").write_text(test, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), *options]
    return subprocess.run([*command, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("options", [(), ("--numprocesses", "1")], ids=["alone", "with workers"])
def test_another_reason_fails_the_run(tmp_path: Path, options: tuple[str, ...]) -> None:
    """And is named; also where a worker has skipped it."""
    run = run_of(tmp_path, "no time today", *options)
    assert run.returncode == 1, run.stdout
    assert "not on the list in tests/skips.py" in run.stdout
    assert "no time today" in run.stdout


def test_an_allowed_reason_does_not(tmp_path: Path) -> None:
    """A run in which all is skipped for a good reason is green."""
    assert run_of(tmp_path, "root may write everything").returncode == 0

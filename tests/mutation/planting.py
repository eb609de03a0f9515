"""Plants a bug in a copy of the package and runs a law against it.

The copy holds the package and the tests, so that the law imports the spoilt core. Hypothesis does not look for the
smallest example there: that it finds one is enough.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.architecture import ROOT

CONFTEST: Final = """
from hypothesis import Phase, settings
settings.register_profile(
    "planted", derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
)
settings.load_profile("planted")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """``wrong`` in the place of ``right``, which stands once in ``file``; ``law`` must catch it."""

    name: str
    file: str
    right: str
    wrong: str
    law: str


def copy_of_the_tree(folder: Path) -> Path:
    """The package and its tests, compiled as far as they are here, to be spoilt."""
    for part in ("edge_agent", "lab", "tests"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("*.pyc.*"))  # those being written
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "tests" / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    return folder


@contextmanager
def planted(tree: Path, bug: Bug) -> Iterator[None]:
    """The bug in the copy for the length of a ``with`` block; the line it spoils must still be there, once."""
    path = tree / "edge_agent" / bug.file
    source = path.read_text(encoding="utf-8")
    assert source.count(bug.right) == 1, f"{bug.file}: expected once, found {source.count(bug.right)}: {bug.right}"
    path.write_text(source.replace(bug.right, bug.wrong), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(source, encoding="utf-8")


def caught(tree: Path, bug: Bug) -> None:
    """Planted, the law fails; and by an assertion or the core's own refusal, not for want of an import."""
    with planted(tree, bug):
        status, output = outcome(tree, bug.law)
    assert status == 1, output
    assert "ImportError" not in output
    assert "SyntaxError" not in output


def outcome(tree: Path, law: str) -> tuple[int, str]:
    """The exit status of pytest for one law in the copy (0 passed, 1 failed), and what it wrote."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--assert=plain", f"tests/{law}"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        # Without plugins: to load them takes longer than most laws do.
        env=dict.fromkeys(("PYTHONDONTWRITEBYTECODE", "PYTEST_DISABLE_PLUGIN_AUTOLOAD"), "1")
        | {"PYTHONPATH": str(tree), "PATH": ""},
    )
    return done.returncode, done.stdout + done.stderr

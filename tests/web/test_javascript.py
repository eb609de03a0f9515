"""The pages' JavaScript is type-checked and linted as the Python is; nothing that checks it is shipped."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.architecture import ROOT

HERE: Final = Path(__file__).parent / "javascript"
PAGES: Final = [*ROOT.glob("edge_agent/web/static/*.js"), *ROOT.glob("centre/web/static/*.js")]


def tool(name: str) -> str:
    """The path of one of the checkers; skips where ``make page-tools`` has not installed them."""
    path = shutil.which(name, path=HERE / "node_modules" / ".bin")
    if path is None:
        pytest.skip("the checkers of the pages' JavaScript are not installed")
    return path


def test_the_types_of_the_studio_are_right() -> None:
    """By TypeScript, from the code and what its comments say; the console's few lines are linted only."""
    done = subprocess.run([tool("tsc"), "--project", HERE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_name_that_does_not_exist_is_found(tmp_path: Path) -> None:
    """The declarations of the pages are loose where the HTML decides, and nowhere else."""
    page = tmp_path / "page.js"
    page.write_text('document.getElementById("a").valeu;\n')
    words: list[str | Path] = [
        tool("tsc"),
        "--allowJs",
        "--checkJs",
        "--noEmit",
        "--skipLibCheck",
        "--lib",
        "es2023,dom",
        "--types",
        "",
    ]
    done = subprocess.run([*words, HERE / "page.d.ts", page], capture_output=True, text=True, check=False)
    assert "Property 'valeu' does not exist" in done.stdout


def test_the_pages_are_linted() -> None:
    """By ESLint's recommended rules, and ours."""
    words: list[str | Path] = [tool("eslint"), "--config", HERE / "eslint.config.js", "--max-warnings", "0", *PAGES]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout

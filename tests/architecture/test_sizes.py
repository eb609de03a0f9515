"""A file is one idea: 300 lines at most, 40 for a function, and a name that says something.

There is no list of exceptions on purpose: a file that outgrows the limit is two ideas.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.architecture import ROOT

FILE_LIMIT: Final = 300
FUNCTION_LIMIT: Final = 40
EMPTY_NAMES: Final = frozenset({"base", "common", "helper", "helpers", "manager", "managers", "util", "utils"})
DATA_FOLDERS: Final = ("calibration", "models", "sample_videos", "zones")


def sources(*folders: Path) -> Iterator[Path]:
    """Every Python file below the folders, in order."""
    for folder in folders:
        yield from sorted(folder.rglob("*.py"))


def long_files(*folders: Path) -> list[str]:
    """The files over the limit, with their length."""
    counted = ((path, len(path.read_text(encoding="utf-8").splitlines())) for path in sources(*folders))
    return [f"{path}: {lines} lines" for path, lines in counted if lines > FILE_LIMIT]


def long_functions(*folders: Path) -> list[str]:
    """The functions over the limit, from `def` to their last line."""
    return [
        f"{path}:{node.lineno} {node.name}: {lines} lines"
        for path in sources(*folders)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LIMIT
    ]


def empty_names(*folders: Path) -> list[str]:
    """The files and folders whose name tells nothing about what is in them."""
    return [
        str(path)
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if "node_modules" not in path.parts
        and (path.is_dir() or path.suffix == ".py")
        and EMPTY_NAMES & set(path.stem.lower().split("_"))
    ]


def test_no_file_is_longer_than_300_lines() -> None:
    """One file, one idea."""
    assert long_files(ROOT / "edge_agent", ROOT / "centre", ROOT / "tests", ROOT / "lab") == []


def test_no_function_is_longer_than_40_lines() -> None:
    """One function, one step."""
    assert long_functions(ROOT / "edge_agent", ROOT / "centre", ROOT / "lab") == []


def test_every_file_is_named_for_what_it_holds() -> None:
    """No drawer for odds and ends."""
    assert empty_names(ROOT / "edge_agent", ROOT / "centre", ROOT / "tests", ROOT / "lab") == []


def test_the_data_folders_hold_no_python() -> None:
    """Models, zones, calibrations and clips are read, never imported (docs/adr/0001)."""
    assert list(sources(*(ROOT / folder for folder in DATA_FOLDERS))) == []


@pytest.mark.parametrize(("lines", "caught"), [(FILE_LIMIT, 0), (FILE_LIMIT + 1, 1)])
def test_a_long_file_is_caught(tmp_path: Path, lines: int, caught: int) -> None:
    """300 lines pass, 301 do not."""
    (tmp_path / "story.py").write_text("x = 1\n" * lines, encoding="utf-8")
    assert len(long_files(tmp_path)) == caught


@pytest.mark.parametrize(("body", "caught"), [(FUNCTION_LIMIT - 1, 0), (FUNCTION_LIMIT, 1)])
def test_a_long_function_is_caught(tmp_path: Path, body: int, caught: int) -> None:
    """A method counts like a function: 40 lines with its `def` pass, 41 do not."""
    text = "class Story:\n    def tell(self):\n" + "        x = 1\n" * body
    (tmp_path / "story.py").write_text(text, encoding="utf-8")
    assert len(long_functions(tmp_path)) == caught


@pytest.mark.parametrize("name", ["utils.py", "zone_helpers.py", "speaker_manager.py", "base.py", "common"])
def test_an_empty_name_is_caught(tmp_path: Path, name: str) -> None:
    """`utils` and its friends, alone or as a part of a longer name, files and folders alike."""
    planted = tmp_path / name
    planted.touch() if planted.suffix else planted.mkdir()
    (tmp_path / "database.py").touch()
    assert empty_names(tmp_path) == [str(planted)]

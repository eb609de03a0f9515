"""The planted bugs of `tests/mutation`, which takes hours, can still be planted; and what is decided in one place."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

from tests.architecture import ROOT
from tests.mutation.planting import Bug

FOLDER: Final = ROOT / "tests" / "mutation"
BUGS: Final = [
    bug
    for path in sorted(FOLDER.glob("test_*.py"))
    for bug in import_module(f"tests.mutation.{path.stem}").BUGS
    if isinstance(bug, Bug)
]
WAITS: Final = frozenset({"leave_grace", "missing", "missed_looks", "moved_for", "out_of_sight", "resume_window"})
GONE: Final = Path("core/track/gone.py")
COUNTS: Final = Path("core/track/presence.py")


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_what_a_bug_spoils_stands_once_in_its_file(bug: Bug) -> None:
    """And the law that is to catch it is there."""
    source = (ROOT / "edge_agent" / bug.file).read_text(encoding="utf-8")
    assert source.count(bug.right) == 1
    path, _, test = bug.law.partition("::")
    assert f"def {test.partition('[')[0]}" in (ROOT / "tests" / path).read_text(encoding="utf-8")


def deciding(source: str) -> list[str]:
    """The waits that end in "gone", and counts of missed looks, that are compared, or reckoned with: their names."""
    operands: list[ast.expr] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            operands += [node.left, *node.comparators]
        elif isinstance(node, ast.BinOp):
            operands += [node.left, node.right]
    return [each.attr for each in operands if isinstance(each, ast.Attribute) and each.attr in WAITS]


def test_only_one_module_decides_when_a_thing_is_gone() -> None:
    """Others hand it the waits of their rules, and count the looks."""
    core = ROOT / "edge_agent" / "core"
    deciders = {
        path.relative_to(core.parent): deciding(path.read_text(encoding="utf-8")) for path in core.rglob("*.py")
    }
    assert {path for path, names in deciders.items() if names} == {GONE, COUNTS}
    assert deciders[COUNTS] == ["missed_looks"]


@pytest.mark.parametrize(
    "source", ["if presence.missed >= rule.leave_grace: pass", "at = last + rule.resume_window", "x.missed_looks > 3"]
)
def test_a_second_place_is_found(source: str) -> None:
    """However it asks."""
    assert deciding(source)

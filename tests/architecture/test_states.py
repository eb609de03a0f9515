"""Only the ladder makes a state of a case."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

from edge_agent.core.incident.ladder import take
from edge_agent.core.incident.ladder_states import State

PACKAGE = Path(__file__).parents[2] / "edge_agent"
STATES = {state.__name__ for state in get_args(State)}


def made_in(source: str) -> set[str]:
    """The states of the ladder that a module's code makes."""
    calls = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return {call.id for call in calls if isinstance(call, ast.Name)} & STATES


def test_no_other_module_makes_a_state() -> None:
    """The table is executed, so it is whole: whoever made a state himself would go round it."""
    ladder = Path(take.__code__.co_filename)
    others = (path for path in PACKAGE.rglob("*.py") if path != ladder)
    assert {path.name: made for path in others if (made := made_in(path.read_text(encoding="utf-8")))} == {}


def test_one_that_did_would_be_caught() -> None:
    """As a pattern it is no making."""
    assert made_in("case = replace(case, state=Cancelled())") == {"Cancelled"}
    assert made_in("match state:\n    case Cancelled():\n        pass") == set()

"""Each law of held looks catches the bug that it is there for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.mutation.planting import Bug, caught

LAW: Final = "laws/test_held_looks.py"
FILE: Final = "core/detect/unchanged.py"

BUGS: Final = (
    Bug(
        name="what_was_seen_holds_for_ever",
        file=FILE,
        right="<= at - last.at <= FULL - sweep",
        wrong="<= at - last.at",
        law=f"{LAW}::test_nothing_is_held_for_long_and_nothing_is_decided_by_it",
    ),
    Bug(
        name="a_change_must_be_a_large_one",
        file=FILE,
        right="CHANGE: Final = 16.0",
        wrong="CHANGE: Final = 160.0",
        law=f"{LAW}::test_the_incidents_are_those_of_looking_always",
    ),
)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_law_catches_its_bug(bug: Bug, tree: Path) -> None:
    """Once it is planted."""
    caught(tree, bug)

"""What is wrong with the files somebody wrote: every problem at once, each with its place.

A person mends a file in an editor, so a problem is a place and one sentence::

    zones/c1.yaml:7:5 zones[0].polygon: found 2 points, expected at least 3
    ─────file──── │ │ ──────field─────  ────found────  ────expected───
               line column
"""

from __future__ import annotations

from dataclasses import dataclass

from edge_agent.core.errors import BadInputError
from edge_agent.core.printable import printable_line


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one place; ``line`` and ``column`` count from 1, ``field`` may be empty."""

    file: str
    line: int
    column: int
    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        """The place, what was found there and what was expected, on one line that can be shown."""
        place = f"{self.file}:{self.line}:{self.column}"
        where = f"{place} {self.field}" if self.field else place
        return printable_line(f"{where}: found {self.found}, expected {self.expected}")


class BadConfigError(BadInputError):
    """The configuration cannot be used; carries all its problems, sorted by place."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Sort ``problems`` so that they read like the files."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

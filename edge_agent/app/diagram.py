"""The picture of the ladder in its document, drawn from the ladder's own table.

``make docs`` (``python -m edge_agent.app.diagram docs/ladder.md``) renews it; a test fails while it is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_agent.core.ladder import EDGES

if TYPE_CHECKING:
    from collections.abc import Iterable

BEGIN: Final = "<!-- drawn from edge_agent/core/ladder.py by `make docs` -->\n"
END: Final = "<!-- end of the drawing -->\n"


def diagram(edges: Iterable[tuple[type, type]]) -> str:
    """A state diagram in Mermaid's language, one line an edge, in the alphabet's order."""
    arrows = sorted(f"    {before.__name__} --> {after.__name__}" for before, after in edges)
    return "\n".join(("```mermaid", "stateDiagram-v2", "    [*] --> Candidate", *arrows, "```", ""))


def renewed(text: str) -> str:
    """A document with the diagram between its two marks drawn anew; raises ValueError where they are missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        msg = f"document: expected the lines {BEGIN.strip()!r} and {END.strip()!r}, found at most one"
        raise ValueError(msg)
    return before + BEGIN + diagram(EDGES) + END + after


def main(path: Path) -> None:
    """Renew the diagram in one file."""
    path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

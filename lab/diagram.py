"""The pictures of the ladder and of a work order in their document, drawn from the code's own tables.

``make docs`` (``python -m lab.diagram docs/ladder.md``) renews it; a test fails while it is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_agent.core.feed import work_orders
from edge_agent.core.incident import ladder

if TYPE_CHECKING:
    from collections.abc import Iterable

BEGIN: Final = "<!-- drawn from edge_agent/core/incident/ladder.py by `make docs` -->\n"
ORDERS: Final = "<!-- drawn from edge_agent/core/feed/work_orders.py by `make docs` -->\n"
END: Final = "<!-- end of the drawing -->\n"


def diagram(edges: Iterable[tuple[type | str, type | str]], *, start: str = "Candidate") -> str:
    """A state diagram in Mermaid's language, one line an edge, in the alphabet's order."""
    arrows = sorted(f"    {_name(before)} --> {_name(after)}" for before, after in edges)
    return "\n".join(("```mermaid", "stateDiagram-v2", f"    [*] --> {start}", *arrows, "```", ""))


def renewed(text: str) -> str:
    """A document with both diagrams between their marks drawn anew; raises ValueError where they are missing."""
    drawn = _between(text, BEGIN, diagram(ladder.EDGES))
    return _between(drawn, ORDERS, diagram(work_orders.EDGES, start=work_orders.OrderStatus.OPENED))


def _between(text: str, mark: str, picture: str) -> str:
    before, begin, rest = text.partition(mark)
    _, end, after = rest.partition(END)
    if not begin or not end:
        msg = f"document: expected the lines {mark.strip()!r} and {END.strip()!r}, found at most one"
        raise ValueError(msg)
    return before + mark + picture + END + after


def _name(state: type | str) -> str:
    return state if isinstance(state, str) else state.__name__


def main(path: Path) -> None:
    """Renew the diagrams in one file."""
    path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""The figures of a report: a score as a table, each share with the range it may really have."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from edge_agent.adapters.reports.words import FIGURES, both

if TYPE_CHECKING:
    from edge_agent.core.certainty import Share
    from edge_agent.core.scoring import Score


def figures_table(score: Score) -> str:
    """Counts, precision, recall, F1, how late the first warning came, false work orders."""
    warning = score.warning
    told = {
        "hits": str(score.hits),
        "misses": str(score.misses),
        "extras": str(score.extras),
        "precision": _share(score.precision),
        "recall": _share(score.recall),
        "f1": "–" if score.f1 is None else f"{score.f1:.3f} ({score.f1_range.low:.2f} – {score.f1_range.high:.2f})",
        "warning": "–" if warning is None else f"{warning.median.total_seconds():+.1f} s",
        "false_orders": str(score.false_orders),
    }
    rows = (
        f'<tr><th>{both(FIGURES[name])}</th><td class="value">{escape(value)}</td></tr>' for name, value in told.items()
    )
    return f"<table>{''.join(rows)}</table>"


def _share(share: Share) -> str:
    value, ranging = share.value, share.range
    return "–" if value is None else f"{value:.3f} ({ranging.low:.2f} – {ranging.high:.2f})"

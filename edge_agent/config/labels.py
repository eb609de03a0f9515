"""Whether the detector can see what the zones ask for: a kind none of whose labels it knows never happens."""

from __future__ import annotations

from edge_agent.config.loading import Asked, LoadedSite
from edge_agent.config.problems import Problem


def check_labels(loaded: LoadedSite, labels: frozenset[str]) -> tuple[Problem, ...]:
    """A problem for every kind asked for that a model with ``labels`` cannot see."""
    return tuple(
        _blind(asked, loaded.site.policy.kinds[asked.kind].labels)
        for asked in loaded.asked
        if not loaded.site.policy.kinds[asked.kind].labels & labels
    )


def _blind(asked: Asked, wanted: frozenset[str]) -> Problem:
    found = f"kind '{asked.kind}', of which the model knows no label"
    expected = f"a model that knows one of: {', '.join(sorted(wanted))}"
    return Problem(asked.mark.file, asked.mark.line, asked.mark.column, asked.field, found, expected)

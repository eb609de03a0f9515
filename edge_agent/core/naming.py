"""Naming: what a thing is called whose looks do not call it alike."""

from __future__ import annotations

from typing import Final

MOST_VOTES: Final = 10  # so that a name that was wrong for long can still be put right


def named(label: str, votes: int, called: str) -> tuple[str, int]:
    """What most looks call it, and by how many they are ahead, after one that ``called`` it something.

    Boyer and Moore's majority vote: one look that says "bus" does not make a car a bus.
    """
    if called == label:
        return label, min(votes + 1, MOST_VOTES)
    return (label, votes - 1) if votes > 0 else (called, 1)

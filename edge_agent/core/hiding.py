"""Hiding: what keeps a thing from being seen at its place."""

from __future__ import annotations

from typing import Final

from edge_agent.core.causes import BLURRED, behind
from edge_agent.core.events import Detection
from edge_agent.core.geometry import Box, covered
from edge_agent.core.tracking import Track

HIDDEN: Final = 0.5  # share of the footprint that another box covers
Thing = Track | Detection


def hidden_by(place: Box, own: Track | None, things: tuple[Thing, ...], *, near: bool) -> str | None:
    """Why nobody can tell whether what stood at ``place`` is there; None where the place can be seen.

    ``own`` is the track that has been it; ``near`` says that this is not elsewhere: then its box shows it, only not
    clearly at its place.
    """
    footprint = place.footprint
    front = next((t for t in things if t is not own and covered(footprint, t.box) >= HIDDEN), None)
    if front is not None:
        return behind(front.label)
    if own is not None and (near or covered(footprint, own.box) >= HIDDEN):
        return BLURRED
    return None

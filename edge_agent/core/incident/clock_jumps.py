"""Jumps of the clock: how old a thing is when the clock that dated it may have been wrong, and a world moved in time.

A box that starts with a time far from its last record was either switched off, or has a wrong time now, or had one
then. Nobody can tell which, so a span is measured as if every jump ahead were a mistake::

    written ────── 5 min ──────▶ jump of 400 d ──▶ now        at least 5 minutes old, at most 400 days: counts as 5 min
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.core.incident.world import World

EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)  # no box is older than the program: before is a clock never set


@dataclass(frozen=True, slots=True)
class Jump:
    """The clock began at ``at``, which was ``by`` later than what had been recorded last; earlier where negative."""

    at: datetime
    by: timedelta


def certainly_before(now: datetime, span: timedelta, jumps: Iterable[Jump]) -> datetime:
    """The instant before which everything is older than ``span``, even if each of ``jumps`` was a mistake."""
    oldest = now - span
    past = (each for each in jumps if each.at <= now)  # one ahead of now was undone since
    for jump in sorted(past, key=lambda each: each.at, reverse=True):
        if jump.at <= oldest:
            break
        oldest -= max(jump.by, timedelta(0))
    return oldest


def moved(world: World, by: timedelta) -> World:
    """The same world, remembered ``by`` later: spans, cases and orders stay what they were.

    What the operations centre has told of the zones keeps its instants, for they are the centre's.
    """
    if world.at is None:
        return world
    later: World = _moved(world, by)
    return replace(later, standing=world.standing)


def _moved(value: Any, by: timedelta) -> Any:  # noqa: ANN401 - any part of a world
    match value:
        case datetime():
            return value + by
        case tuple():
            return tuple(_moved(each, by) for each in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{each.name: _moved(getattr(value, each.name), by) for each in fields(value)})
        case _:
            return value

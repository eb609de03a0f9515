"""Routes: which speakers of a site a warning may be played on, and in which order they are tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.core.zones import Zone


@dataclass(frozen=True, slots=True)
class Stations:
    """The speakers of a site by id, in the order of its file; ``lamps`` are those that are seen and not heard."""

    ids: tuple[str, ...]
    lamps: frozenset[str] = frozenset()

    def route(self, zone: Zone | None, *, light: bool = False) -> tuple[str, ...]:
        """The way of a warning of ``zone``: what it names, or else every loudspeaker; only lamps where it is ``light``.

        A site of lamps alone speaks by its lamps. Ids that the site does not know are left out.
        """
        named = tuple(each for each in zone.speakers if each in self.ids) if zone is not None else ()
        if light:
            return tuple(each for each in named or self.ids if each in self.lamps)
        return named or tuple(each for each in self.ids if each not in self.lamps) or self.ids

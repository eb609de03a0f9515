"""A sheet: all that a report shows, before it is a page. Words are by language, times are instants."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.core.scoring import Score
    from edge_agent.core.story import Story
    from edge_agent.core.strips import Outage, Strip

Words = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What was asked for of one kind in one zone, as the site file names and writes it."""

    zone: str
    kind: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What became of one replay.

    ``made_of`` says what was replayed by which files: a name and a value each. ``pictures`` are JPEG files by the
    place of their story and of its moment. ``names`` are the names of zones and kinds by their ids.
    """

    agent: str
    begin: datetime
    until: datetime
    timezone: tzinfo
    made_of: tuple[tuple[Words, str], ...]
    stories: tuple[Story, ...]
    strips: tuple[Strip, ...]
    outages: tuple[Outage, ...]
    names: dict[str, Words]
    settings: tuple[Settings, ...]
    pictures: dict[tuple[int, int], bytes] = field(default_factory=dict)
    score: Score | None = None
    people_visible: bool = False

    def called(self, ident: str) -> Words:
        """The name of a zone or a kind; its id where it has none."""
        return self.names.get(ident) or {"en": ident}

"""Whether every warning can be heard in every language that it has words for: spoken by a voice, or recorded.

A language without either would be left out of each warning, and on the street nobody would miss it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.adapters.speakers.recorded import RecordedWarnings
from edge_agent.adapters.speakers.voice import VOICES, speaks
from edge_agent.config.problems import Problem
from edge_agent.core.messages import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.loading import LoadedSite
    from edge_agent.core.site import Site
    from edge_agent.core.zones import Zone


def check_audible(loaded: LoadedSite) -> tuple[Problem, ...]:
    """A problem for every kind in a zone some of whose warnings no voice speaks and nobody has recorded."""
    zones = {zone.id: zone for zone in loaded.site.zones}
    recorded = RecordedWarnings(loaded.recorded)
    return tuple(
        Problem(
            asked.mark.file,
            asked.mark.line,
            asked.mark.column,
            asked.field,
            f"warnings in '{language}' that no voice speaks and nobody has recorded ({', '.join(map(str, missing))})",
            f"a recording of each, or a language of: {', '.join(VOICES)}",
        )
        for asked in loaded.asked
        for language, missing in _unheard(loaded.site, zones[asked.zone], asked.kind, recorded)
    )


def languages_of(site: Site) -> tuple[str, ...]:
    """The languages in which something is said somewhere, in the order in which they come."""
    return tuple(
        dict.fromkeys(
            language
            for zone in site.zones
            for kind in zone.rules
            for language in words_of(site.policy.kinds[kind], zone).warnings
        )
    )


def _unheard(site: Site, zone: Zone, kind: str, recorded: RecordedWarnings) -> Iterator[tuple[str, tuple[int, ...]]]:
    for language in words_of(site.policy.kinds[kind], zone).warnings:
        if not speaks(language):
            numbers = range(1, zone.rules[kind].warnings + 1)
            missing = tuple(
                n for n in numbers if recorded.find(kind=kind, zone=zone.id, n=n, language=language) is None
            )
            yield from ((language, missing),) if missing else ()

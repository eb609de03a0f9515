"""A zone file: the polygons drawn on one camera's picture, read into the core's Zones.

A zone says per kind only what differs. The rule that holds is put together from the nearest outwards: the zone's
own settings, then the site's, then the policy's for the kind, then the ladder's defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import ConfigDict, TypeAdapter

from edge_agent.config.fields.shapes import PolygonField
from edge_agent.config.fields.values import KEYS, Identifier, NotEmpty
from edge_agent.config.policy.message_words import laid_over, spoken_in
from edge_agent.config.yaml.source import Loc, Problem, Source
from edge_agent.config.zone.zone_entry import ZoneEntry
from edge_agent.config.zone.zone_misfits import ZoneInFile, misfits
from edge_agent.core.site.policy import Policy, Review, Rule, Words
from edge_agent.core.site.zones import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneFile:
    """Everything drawn on one camera's picture; in ``ignore`` nothing is looked for, whatever the zones."""

    version: Literal[1]
    camera: Identifier
    zones: Annotated[tuple[ZoneEntry, ...], NotEmpty]
    ignore: tuple[PolygonField, ...] = ()
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


ZONE_FILE: Final[TypeAdapter[ZoneFile]] = TypeAdapter(ZoneFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A zone file that was read knowing the policy's kinds, with the places of what it says."""

    file: ZoneFile
    source: Source

    def entries(self) -> tuple[tuple[int, ZoneEntry], ...]:
        """The zones with their place in the list."""
        return tuple(enumerate(self.file.zones))


def zones_of(drawn: Drawn, policy: Policy) -> tuple[tuple[Zone, ...], tuple[Problem, ...]]:
    """The zones of one file under ``policy``, and what in them does not fit it."""
    problems: list[Problem] = []
    zones = []
    for index, entry in drawn.entries():
        rules, rules_read = _rules(entry, policy, drawn.source, index)
        problems += [*rules_read, *misfits(entry, rules, policy, ZoneInFile(drawn.source, index))]
        zones.append(replace(_zone(entry, drawn.file.camera, rules), words=_words(entry, policy)))
    return tuple(zones), tuple(problems)


def _zone(entry: ZoneEntry, camera: str, rules: dict[str, Rule]) -> Zone:
    return Zone(
        id=entry.id,
        camera=camera,
        polygon=entry.polygon,
        rules=rules,
        name=entry.name,
        hours=entry.hours,
        shops=entry.shops,
        permits=entry.permits,
        exempt=entry.exempt,
        responsible=_responsible(entry),
        address=entry.address,
        grid=entry.grid,
        recipients=entry.recipients,
        speakers=entry.speakers,
        plate_basis=entry.plate_basis,
    )


def _responsible(entry: ZoneEntry) -> dict[str, str]:
    if isinstance(entry.responsible, str):
        return dict.fromkeys(entry.kinds, entry.responsible)
    return dict(entry.responsible)


def _words(entry: ZoneEntry, policy: Policy) -> dict[str, Words]:
    """What is said here, by kind, where it is not what is said elsewhere."""
    here = {kind: laid_over(policy.kinds[kind].words, entry.words.get(kind)) for kind in entry.kinds}
    spoken = {kind: spoken_in(words, entry.languages) for kind, words in here.items()}
    return {kind: words for kind, words in spoken.items() if words != policy.kinds[kind].words or entry.languages}


def _rules(entry: ZoneEntry, policy: Policy, source: Source, index: int) -> tuple[dict[str, Rule], list[Problem]]:
    rules, problems = {}, []
    for kind, settings in entry.kinds.items():
        loc = ("zones", index, "kinds", kind)
        try:
            rules[kind] = replaced(policy.kinds[kind].rule, settings)
            problems += _idle_review(rules[kind], settings, source, loc)
        except ValueError as error:
            problems.append(source.problem(loc, f"values that do not fit ({error})", "a ladder that can be climbed"))
    return rules, problems


def _idle_review(rule: Rule, settings: Mapping[str, object], source: Source, loc: Loc) -> list[Problem]:
    """Settings of a review that nobody asks for."""
    idle = ("review_limit", "unreviewed") if rule.review is Review.OFF else ()
    expected = "review: before_warning or before_order beside it"
    return [source.problem((*loc, name), "a review that is off", expected) for name in idle if name in settings]


def replaced(rule: Rule, settings: Mapping[str, object]) -> Rule:
    """``rule`` with ``settings`` put over it; raises ValueError for a ladder that cannot be climbed."""
    known: dict[str, Any] = dict(settings)
    return replace(rule, **known)

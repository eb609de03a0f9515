"""What in a zone does not fit its policy: shops, permits, parties, words and strikes that could come to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_agent.config.policy.message_words import laid_over, unspoken
from edge_agent.core.feed.strikes import StrikesBy
from edge_agent.core.site.frontages import street_side
from edge_agent.core.site.policy import Geometry, Grouping

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from edge_agent.config.yaml.source import Loc, Problem, Source
    from edge_agent.config.zone.zone_entry import ZoneEntry
    from edge_agent.core.site.policy import Policy, Rule


@dataclass(frozen=True, slots=True)
class ZoneInFile:
    """A zone in its file."""

    source: Source
    index: int

    def problem(self, loc: Loc, value: str, expected: str) -> Problem:
        """A problem of the zone at ``loc`` in it."""
        return self.source.problem(("zones", self.index, *loc), value, expected)


def misfits(entry: ZoneEntry, rules: Mapping[str, Rule], policy: Policy, place: ZoneInFile) -> Iterator[Problem]:
    """Every problem of one zone whose ``rules`` are those that hold there."""
    yield from _missing_shops(entry, policy, place)
    yield from _streets_nobody_can_tell(entry, place)
    yield from _misfit_permits(entry, policy, place)
    yield from _idle_parties(entry, place)
    yield from _not_watched(entry, place, ("words",), entry.words)  # words that nobody would ever say
    yield from _unspoken(entry, policy, place)
    for kind, rule in rules.items():
        yield from _misfit_strikes(kind, rule, policy, place)


def _missing_shops(entry: ZoneEntry, policy: Policy, place: ZoneInFile) -> Iterator[Problem]:
    """A kind judged by a shop's line finds nothing for ever in a zone without shops."""
    if entry.shops:
        return
    for kind in entry.kinds:
        if policy.kinds[kind].geometry is Geometry.BEYOND_FRONTAGE:
            yield place.problem(("shops",), "no shops", f"a shop with its frontage, as kind {kind} asks")


def _streets_nobody_can_tell(entry: ZoneEntry, place: ZoneInFile) -> Iterator[Problem]:
    """Lines that run up and down through the zone: nothing tells on which side the street lies."""
    for number, shop in enumerate(entry.shops):
        if street_side(shop, entry.polygon) is None:
            yield place.problem(
                ("shops", number, "frontage"),
                "a line with the zone on both of its sides",
                "street: left or right, as it lies for who walks from the line's first end to its second",
            )


def _misfit_permits(entry: ZoneEntry, policy: Policy, place: ZoneInFile) -> Iterator[Problem]:
    """Permits for shops of elsewhere, that end before they begin, for or for goods nobody looks for."""
    shops = {shop.id for shop in entry.shops}
    labels = {label for kind in entry.kinds for label in policy.kinds[kind].labels}
    for number, permit in enumerate(entry.permits):
        loc: Loc = ("permits", number)
        if permit.shop is not None and permit.shop not in shops:
            value = f"'{permit.shop}', which is no shop of this zone"
            yield place.problem((*loc, "shop"), value, "the id of one of its shops")
        if permit.valid_from is not None and permit.valid_to is not None and permit.valid_to <= permit.valid_from:
            yield place.problem((*loc, "valid_to"), "an end before the start", "a later date")
        for label in sorted(permit.goods - labels):
            value = f"'{label}', which no kind of this zone looks for"
            yield place.problem((*loc, "goods"), value, f"some of: {', '.join(sorted(labels))}")


def _misfit_strikes(kind: str, rule: Rule, policy: Policy, place: ZoneInFile) -> Iterator[Problem]:
    """Strikes that would count nobody, or go by a step that nobody has described."""
    if rule.strikes is None:
        return
    loc: Loc = ("kinds", kind)
    known = [step.name for step in policy.steps]
    for name in rule.strikes.steps:
        if name not in known:
            yield place.problem(loc, f"strikes at the step '{name}'", f"one of the policy's steps: {', '.join(known)}")
    if rule.strikes.by is StrikesBy.SHOP and policy.kinds[kind].group is not Grouping.SHOP:
        value = "strikes by shop of a kind whose cases are no shop's"
        yield place.problem(loc, value, "strikes by place, or a kind with group: shop")


def _idle_parties(entry: ZoneEntry, place: ZoneInFile) -> Iterator[Problem]:
    """Parties for kinds that the zone is not watched for."""
    named = () if isinstance(entry.responsible, str) else entry.responsible
    yield from _not_watched(entry, place, ("responsible",), named)


def _not_watched(entry: ZoneEntry, place: ZoneInFile, loc: Loc, named: Iterable[str]) -> Iterator[Problem]:
    for kind in named:
        if kind not in entry.kinds:
            yield place.problem((*loc, kind), f"'{kind}', which the zone is not watched for", "one of its kinds")


def _unspoken(entry: ZoneEntry, policy: Policy, place: ZoneInFile) -> Iterator[Problem]:
    """Languages in which a kind of the zone has no warnings."""
    here = {kind: laid_over(policy.kinds[kind].words, entry.words.get(kind)) for kind in entry.kinds}
    for each in unspoken(here, entry.languages):
        value = f"'{each}', in which some kind of the zone has no warnings"
        yield place.problem(("languages", entry.languages.index(each)), value, "a language in which each has some")

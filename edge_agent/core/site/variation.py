"""Variation: a site with some of its numbers changed, to be tried on a recording.

A *knob* is a number somebody may turn: one of the rule of a kind in a zone, one of how all cameras see, or how far the
zone's polygon is grown. A *setting* is a value for each of some knobs.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from edge_agent.core.site.policy import Rule
from edge_agent.core.site.polygons import grown
from edge_agent.core.track.settings import Seeing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from edge_agent.core.site.site import Site
    from edge_agent.core.site.zones import Zone

Value = float | int | timedelta
Setting = tuple[tuple[str, Value], ...]  # knob and value, in the order in which the knobs were named
GROW: Final = "grow"
FIXED: Final = frozenset({"confirm_of"})  # a log holds the votes of as many pictures as were looked at, and no more


def _numbers(kind: type) -> dict[str, type]:
    """The fields of a dataclass that are numbers or spans, with the type of each."""
    given: Any = kind()
    values = {each.name: type(getattr(given, each.name)) for each in fields(kind)}
    return {name: value for name, value in values.items() if value in {int, float, timedelta} and name not in FIXED}


RULE_KNOBS: Final = _numbers(Rule)
SEEING_KNOBS: Final = _numbers(Seeing)
KNOBS: Final[Mapping[str, type]] = RULE_KNOBS | SEEING_KNOBS | {GROW: float}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """Whose knobs are turned: a kind in a zone."""

    zone: str
    kind: str


def grid(knobs: Sequence[tuple[str, Sequence[Value]]]) -> tuple[Setting, ...]:
    """Every setting that the values of the knobs make, the last one turning fastest; of no knobs, one empty setting."""
    names = [name for name, _ in knobs]
    return tuple(tuple(zip(names, values, strict=True)) for values in product(*(values for _, values in knobs)))


def todays(site: Site, turned: Turned, names: Sequence[str]) -> Setting:
    """The setting that the site has now."""
    rule, seeing = _zone(site, turned).rules[turned.kind], site.policy.seeing
    return tuple((name, _now(name, rule, seeing)) for name in names)


def varied(site: Site, turned: Turned, setting: Setting) -> Site:
    """``site`` with a setting in the place of today's numbers.

    Raises:
        ValueError: The ladder could not be climbed, or nothing would be left of the polygon.
    """
    zone = _zone(site, turned)
    rule = replace(zone.rules[turned.kind], **dict(_of(setting, RULE_KNOBS)))
    distances = (value for name, value in setting if name == GROW and not isinstance(value, timedelta))
    polygon = grown(zone.polygon, next(distances, 0.0))
    changed = replace(zone, rules=zone.rules | {turned.kind: rule}, polygon=polygon)
    seeing = replace(site.policy.seeing, **dict(_of(setting, SEEING_KNOBS)))
    zones = tuple(changed if each is zone else each for each in site.zones)
    return replace(site, zones=zones, policy=replace(site.policy, seeing=seeing))


def sees_otherwise(setting: Setting) -> bool:
    """Whether a setting turns a knob of how all cameras see, and with it what is found in other zones."""
    return any(name in SEEING_KNOBS for name, _ in setting)


def _zone(site: Site, turned: Turned) -> Zone:
    return next(zone for zone in site.zones if zone.id == turned.zone)


def _of(setting: Setting, knobs: Mapping[str, type]) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in setting if name in knobs)


def _now(name: str, rule: Rule, seeing: Seeing) -> Value:
    shown_value: Any = 0.0 if name == GROW else getattr(rule if name in RULE_KNOBS else seeing, name)
    value: Value = shown_value
    return value

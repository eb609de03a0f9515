"""Attention: which camera is looked at next, so that no decision waits.

Violations last minutes, and one detector serves a hundred cameras: it must not look at a street where nothing can
fall due. Every camera is swept at least every ``SWEEP``; between sweeps it wants a look at the very instant at which a
decision falls due, for nothing is opened, said or ordered but at a look that shows the thing::

    looks      ●───────●───────●───────●──●────●───────●
               └ SWEEP ┘               │  └ a decision: the dwell is reached, a warning or an order is due,
                                       │    a thing has been missing for long enough
                                       └ 2 s after the look before

When there are more looks due than the box can make, the one whose deadline is first comes first, whichever camera it
is of: a decision's is when it falls due, a sweep's when the next one would be due. So sweeps make room for decisions,
all fall behind alike, and none is forgotten: a decision overtakes no sweep that is later than it by a whole sweep. That
is Liu and Layland's earliest deadline first (J. ACM 20, 1973), which leaves a processor idle only when nothing is due.

What I dislike about it: it does not weigh. A work order and the opening of a case wait alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.core.incident.deadlines import due
from edge_agent.core.site.steps import rule_at
from edge_agent.core.track.gone import missing_still
from edge_agent.core.track.presence import Sighting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.incident.cases import Case
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.policy import Rule
    from edge_agent.core.site.site import Site

SWEEP: Final = timedelta(seconds=2)


def next_decision(world: World, site: Site) -> datetime | None:
    """The earliest instant at which a look could decide something about what stands there now."""
    near = (_decision(case, rule) for case, rule in _ruled(world, site))
    return min((at for at in near if at is not None), default=None)


def next_chance(world: World, site: Site) -> datetime | None:
    """The earliest instant that could become a decision by the next look, if it shows what the last one did not.

    A thing that is missing may be seen again, and its clock then ran on; one that is hidden may be seen to be gone. Too
    little is known for a look, but enough to follow the stream, so that the picture of that instant can be had.
    """
    now = world.at
    chances = (at for case, rule in _ruled(world, site) for at in _chances(case, rule, now or case.presence.looked))
    return min((at for at in chances if now is not None and at >= now), default=None)


def _ruled(world: World, site: Site) -> Iterator[tuple[Case, Rule]]:
    rules = {(each.zone.id, each.kind.name): each for each in site.watch(world.camera).zone_rules}
    for case in world.cases:
        zone_rule = rules.get((case.zone, case.kind))
        if zone_rule is not None:
            standing = None if case.record is None else case.record.strike
            yield case, rule_at(zone_rule.rule, zone_rule.steps, standing)


def _chances(case: Case, rule: Rule, now: datetime) -> Iterator[datetime]:
    presence, clock = case.presence, due(case.state, rule, confirmed=case.confirmed)
    if case.sighting is not Sighting.PRESENT and clock is not None:
        yield presence.last_seen + (clock - presence.counted)
    if case.sighting is Sighting.UNOBSERVABLE:
        yield now + missing_still(presence, rule.leave_grace)


def _decision(case: Case, rule: Rule) -> datetime | None:
    presence = case.presence
    match case.sighting:
        case Sighting.PRESENT:
            clock = due(case.state, rule, confirmed=case.confirmed)
            return None if clock is None else presence.last_seen + max(clock - presence.counted, timedelta(0))
        case Sighting.ABSENT:
            return presence.looked + missing_still(presence, rule.leave_grace)
        case Sighting.UNOBSERVABLE:
            return None  # whatever it was waiting for waits for the next sighting
        case _:
            assert_never(case.sighting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """What one camera wants: when it was last looked at, and its next decision; nothing is known of a new one.

    ``chance`` is what could become its next decision (`next_chance`).
    """

    looked: datetime | None = None
    decision: datetime | None = None
    chance: datetime | None = None

    @property
    def due(self) -> datetime | None:
        """From which instant on a picture is worth a look; None: any picture is."""
        if self.looked is None:
            return None
        swept = self.looked + SWEEP
        return swept if self.decision is None or self.decision <= self.looked else min(swept, self.decision)

    def deadline(self, at: datetime) -> datetime | None:
        """By when a picture taken ``at`` should have been looked at; None: nothing is as urgent."""
        if self.looked is None:
            return None
        swept = self.looked + 2 * SWEEP
        return min(swept, self.decision) if self.decision is not None and self.decides(at) else swept

    def decides(self, at: datetime) -> bool:
        """Whether a look at a picture taken ``at`` could decide what was to be decided next."""
        if self.decision is None or (self.looked is not None and self.decision <= self.looked):
            return False
        return at >= self.decision

    def wants(self, at: datetime) -> bool:
        """Whether a picture taken ``at`` is worth a look."""
        return self.due is None or at >= self.due

    def within(self, start: datetime, span: timedelta) -> bool:
        """Whether a decision may fall due in the ``span`` from ``start`` on: keyframes may come too late for it."""
        return any(at is not None and start <= at <= start + span for at in (self.decision, self.chance))

    def seen(self, at: datetime, decision: datetime | None, chance: datetime | None = None) -> Interest:
        """After a look at ``at``, with what is next decided, or could be, now."""
        return replace(self, looked=at, decision=decision, chance=chance)

    def decision_lag(self, at: datetime) -> timedelta | None:
        """How late a look at ``at`` comes for the decision that was due; None if none was."""
        return at - self.decision if self.decision is not None and self.decides(at) else None

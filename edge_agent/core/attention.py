"""Attention: which camera is looked at next, so that no decision waits.

Violations last minutes, and one detector serves a hundred cameras: it must not look at a street where nothing can
fall due. Every camera is swept at least every ``SWEEP``; between sweeps it wants a look at the very instant at which a
decision falls due, for nothing is opened, said or ordered but at a look that shows the thing::

    looks      ●───────●───────●───────●──●────●───────●
               └ SWEEP ┘               │  └ a decision: the dwell is reached, a warning or an order is due,
                                       │    a thing has been missing for long enough
                                       └ 2 s after the look before

When there are more looks due than the box can make, the one that has been due for longest comes first, whichever
camera it is of: all fall behind alike, and none is forgotten. That is Liu and Layland's earliest deadline first (J. ACM
20, 1973), which leaves a processor idle only when nothing is due.

What I dislike about it: it does not weigh. A work order and the first sight of a van wait alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.core.ladder import due
from edge_agent.core.presence import Sighting

if TYPE_CHECKING:
    from edge_agent.core.cases import Case
    from edge_agent.core.policy import Rule
    from edge_agent.core.site import Site
    from edge_agent.core.world import World

SWEEP: Final = timedelta(seconds=2)


def next_decision(world: World, site: Site) -> datetime | None:
    """The earliest instant at which a look could decide something about what stands there now."""
    rules = {(zone.id, kind): rule for zone in site.zones_of(world.camera) for kind, rule in zone.rules.items()}
    near = (_decision(case, rules.get((case.zone, case.kind))) for case in world.cases)
    return min((at for at in near if at is not None), default=None)


def _decision(case: Case, rule: Rule | None) -> datetime | None:
    if rule is None:
        return None
    presence = case.presence
    match case.sighting:
        case Sighting.PRESENT:
            clock = due(case.state, rule)
            return None if clock is None else presence.last_seen + max(clock - presence.counted, timedelta(0))
        case Sighting.ABSENT:
            return presence.looked + max(rule.leave_grace - presence.missed, timedelta(0))
        case Sighting.UNOBSERVABLE:
            return None  # whatever it was waiting for waits for the next sighting
        case _:
            assert_never(case.sighting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """What one camera wants: when it was last looked at, and its next decision; nothing is known of a new one."""

    looked: datetime | None = None
    decision: datetime | None = None

    @property
    def due(self) -> datetime | None:
        """From which instant on a picture is worth a look; None: any picture is."""
        if self.looked is None:
            return None
        swept = self.looked + SWEEP
        return swept if self.decision is None or self.decision <= self.looked else min(swept, self.decision)

    def wants(self, at: datetime) -> bool:
        """Whether a picture taken ``at`` is worth a look."""
        return self.due is None or at >= self.due

    def within(self, start: datetime, span: timedelta) -> bool:
        """Whether a decision falls due in the ``span`` from ``start`` on: keyframes alone may come too late for it."""
        return self.decision is not None and start <= self.decision <= start + span

    def seen(self, at: datetime, decision: datetime | None) -> Interest:
        """After a look at ``at``, with the decision that is next now."""
        return replace(self, looked=at, decision=decision)

    def decision_lag(self, at: datetime) -> timedelta | None:
        """How late a look at ``at`` comes for the decision that was due; None if none was."""
        decided = self.decision is not None and (self.looked is None or self.decision > self.looked)
        return at - self.decision if decided and self.decision is not None and at >= self.decision else None

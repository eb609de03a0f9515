"""Taken up: one thing is taken up by one rule, however many zones and kinds it breaks the rule of.

A car in a fire lane that lies inside a no-parking zone breaks two rules. Whichever reaches its dwell first takes the
thing up; the other waits, and takes over where the first is allowed there (a permit, the end of its hours). Rules of
one dwell are asked in the order of ``CameraRules``: the stricter first. What only records is no second voice: it
neither waits nor makes anybody wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_agent.core.incident.ladder_states import Cancelled, Confirming, Open

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.core.incident.cases import Case
    from edge_agent.core.site.camera_rules import CameraRules

TAKEN_UP: Final = Confirming | Open | Cancelled


class TakenUp:
    """Which case has taken up which things, as far as a look has been gone through."""

    def __init__(self, cases: Iterable[Case], watch: CameraRules) -> None:
        self._watch = watch
        self._owners: dict[str, str] = {}  # spot id -> case id
        for case in cases:
            self.file(case)

    def file(self, case: Case) -> None:
        """Write down how a case stands now."""
        for spot in [spot for spot, owner in self._owners.items() if owner == case.id]:
            del self._owners[spot]
        if isinstance(case.state, TAKEN_UP) and not self._only_records(case):
            self._owners |= dict.fromkeys(case.members, case.id)

    def taken(self, case: Case) -> bool:
        """Whether one of its things is the matter of another case already."""
        if not self._owners or self._only_records(case):
            return False
        return any(self._owners.get(spot, case.id) != case.id for spot in case.members)

    def _only_records(self, case: Case) -> bool:
        zone_rule = self._watch.zone_rule(case.zone, case.kind)
        return zone_rule is not None and zone_rule.rule.only_records

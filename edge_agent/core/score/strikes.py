"""Who was asked once and never again, and who was: counted from the entries of the strike ledger."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.core.feed.strikes import Strike


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikeCounts:
    """Of ``parties`` with a strike, ``once`` have one and no other, ``twice`` two, ``more`` three or more.

    ``forgiven`` strikes count for nobody. ``steps`` are strikes by the step they were at.
    """

    parties: int
    once: int
    twice: int
    more: int
    forgiven: int
    steps: dict[str, int]

    @property
    def never_again(self) -> float | None:
        """The share of parties that have one strike and no other; None where there is no party."""
        return self.once / self.parties if self.parties else None


def counted_strikes(strikes: Iterable[Strike]) -> StrikeCounts:
    """Count them; a party is one shop, vehicle or zone for one kind."""
    entries = tuple(strikes)
    standing = [each for each in entries if not each.void]
    parties = Counter((each.by, each.kind, each.party) for each in standing)
    times = Counter(min(count, 3) for count in parties.values())
    return StrikeCounts(
        parties=len(parties),
        once=times[1],
        twice=times[2],
        more=times[3],
        forgiven=len(entries) - len(standing),
        steps=dict(sorted(Counter(each.step for each in standing).items())),
    )

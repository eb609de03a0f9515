"""Assignment: who goes with whom so that the whole gains most.

Best first (``pairing.py``) is quick and nearly right; a score must be right, or a change for the better could be shown
as one for the worse. The method is the successive shortest path of Busacker and Gowen (1960): the chain of exchanges
that gains most is found by relaxing (Bellman and Ford), carried out, and looked for again until none gains. Gains are
whole numbers, so the answer is exact and the same on every machine::

    left   a ── 1  right     a–1 is taken; b wants 1 too. The chain b–1, a–2 gains g(b,1) - g(a,1) + g(a,2),
           b ┄┄ 1            and is carried out where that is more than 0 and more than any other chain gains.
           a ┄┄ 2
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Pair = tuple[int, int]  # left, right
Gains = dict[Pair, int]


def assigned(gains: Mapping[Pair, int]) -> dict[int, int]:
    """The right partner of each left one that has one, of all ways the one whose gains sum to most.

    Only pairs in ``gains`` may go together. Among equals the lower numbers win.
    """
    partners: dict[int, int] = {}
    for part in _parts({pair: gains[pair] for pair in sorted(gains)}):
        taken: dict[int, int] = {}  # the left partner of each right one
        while chain := _best_chain(part, taken):
            taken.update(chain)
        partners |= {left: right for right, left in taken.items()}
    return partners


def _parts(gains: Gains) -> Iterator[Gains]:
    """The pairs, apart where no chain can lead from one to the other: a day falls into many small questions."""
    rest = dict(gains)
    while rest:
        left, _ = next(iter(rest))
        lefts, rights = {left}, set[int]()
        grown = True
        while grown:
            part = {pair: gain for pair, gain in rest.items() if pair[0] in lefts or pair[1] in rights}
            size = len(lefts) + len(rights)
            lefts |= {left for left, _ in part}
            rights |= {right for _, right in part}
            grown = len(lefts) + len(rights) > size
        part = {pair: gain for pair, gain in rest.items() if pair[0] in lefts}
        rest = {pair: gain for pair, gain in rest.items() if pair not in part}
        yield part


def _best_chain(gains: Gains, taken: dict[int, int]) -> dict[int, int]:
    """The new left partners by right one along the chain that gains most; empty where none gains."""
    reached, came = _relaxed(gains, taken)
    ends = [
        (reached[left] + gain, -left, -right)
        for (left, right), gain in gains.items()
        if left in reached and right not in taken
    ]
    total, left, right = max(ends, default=(0, 0, 0))
    if total <= 0:
        return {}
    chain, at = {-right: -left}, -left
    while at in came:
        at, freed = came[at]
        chain[freed] = at
    return chain


def _relaxed(gains: Gains, taken: dict[int, int]) -> tuple[dict[int, int], dict[int, Pair]]:
    """What is gained at most when each left one is free to choose, and from whom and over which right one it came."""
    busy = set(taken.values())
    reached = {left: 0 for left, _ in gains if left not in busy}
    came: dict[int, Pair] = {}
    changed = True
    while changed:
        changed = False
        for (left, right), gain in gains.items():
            owner = taken.get(right)
            if owner is None or owner == left or left not in reached:
                continue
            after = reached[left] + gain - gains[owner, right]
            if owner not in reached or after > reached[owner]:
                reached[owner], came[owner] = after, (left, right)
                changed = True
    return reached, came

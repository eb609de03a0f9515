"""Several looks at one plate vote, sign by sign.

Each look is a text with a probability for each of its signs. Looks whose length is the most trusted vote; at each place
the sign with the most weight wins::

    苏 D 1 2 3 4 5      .9 .9 .9 .8 .9 .9 .9
    苏 D I 2 3 4 5      .9 .9 .3 .8 .9 .9 .9     the 1 wins: .9 against .3
    皖 D 1 2 3 4 5      .4 .9 .9 .8 .9 .9 .9     苏 wins: 1.8 against .4

The weight of the winner over the weight of all looks that voted is how sure that sign is: a look that saw another sign
counts against it, and so does one that hardly saw it. The province's sign is the weakest of every reader, so it has a
bar of its own, and a plate may be told with its province unsure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

from edge_agent.core.plate.formats import PlateColour, colours_of, has_province
from edge_agent.core.plate.reading import PlateReading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")
BAR: Final = 0.8  # of the least sure sign
PROVINCE_BAR: Final = 0.9
FEWEST: Final = 2  # looks: one picture alone proves nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateLook:
    """One look at a plate: what a reader took it for, the probability of each sign, and the colour of its ground."""

    text: str
    probabilities: tuple[float, ...]
    colour: PlateColour | None = None

    def __post_init__(self) -> None:
        """Refuse a look whose signs are not all weighed."""
        if len(self.text) != len(self.probabilities):
            raise ValueError(f"look at a plate: {len(self.text)} signs and {len(self.probabilities)} probabilities")


def vote(looks: Sequence[PlateLook], bar: float = BAR) -> PlateReading | None:
    """The plate on which the looks agree, in clear text; None where no plate reaches ``bar``."""
    plates = [look for look in looks if colours_of(look.text)]
    if len(plates) < FEWEST:
        return None
    length = _heaviest((len(look.text), sum(look.probabilities)) for look in plates)
    voters = [look for look in plates if len(look.text) == length]
    signs = [_sign(voters, place) for place in range(length)]
    text = "".join(sign for sign, _ in signs)
    fitting = colours_of(text)
    agreeing = sum(look.text == text for look in voters)
    if not fitting or agreeing < FEWEST:
        return None
    first = 1 if has_province(text) else 0
    confidence = min(share for _, share in signs[first:])
    if confidence < bar:
        return None
    colours = [look.colour for look in voters if look.colour in fitting]
    colour = max(fitting, key=colours.count) if colours else None
    return PlateReading(
        text=text,
        hashed=False,
        confidence=round(confidence, 3),
        looks=agreeing,
        province_sure=not first or signs[0][1] >= PROVINCE_BAR,
        colour=None if colour is None else colour.value,
    )


def joined(before: PlateReading | None, now: PlateReading | None) -> PlateReading | None:
    """What is known after another reading: the same plate gains looks, of two different ones the better known stays."""
    if before is None or now is None:
        return now or before
    if before.text != now.text:
        return max(before, now, key=lambda each: (each.looks * each.confidence, each is now))
    better = max(before, now, key=lambda each: each.confidence)
    sure = before.province_sure or now.province_sure
    return replace(better, looks=before.looks + now.looks, province_sure=sure, colour=now.colour or before.colour)


def _sign(voters: Sequence[PlateLook], place: int) -> tuple[str, float]:
    """The sign that wins at a place, and its share of the looks."""
    sign = _heaviest((look.text[place], look.probabilities[place]) for look in voters)
    weight = sum(look.probabilities[place] for look in voters if look.text[place] == sign)
    return sign, weight / len(voters)


def _heaviest(weighed: Iterable[tuple[T, float]]) -> T:
    weights: dict[T, float] = defaultdict(float)
    for each, weight in weighed:
        weights[each] += weight
    return max(weights, key=lambda each: weights[each])

"""Draws: chance as an input. What is drawn follows from the seed and from the name of what it is drawn for."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from math import exp, log
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab.simulation.street import Hourly, Stay

HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """The dice of one day of one street; ``hour`` is that of the local day at second 0, the day ends at ``until``."""

    seed: int
    day: int
    hour: float
    until: float

    def of(self, *names: object) -> np.random.Generator:
        """The generator for what these names name; asked again, it begins again."""
        text = "\x1f".join(map(str, names))
        own = int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
        return np.random.Generator(np.random.PCG64([self.seed, self.day, own]))

    def arrival(self, draw: np.random.Generator, often: Hourly, after: float) -> float:
        """The next second after ``after`` at which something happens (thinning of Lewis and Shedler, 1979).

        At or after ``until`` where nothing happens any more.
        """
        most = max(often.rates)
        second = after
        while most > 0 and second < self.until:
            second += -log(1 - draw.random()) * HOUR / most
            if draw.random() * most < often.at(self.hour + second / HOUR):
                return second
        return self.until

    def arrivals(self, draw: np.random.Generator, often: Hourly) -> Iterator[float]:
        """Every second of the day at which something happens, whatever else does."""
        second = self.arrival(draw, often, 0.0)
        while second < self.until:
            yield second
            second = self.arrival(draw, often, second)


def seconds_of(stay: Stay, draw: np.random.Generator) -> float:
    """How long one stay lasts."""
    drawn = stay.median.total_seconds() * exp(stay.spread * draw.standard_normal())
    return float(min(max(drawn, stay.least.total_seconds()), stay.most.total_seconds()))

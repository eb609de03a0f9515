"""Arriving: which looks are made at all, and for how long the stream is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.simulation.draws import seconds_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.simulation.draws import Chance
    from lab.simulation.street import Hourly, Network, Stay

Span = tuple[float, float]


def arriving(network: Network, per_second: float, chance: Chance) -> tuple[NDArray[np.float64], tuple[Span, ...]]:
    """The seconds of the looks of a day (n,), and the spans for which the stream was lost and said so."""
    gaps = _spans("lost", network.lost, network.lost_for, chance)
    silences = _spans("silent", network.silent, network.silent_for, chance)
    moments = np.arange(int(chance.until * per_second)) / per_second
    arrivals = ~within((*gaps, *silences), moments)
    return moments[arrivals], tuple(gap for gap in gaps if gap[1] < chance.until)


def within(spans: tuple[Span, ...], moments: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of ``moments`` (n,) fall into one of ``spans``."""
    inside = np.zeros(moments.shape[0], dtype=np.bool_)
    for since, until in spans:
        inside[np.searchsorted(moments, since) : np.searchsorted(moments, until)] = True
    return inside


def _spans(name: str, often: Hourly, stay: Stay, chance: Chance) -> tuple[Span, ...]:
    """Spans that begin ``often`` an hour, one after the other."""
    draw = chance.of(name)
    spans: list[Span] = []
    second = chance.arrival(draw, often, 0.0)
    while second < chance.until:
        spans.append((second, min(second + seconds_of(stay, draw), chance.until)))
        second = chance.arrival(draw, often, spans[-1][1] + 1)
    return tuple(spans)

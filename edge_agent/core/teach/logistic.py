"""Logistic regression with several classes and a strong leash (L2), in numpy: from few examples, in a second.

The features of a trunk are many (hundreds) and the examples few (tens), so they are turned into the few directions that
the examples span, which loses nothing under L2; each feature is first brought to the same spread. All classes weigh the
same, however many examples each has. The loss is convex, so the same examples give the same classifier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from edge_agent.core.teach.features import Features

Numbers = NDArray[np.float64]
Classes = NDArray[np.intp]

LEASH: Final = 0.001  # of the mean loss: what a weight of 1 on a feature of spread 1, divided by their number, costs
ROUNDS: Final = 100  # of descent, at most
STILL: Final = 1e-4  # a gradient so small is none
FLAT: Final = 1e-9  # of the largest: a direction in which nothing varies
LITTLE: Final = 1e-3  # of a spread: a feature that hardly varies says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureScale:
    """What brings each feature to mean 0 and spread 1 over the examples."""

    mean: Numbers
    scale: Numbers

    def apply(self, features: Features) -> Numbers:
        """The features brought to one spread, and divided by the root of their number, n × d."""
        even = (features.astype(np.float64) - self.mean) / self.scale
        return np.asarray(np.clip(even, -6.0, 6.0) / np.sqrt(even.shape[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    """Weights d × k and biases k on features of one spread."""

    spread: FeatureScale
    weights: Numbers
    bias: Numbers

    def chances(self, features: Features) -> Numbers:
        """The chance of each class for each row, n × k."""
        return softmax(self.spread.apply(features) @ self.weights + self.bias)


def spread_of(features: Features) -> FeatureScale:
    """The spread of examples."""
    wide = features.astype(np.float64)
    scale = wide.std(axis=0)
    return FeatureScale(mean=wide.mean(axis=0), scale=np.maximum(scale, LITTLE * max(float(scale.max()), LITTLE)))


def fitted(features: Features, classes: Classes, count: int, *, leash: float = LEASH) -> Classifier:
    """The classifier of these examples: n × d features, and for each the number of its class below ``count``."""
    spread = spread_of(features)
    rows = spread.apply(features)
    directions = directions_of(rows)
    weights, bias = descended(rows @ directions.T, classes, count, leash=leash)
    return Classifier(spread=spread, weights=directions.T @ weights, bias=bias)


def directions_of(rows: Numbers) -> Numbers:
    """The directions that the rows span, each of length 1, from the eigenvectors of their products (n × n)."""
    sizes, vectors = np.linalg.eigh(rows @ rows.T)
    spans = sizes > FLAT * max(float(sizes[-1]), FLAT)
    return np.asarray((vectors[:, spans] / np.sqrt(sizes[spans])).T @ rows)


def descended(rows: Numbers, classes: Classes, count: int, *, leash: float) -> tuple[Numbers, Numbers]:
    """The weights and biases of least loss, as near as Nesterov's descent from zero comes (Nesterov 1983)."""
    rows = np.hstack((rows, np.ones((len(rows), 1))))
    sizes = np.bincount(classes, minlength=count)
    share = (1 / (sizes[classes] * np.count_nonzero(sizes)))[:, None]
    wanted = np.eye(count)[classes]
    hold = np.full((rows.shape[1], 1), leash)
    hold[-1] = 0.0  # a bias is not held
    step = 1 / (0.5 * float(np.linalg.eigvalsh((rows * share).T @ rows)[-1]) + leash)
    now = np.zeros((rows.shape[1], count))
    ahead, pace = now, 1.0
    for _ in range(ROUNDS):
        gradient = rows.T @ (share * (softmax(rows @ ahead) - wanted)) + hold * ahead
        if float(np.abs(gradient).max()) < STILL:
            break
        after, faster = ahead - step * gradient, (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        ahead, now, pace = after + (pace - 1) / faster * (after - now), after, faster
    return now[:-1], now[-1:]


def softmax(scores: Numbers) -> Numbers:
    """Chances by row."""
    grown = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))

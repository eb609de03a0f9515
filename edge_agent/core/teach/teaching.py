"""Teaching: from examples to a classifier, and what it makes of each when its moment is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge_agent.core.teach.logistic import LEASH, Classifier, descended, directions_of, softmax, spread_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_agent.core.teach.features import Features
    from edge_agent.core.teach.logistic import Classes, Numbers


def taught_by(
    views: Sequence[Features], classes: Classes, moments: Sequence[int], count: int
) -> tuple[Classifier, Classes]:
    """The classifier, and how one that was taught without its moment names each example.

    Args:
        views: Of each example the features of its views, the example itself first.
        classes: Of each example, a number below ``count``.
        moments: Of each example.
        count: How many classes there are.

    Left out are a moment's examples, all views of them; what spread the features have is known from all.
    """
    rows = np.concatenate(views)
    of = np.repeat(np.arange(len(views)), [len(each) for each in views])
    spread = spread_of(rows)
    even = spread.apply(rows)
    directions = directions_of(even)
    near: Numbers = even @ directions.T
    first = np.searchsorted(of, np.arange(len(views)))
    named = np.zeros(len(views), np.intp)
    for moment in sorted(set(moments)):
        out = np.array([each == moment for each in moments])
        left = ~out[of]
        weights, bias = descended(near[left], classes[of][left], count, leash=LEASH)
        named[out] = softmax(near[first[out]] @ weights + bias).argmax(axis=1)
    weights, bias = descended(near, classes[of], count, leash=LEASH)
    return Classifier(spread=spread, weights=directions.T @ weights, bias=bias), named

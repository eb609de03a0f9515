"""Any value of a core type, made from its annotations: a new field of the world is tested without a word here."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from edge_agent.core.geometry import Box

INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
BOXES = st.builds(lambda x, y, w, h: Box(x, y, x + w, y + h), *(st.floats(0, 0.5),) * 2, *(st.floats(0.001, 0.5),) * 2)
_LEAVES: dict[object, st.SearchStrategy[Any]] = {
    Box: BOXES,
    datetime: INSTANTS,
    timedelta: st.timedeltas(timedelta(0), timedelta(days=3660)),
    float: st.floats(-1e9, 1e9),
    int: st.integers(0, 1_000_000),
    bool: st.booleans(),
    str: st.text(max_size=8),
    type(None): st.none(),
}


def anything(kind: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any annotation
    """A strategy for values of ``kind``."""
    if kind in _LEAVES:
        return _LEAVES[kind]
    if get_origin(kind) in (Union, UnionType):
        return st.one_of(*(anything(each) for each in get_args(kind)))
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if get_origin(kind) in (tuple, dict):
        inner = [anything(each) for each in get_args(kind) if each is not ...]
        return st.lists(inner[0], max_size=2).map(tuple) if len(inner) == 1 else st.dictionaries(*inner, max_size=2)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{field.name: anything(hints[field.name]) for field in fields(kind)})
    assert issubclass(kind, Enum), kind
    return st.sampled_from(kind)

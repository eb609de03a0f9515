"""Law 2: all times moved by a span move all effects by it, and change nothing else."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws.streets import Street, streets, walk
from tests.site import SHORT, STALL, site, zone
from tests.street import START

IDENT = re.compile(r"(inc|case|spot|say|wo)-[0-9a-f]{16}")
SITE = site(zone(rule=SHORT), zone(STALL, rule=SHORT, ident="s"))


class Plain:
    """Values with every instant moved back and every derived id replaced by its place in the story."""

    def __init__(self, moved: timedelta) -> None:
        self._moved = moved
        self._ids: dict[str, str] = {}

    def __call__(self, value: object) -> object:
        """``value`` as it would have been without the shift."""
        match value:
            case datetime():
                return value - self._moved
            case str():
                return IDENT.sub(lambda m: self._ids.setdefault(m[0], f"{m[1]}-{len(self._ids)}"), value)
            case tuple():
                return tuple(self(each) for each in value)
            case dict():
                return {key: self(each) for key, each in value.items()}
            case _ if is_dataclass(value):
                return (type(value), *(self(getattr(value, f.name)) for f in fields(value)))
            case _:
                return value


@settings(max_examples=120)
@given(street=streets, days=st.integers(-8000, 8000), seconds=st.floats(-86_400, 86_400))
def test_a_shift_moves_everything_alike(street: Street, days: int, seconds: float) -> None:
    """Twenty years back or ahead, across the real now: the core knows no clock but its events."""
    moved = timedelta(days=days, seconds=seconds)
    here, there = (walk(street, SITE, start=START + span).run.effects for span in (timedelta(0), moved))
    assert Plain(moved)(there) == Plain(timedelta(0))(here)

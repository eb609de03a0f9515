"""What is written of a value is what its schema says; the two are told side by side and tried side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from edge_agent.config.wire.plain import plain, schema_of
from edge_agent.core.feed.strikes import StrikeCount, StrikesBy
from edge_agent.core.geometry import Box
from edge_agent.core.ground.coordinates import LonLat
from tests.street import at


class Colour(StrEnum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A part."""

    where: LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Everything that a message may be made of."""

    at: datetime
    span: float
    count: int
    good: bool
    colour: Colour
    box: Box
    which: Literal["a", "b"]
    stage: int | str
    names: dict[str, str]
    parts: tuple[Inner, ...] = ()
    only: Literal["x"] = "x"
    maybe: Inner | None = None


WORDS = {name: f"what {name} is" for name in (*Whole.__dataclass_fields__, "where")}
inners = st.builds(Inner, where=st.builds(LonLat, st.floats(-180, 180), st.floats(-90, 90)))
wholes = st.builds(
    Whole,
    at=st.floats(0, 1e6).map(at),
    span=st.floats(0, 1e6),
    box=st.just(Box(0.1, 0.2, 0.3, 0.4)),
    parts=st.tuples(inners, inners),
    maybe=st.none() | inners,
)


@given(wholes)
def test_what_is_written_is_what_the_schema_says(whole: Whole) -> None:
    """For every kind of value; of a tuple a list, of an instant its text, and nothing of None."""
    document = plain(whole)
    Draft202012Validator(schema_of(Whole, WORDS)).validate(document)
    assert isinstance(document, dict)
    assert ("maybe" in document) == (whole.maybe is not None)


def test_what_may_be_none_may_be_missing_and_all_else_is_required() -> None:
    """A default that is written does not make a key optional."""
    schema = schema_of(Whole, WORDS)
    assert set(schema["properties"]) - set(schema["required"]) == {"maybe"}


def test_every_field_carries_its_meaning() -> None:
    """Also those of the parts."""
    properties = schema_of(Whole, WORDS)["properties"]
    assert properties["span"]["description"] == "what span is"
    assert properties["parts"]["items"]["properties"]["where"]["description"] == "what where is"


def test_a_field_that_nobody_explained_has_no_schema() -> None:
    """It must be explained before it can be sent."""
    with pytest.raises(KeyError, match="where"):
        schema_of(Inner, {})


def test_a_type_that_nobody_can_write_has_no_schema() -> None:
    """Instead of one that says something."""
    with pytest.raises(TypeError, match="expected a type that can be told as JSON, got bytes"):
        schema_of(bytes, {})


def test_a_count_of_other_boxes_is_told_where_there_is_one() -> None:
    """Whoever counted before boxes were told reads the same message as ever, and need not find the key."""
    here = StrikeCount(by=StrikesBy.SHOP, party="s1", n=1, step="green")
    assert plain(here) == {"by": "shop", "party": "s1", "n": 1, "step": "green"}
    assert plain(replace(here, n=3, elsewhere=2)) == {
        "by": "shop",
        "party": "s1",
        "n": 3,
        "step": "green",
        "elsewhere": 2,
    }
    schema = schema_of(StrikeCount, dict.fromkeys(("by", "party", "n", "step", "elsewhere"), "what it is"))
    assert schema["required"] == ["by", "party", "n", "step"]
    assert schema["properties"]["elsewhere"]["type"] == "integer"

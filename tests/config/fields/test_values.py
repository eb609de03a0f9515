"""How values are written: the parts that no file reaches by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from edge_agent.config.fields.values import as_core, shown
from edge_agent.config.site.site_file import CameraSettings


@dataclass(frozen=True)
class Pair:
    """A core value that refuses some of its values."""

    low: int
    high: int = 9

    def __post_init__(self) -> None:
        """Refuse a pair in the wrong order."""
        if self.low > self.high:
            raise ValueError(f"low {self.low}: expected at most {self.high}")


PAIR: TypeAdapter[Pair] = TypeAdapter(Annotated[Pair, as_core(Pair)])


def test_a_mapping_becomes_the_core_value() -> None:
    """Without a second class beside it; defaults are the core's."""
    assert PAIR.validate_python({"low": 3}) == Pair(3, 9)


def test_a_refusal_of_the_core_becomes_a_sentence() -> None:
    """What the core will not hold is said like everything else."""
    with pytest.raises(ValidationError, match=r"found values that do not fit \(low 10: expected at most 9\)"):
        PAIR.validate_python({"low": 10})


def test_reading_without_its_context_is_a_bug() -> None:
    """A path means nothing without the file that names it."""
    with pytest.raises(TypeError, match="validation context: expected Reading, got NoneType"):
        TypeAdapter(CameraSettings).validate_python({"source": "a.mp4", "zones": "z.yaml"})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "true"),
        (3, "3"),
        ([1, 2], "a list of 2"),
        ({}, "a mapping"),
        ("a\nb", "'a\\nb'"),
        ("x" * 100, "'" + "x" * 60 + "...'"),
        ("rtsp://u:secret@h/1", "'rtsp://***@h/1'"),
    ],
)
def test_a_value_is_shown_on_one_line(value: object, text: str) -> None:
    """Short, and without the password of an address."""
    assert shown(value) == text

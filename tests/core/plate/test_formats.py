"""Formats: what can be a plate, and in which colours."""

from __future__ import annotations

import pytest

from edge_agent.core.plate.formats import PlateColour, colours_of, has_province, is_plate, normalised

BLUE, YELLOW, GREEN = PlateColour.BLUE, PlateColour.YELLOW, PlateColour.GREEN
WHITE, BLACK = PlateColour.WHITE, PlateColour.BLACK


@pytest.mark.parametrize(
    ("text", "colours"),
    [
        ("苏D12345", (BLUE, YELLOW)),
        ("皖AYN166", (BLUE, YELLOW)),
        ("粤BD12345", (GREEN,)),
        ("鲁QF02599", (GREEN,)),
        ("陕A06725D", (GREEN,)),
        ("苏D1234警", (WHITE,)),
        ("苏D1234学", (YELLOW,)),
        ("苏D1234挂", (YELLOW,)),
        ("沪A1234领", (BLACK,)),
        ("粤Z1234港", (BLACK,)),
        ("使198476", (BLACK,)),
        ("VA30093", (WHITE,)),
    ],
)
def test_every_format_of_plate_is_known_with_its_colours(text: str, colours: tuple[PlateColour, ...]) -> None:
    """One of each."""
    assert colours_of(text) == colours


@pytest.mark.parametrize(
    "text",
    [
        "",
        "苏",
        "苏D1234",
        "苏D123456",
        "苏I12345",
        "苏D1234O",
        "D12345",
        "A苏12345",
        "苏DABCDE",
        "苏DL12345",
        "警12345",
    ],
)
def test_what_no_plate_says_is_none(text: str) -> None:
    """Too short, too long, letters that no plate has, a sign in another's place, too many letters."""
    assert not is_plate(text)


def test_a_plate_is_compared_without_what_people_put_between_its_signs() -> None:
    """The point, spaces and small letters are writing, not plate."""
    assert normalised(" 苏d·12 345") == "苏D12345"


def test_the_army_has_no_province() -> None:
    """Nor has a text without signs."""
    assert has_province("苏D12345")
    assert not has_province("VA30093")
    assert not has_province("")

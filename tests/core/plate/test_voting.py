"""Voting: several looks at one plate, sign by sign."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.plate.formats import SIGNS, PlateColour
from edge_agent.core.plate.reading import PlateReading
from edge_agent.core.plate.voting import PlateLook, joined, vote

PLATE = "苏D12345"


def look(text: str, *sure: float, colour: PlateColour | None = None) -> PlateLook:
    """A look whose signs are as sure as told, 0.99 where nothing is."""
    return PlateLook(text=text, probabilities=sure or (0.99,) * len(text), colour=colour)


def test_looks_that_agree_are_told_with_their_number() -> None:
    """All three say the same."""
    reading = vote([look(PLATE)] * 3)
    assert reading == PlateReading(text=PLATE, hashed=False, confidence=0.99, looks=3)


def test_a_sign_that_one_look_misread_is_outvoted() -> None:
    """The share of the winner falls to what the others are worth; only the looks that say all of it are counted."""
    reading = vote([look(PLATE)] * 5 + [look("苏D12845", 0.99, 0.99, 0.99, 0.99, 0.4, 0.99, 0.99)])
    assert reading is not None
    assert (reading.text, reading.looks, reading.confidence) == (PLATE, 5, 0.825)


def test_a_plate_below_the_bar_is_not_told() -> None:
    """Two looks that hardly saw a sign; as sure as the bar is sure enough."""
    faint = look(PLATE, 0.99, 0.99, 0.79, 0.99, 0.99, 0.99, 0.99)
    assert vote([faint, faint]) is None
    just = look(PLATE, 0.99, 0.99, 0.8, 0.99, 0.99, 0.99, 0.99)
    assert vote([just, just]) is not None


def test_one_look_proves_nothing() -> None:
    """However sure it is; nor do two that say different things."""
    assert vote([look(PLATE)]) is None
    assert vote([]) is None
    assert vote([look(PLATE), look("苏D54321")]) is None


def test_looks_that_are_no_plate_have_no_vote() -> None:
    """Too short, or a letter that no plate has."""
    reading = vote([look(PLATE), look(PLATE), look("苏D1234"), look("苏DI2345"), look("STOP")])
    assert reading is not None
    assert (reading.text, reading.confidence) == (PLATE, 0.99)


def test_a_vote_that_adds_up_to_no_plate_is_none() -> None:
    """Each look is a plate, the signs with the most weight are not: four letters behind the office's."""
    mixed = [look("苏DAB1CD"), look("苏DABC1D"), look("苏D1BCDE"), look("苏DA1CDE")]
    assert vote(mixed, bar=0.1) is None


def test_the_province_is_the_weakest_sign_and_has_its_own_bar() -> None:
    """The plate is told, and that its province is unsure; the confidence is that of the other signs."""
    reading = vote([look(PLATE, 0.85, *(0.99,) * 6)] * 2)
    assert reading is not None
    assert (reading.text, reading.province_sure, reading.confidence) == (PLATE, False, 0.99)


def test_a_plate_without_a_province_is_as_sure_as_its_weakest_sign() -> None:
    """The army's plates begin with letters."""
    reading = vote([look("VA30093", 0.85, *(0.99,) * 6)] * 2)
    assert reading is not None
    assert (reading.province_sure, reading.confidence) == (True, 0.85)


def test_the_most_trusted_length_votes() -> None:
    """A green plate whose last sign one look cut off."""
    reading = vote([look("粤BD12345"), look("粤BD12345"), look("粤BD1234")])
    assert reading is not None
    assert (reading.text, reading.looks) == ("粤BD12345", 2)


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ((PlateColour.YELLOW, PlateColour.YELLOW, PlateColour.BLUE), "yellow"),
        ((PlateColour.GREEN, PlateColour.GREEN, PlateColour.GREEN), None),
        ((None, None, None), None),
    ],
)
def test_a_colour_is_told_where_such_a_plate_has_it(seen: tuple[PlateColour | None, ...], told: str | None) -> None:
    """The most frequent; a plate of seven signs is not green."""
    reading = vote([look(PLATE, colour=colour) for colour in seen])
    assert reading is not None
    assert reading.colour == told


@given(st.lists(st.text(SIGNS, min_size=5, max_size=5), min_size=1, max_size=6), st.randoms())
def test_the_order_of_the_looks_decides_nothing_where_one_has_the_majority(texts: list[str], chance: object) -> None:
    """A reading does not depend on which picture came first."""
    looks = [look(f"苏D{text}") for text in texts] + [look(PLATE)] * (len(texts) + 1)
    turned = list(looks)
    chance.shuffle(turned)  # type: ignore[attr-defined]
    assert vote(turned, bar=0.5) == vote(looks, bar=0.5)


def test_a_look_must_weigh_each_of_its_signs() -> None:
    """Else nobody knows which sign is meant."""
    with pytest.raises(ValueError, match="7 signs and 1 probabilities"):
        look(PLATE, 0.9)


def test_two_readings_of_one_plate_are_joined() -> None:
    """Looks add up, the better confidence stays, and a province that was sure once is sure."""
    first = PlateReading(text=PLATE, hashed=False, confidence=0.9, looks=3, province_sure=False, colour="blue")
    again = PlateReading(text=PLATE, hashed=False, confidence=0.95, looks=2)
    assert joined(first, again) == replace(again, looks=5, colour="blue")
    assert joined(None, first) == joined(first, None) == first
    assert joined(None, None) is None


def test_of_two_plates_the_better_known_stays() -> None:
    """Looks times confidence; the newer one where they are worth the same."""
    first = PlateReading(text=PLATE, hashed=False, confidence=0.9, looks=4)
    other = PlateReading(text="苏D54321", hashed=False, confidence=0.9, looks=2)
    assert joined(first, other) == joined(other, first) == first
    even = replace(other, looks=4)
    assert joined(first, even) == even

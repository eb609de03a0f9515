"""Streets as data refuse what could not happen."""

from __future__ import annotations

import pytest

from lab.simulation.street import Hourly, Sight


@pytest.mark.parametrize("rates", [(1.0,) * 23, (-1.0,) + (1.0,) * 23])
def test_a_day_has_24_hours_from_never_on(rates: tuple[float, ...]) -> None:
    """Fewer, or less than never, is refused."""
    with pytest.raises(ValueError, match="expected 24 numbers"):
        Hourly(rates)


def test_an_hour_past_midnight_is_one_of_the_next_day() -> None:
    """25 o'clock is one o'clock."""
    assert Hourly(tuple(map(float, range(24)))).at(25.5) == 1.0


def test_a_share_is_a_share() -> None:
    """A recall of 85 is refused in one sentence."""
    with pytest.raises(ValueError, match="recall: expected a share from 0 to 1, got 85"):
        Sight(recall=85)

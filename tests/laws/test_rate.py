"""Law 1: the rate of looks changes nothing but the looks on which things fall."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core_run import tell
from tests.site import SHORT, site, zone
from tests.street import looks_at, stands

STANDS_S = 200.0
SITE = site(zone(rule=SHORT))

# Steady cameras of 0.5 to 60 looks a second, and cameras that drop looks as they like, but see one within each 9 s.
steady = st.sampled_from((0.5, 0.7, 1.0, 2.5, 5.0, 12.0)).map(
    lambda rate: tuple(n / rate for n in range(int(260 * rate)))
)
ragged = st.lists(st.floats(0.02, 9.0), min_size=60, max_size=200).map(
    lambda gaps: tuple(accumulate(gaps, initial=0.0))
)


def _first(seconds: list[float], due: float) -> float | None:
    """The first look at or after ``due``."""
    return next((second for second in seconds if second >= due - 1e-6), None)


@settings(max_examples=80)
@given(seconds=steady | ragged)
def test_warnings_fall_on_the_first_look_that_is_due(seconds: tuple[float, ...]) -> None:
    """Opened and warned at the first look ≥ dwell, each next step at the first look ≥ interval after the one before."""
    result = tell(looks_at(stands("car", 0, STANDS_S), seconds), SITE)
    here = [round(second, 6) for second in seconds if second <= STANDS_S]
    expected: list[tuple[str, float]] = []
    due: float | None = 20
    for what in ("warned", "warned", "escalated"):
        due = None if due is None else _first(here, due)
        if due is not None:
            expected += [("opened", due)] if not expected else []
            expected += [(what, due)]
            due += 30
    assert [(what, round(second, 6)) for what, second in result.story if what != "resolved"] == expected


@settings(max_examples=40)
@given(seconds=steady | ragged)
def test_leaving_is_dated_to_the_last_sighting(seconds: tuple[float, ...]) -> None:
    """However often it is looked at: the end is the last look that saw it, decided once 15 s of looks have not."""
    result = tell(looks_at(stands("car", 0, STANDS_S), seconds), SITE)
    if not result.happened or result.happened[-1] != "resolved":
        return
    last = result.events[-1]
    seen = max(second for second in seconds if second <= STANDS_S)
    assert last.end is not None
    assert abs(result.seconds[-1] - seen) >= 15 - 1e-6
    assert abs((last.end - last.at).total_seconds() + result.seconds[-1] - seen) < 1e-5


def test_the_fastest_camera() -> None:
    """Sixty looks a second open at the same instant as one."""
    fast, slow = (
        tell(looks_at(stands("car", 0, 90), tuple(n / rate for n in range(int(70 * rate)))), SITE) for rate in (60, 1)
    )
    assert fast.story == slow.story == [("opened", 20), ("warned", 20), ("warned", 50)]

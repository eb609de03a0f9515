"""The laws of a camera's trouble catch the bugs that they are there for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.mutation.planting import Bug, caught

LAW: Final = "laws/test_trouble.py"

BUGS: Final = (
    Bug(
        name="time_goes_back",
        file="core/stream/health.py",
        right="at = observation.at if health.at is None else max(health.at, observation.at)",
        wrong="at = observation.at",
        law=f"{LAW}::test_time_never_goes_back",
    ),
    Bug(
        name="a_doubted_look_is_trusted",
        file="core/stream/health.py",
        right="return FrameTrust.DOUBT if self.suspicions else FrameTrust.TRUST",
        wrong="return FrameTrust.TRUST",
        law=f"{LAW}::test_no_second_of_trouble_is_trusted",
    ),
    Bug(
        name="a_trouble_is_dated_to_when_it_is_named",
        file="core/stream/health.py",
        right="since = health.since or health.good or min(s.first for s in named)",
        wrong="since = health.since or at",
        law=f"{LAW}::test_no_second_of_trouble_is_trusted",
    ),
    Bug(
        name="a_size_is_never_lived_with",
        file="core/stream/health.py",
        right="size=health.size if resizing else looked.size,",
        wrong="size=health.size or looked.size,",
        law="core/stream/test_health.py::test_another_size_is_named_and_then_lived_with",
    ),
    Bug(
        name="a_silence_is_never_over",
        file="core/stream/health.py",
        right="        Symptom.STALLED: False,\n",
        wrong="",
        law=f"{LAW}::test_every_trouble_ends_when_the_pictures_are_good_again",
    ),
    Bug(
        name="looks_are_counted",
        file="core/stream/fault_debounce.py",
        right="named = at - first >= course(symptom, tuning).after or",
        wrong="named = (before is not None and before.latest > before.first) or",
        law=f"{LAW}::test_the_rate_of_looks_names_the_same",
    ),
    Bug(
        name="something_is_not_stored",
        file="config/wire/events.py",
        right="return _health().dump_json(health)",
        wrong="return _health().dump_json(health, exclude={'marks'})",
        law=f"{LAW}::test_what_is_stored_is_all_there_is",
    ),
)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_law_catches_its_bug(bug: Bug, tree: Path) -> None:
    """Once it is planted."""
    caught(tree, bug)

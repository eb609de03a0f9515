"""A power cut at any step of a camera's work: nothing is lost, and nothing is said or told twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent.core.events import FrameSeen, Result, WarningAnswered
from edge_agent.ports import Message
from tests.app.one_camera import Bench, Mains, PowerCutError
from tests.street import stands


def bench(folder: Path, cut: int = -1) -> Bench:
    """A car stands through a whole ladder of two warnings, looked at every five seconds; the power fails at ``cut``."""
    return Bench(folder, stands("car", 0, 120), 150, mains=Mains(cut))


def steps_of(folder: Path) -> list[str]:
    """Every step of the unbroken run, in order."""
    unbroken = bench(folder)
    unbroken.starts()
    return unbroken.mains.steps


def nth(steps: list[str], step: str, n: int) -> int:
    """The number of the n-th step of a name, counted from 1."""
    return [number for number, name in enumerate(steps) if name == step][n - 1]


def cut_points(steps: list[str]) -> list[int]:
    """The numbers of the first and last steps and of those around anything told; quiet looks are all alike."""
    quiet = {"log", "commit", "committed"}
    around = [set(steps[max(0, number - 3) : number + 4]) - quiet for number in range(len(steps))]
    return [n for n, place in enumerate(around) if place or n < 4 or n > len(steps) - 4]


def cut_and_started_again(street: Bench) -> None:
    """The power fails where it is set to, comes back, and the run goes on to its end."""
    with pytest.raises(PowerCutError):
        street.starts()
    street.mains.cut = -1
    street.starts()


def first_of(names: set[str], steps: list[str]) -> str:
    """Which of some steps was made first."""
    return next(step for step in steps if step in names)


def ids(messages: tuple[Message, ...]) -> list[str]:
    """What identifies each message."""
    return [message.id for message in messages]


def test_a_cut_at_any_step_changes_nothing_that_is_told(tmp_path: Path) -> None:
    """The same event ids in the same order, each warning heard once, and every look logged once."""
    steps = steps_of(tmp_path / "whole")
    whole = bench(tmp_path / "whole")
    heard = ["warning 1", "warning 2"]
    assert steps.count("spoken") == len(heard)
    looks = [event.at for event in whole.logged() if isinstance(event, FrameSeen)]
    for number, step in ((number, steps[number]) for number in cut_points(steps)):
        street = bench(tmp_path / str(number), cut=number)
        cut_and_started_again(street)
        assert ids(street.messages()) == ids(whole.messages()), f"cut at step {number}: {step}"
        assert [f"warning {n}" for _, n in street.speaker.heard] == heard, f"cut at step {number}: {step}"
        assert [event.at for event in street.logged() if isinstance(event, FrameSeen)] == looks, f"cut at {number}"


@pytest.mark.parametrize("step", ["commit", "speak", "spoken"])
def test_each_point_of_a_warning(tmp_path: Path, step: str) -> None:
    """Before it is committed, committed and not spoken, spoken and not answered: it is heard once, answered once."""
    steps = steps_of(tmp_path / "whole")
    speaks = nth(steps, "speak", 1)
    before = max(number for number in range(speaks) if steps[number] == "commit")
    street = bench(tmp_path / "cut", cut={"commit": before, "speak": speaks, "spoken": speaks + 1}[step])
    cut_and_started_again(street)
    assert [n for _, n in street.speaker.heard] == [1, 2]
    assert [event.n for event in street.logged() if isinstance(event, WarningAnswered)] == [1, 2]


def test_a_warning_too_old_is_not_played_after_the_cut(tmp_path: Path) -> None:
    """The power stays away for longer than the warning is worth: it is answered as failed, and not spoken."""
    street = bench(tmp_path / "cut", cut=nth(steps_of(tmp_path / "whole"), "speak", 1))
    with pytest.raises(PowerCutError):
        street.starts()
    before = len(street.mains.steps)
    street.mains.cut, street.away_until = -1, 70  # asked at 20, to be played within 30 s
    street.starts()
    answers = [event for event in street.logged() if isinstance(event, WarningAnswered)]
    assert (answers[0].n, answers[0].result) == (1, Result.FAILED)
    assert first_of({"log", "speak"}, street.mains.steps[before:]) == "log"


def test_a_speaker_that_cannot_tell_is_not_made_to_repeat(tmp_path: Path) -> None:
    """It may have been heard: the core is told so, and asks again only when it is time to."""
    street = bench(tmp_path / "cut", cut=nth(steps_of(tmp_path / "whole"), "spoken", 1))
    street.speaker.remembers = False
    with pytest.raises(PowerCutError):
        street.starts()
    street.mains.cut, before = -1, len(street.mains.steps)
    street.starts()
    answers = [event for event in street.logged() if isinstance(event, WarningAnswered)]
    assert (answers[0].n, answers[0].result) == (1, Result.UNKNOWN)
    assert first_of({"log", "speak"}, street.mains.steps[before:]) == "log"


def test_power_may_fail_again_and_again(tmp_path: Path) -> None:
    """Seven steps at a time: the run gets to its end, and told is what the unbroken one told."""
    whole = bench(tmp_path / "whole")
    whole.starts()
    street = bench(tmp_path / "cut")
    for _ in range(200):
        street.mains.cut = len(street.mains.steps) + 7
        try:
            street.starts()
        except PowerCutError:
            continue
        break
    assert ids(street.messages()) == ids(whole.messages())
    assert [n for _, n in street.speaker.heard] == [1, 2]

"""Each law of limits catches the bug that it is there for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.mutation.planting import Bug, caught

LAW: Final = "laws/test_speaker_limits.py"
GAPS: Final = f"{LAW}::test_no_gap_and_no_cap_is_broken"
QUIET: Final = f"{LAW}::test_every_quiet_hour_is_kept"
LATE: Final = f"{LAW}::test_nothing_is_late_and_nobody_is_warned_twice"
TRUE: Final = f"{LAW}::test_everybody_who_asks_is_answered_once_and_truly"

BUGS: Final = (
    Bug(
        name="a_gap_from_the_beginning_of_an_announcement",
        file="core/speak/limits.py",
        right="return replace(spoken, ended=at, saying=(), ",
        wrong="return replace(spoken, ended=spoken.began[-1], saying=(), ",
        law=GAPS,
    ),
    Bug(
        name="a_cap_by_the_hour_on_the_clock",
        file="core/speak/limits.py",
        right="lately = [each for each in spoken.began if free - each < HOUR]",
        wrong="lately = [each for each in spoken.began if each.hour == free.hour]",
        law=GAPS,
    ),
    Bug(
        name="a_cap_that_a_power_cut_forgets",
        file="config/wire/remembered.py",
        right="return _SPOKEN.dump_json(spoken)",
        wrong="return _SPOKEN.dump_json(spoken, exclude={'began'})",
        law=GAPS,
    ),
    Bug(
        name="silent_hours_are_for_others",
        file="core/speak/limits.py",
        right="free = limits.silent.next_change(cap) if limits.silent is not None and quiet else cap",
        wrong="free = cap",
        law=QUIET,
    ),
    Bug(
        name="quiet_judged_when_it_was_asked",
        file="app/speak/speaker_queue.py",
        right="quiet = {each.request.id: self._voice.quiet(each.request, now) for each in requests}",
        wrong="quiet = {each.request.id: self._voice.quiet(each.request, each.request.at) for each in requests}",
        law=QUIET,
    ),
    Bug(
        name="softer_is_for_the_first_alone",
        file="core/speak/limits.py",
        right="softer=any(wish.softer for wish in chosen)",
        wrong="softer=chosen[0].softer",
        law=QUIET,
    ),
    Bug(
        name="a_second_try_gets_more_time",
        file="app/speak/speaker_queue.py",
        right="if not self._line.put(_WaitingRequest(request, answered)):",
        wrong="request = replace(request, expires_at=request.expires_at + 10 * PAUSE)"
        "\n        if not self._line.put(_WaitingRequest(request, answered)):",
        law=LATE,
    ),
    Bug(
        name="unknown_is_tried_on_the_next",
        file="app/speak/announcer.py",
        right="            if answer.result is Result.FAILED:\n                self._try(",
        wrong="            if answer.result is not Result.PLAYED:\n                self._try(",
        law=LATE,
    ),
    Bug(
        name="only_the_first_of_an_announcement_is_answered",
        file="app/speak/speaker_queue.py",
        right="            else:\n                each.answered(answer)",
        wrong="            elif each is asked[0]:\n                each.answered(answer)",
        law=TRUE,
    ),
    Bug(
        name="the_first_of_the_route_is_named_for_all",
        file="app/speak/announcer.py",
        right="                answered(request, answer)",
        wrong="                answered(request, SpeakerAnswer(result=answer.result, speaker=next(iter(self.queues))))",
        law=TRUE,
    ),
)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_law_catches_its_bug(bug: Bug, tree: Path) -> None:
    """Once it is planted."""
    caught(tree, bug)

"""Bugs of what waits for a person: a voice or an order that does not, a word that is forgotten, no limit."""

from __future__ import annotations

from typing import Final

from tests.mutation.planting import Bug

OF_REVIEWS: Final = (
    Bug(
        name="16_the_voice_does_not_wait",
        file="core/incident/ladder.py",
        right="return take(state, Cause.REFER_WARNING if ask else Cause.AGREED, clock)",
        wrong="return take(state, Cause.AGREED, clock)",
        law="laws/test_review.py::test_nothing_goes_before_a_persons_word",
    ),
    Bug(
        name="16_the_order_does_not_wait",
        file="core/incident/deadlines.py",
        right="order = (Cause.REFER_ORDER if refer else Cause.UNHEEDED, mark + rule.final_grace)",
        wrong="order = (Cause.UNHEEDED, mark + rule.final_grace)",
        law="laws/test_review.py::test_nothing_goes_before_a_persons_word",
    ),
    Bug(
        name="16_an_order_of_an_unheard_warning_does_not_wait",
        file="core/incident/deadlines.py",
        right="given_up = (Cause.REFER_ORDER if refer else Cause.UNDELIVERED, began + rule.warn_window)",
        wrong="given_up = (Cause.UNDELIVERED, began + rule.warn_window)",
        law="laws/test_review.py::test_nothing_goes_before_a_persons_word",
    ),
    Bug(
        name="16_what_is_dropped_goes_on",
        file="core/incident/deadlines.py",
        right="over = Cause.UNREVIEWED if rule.unreviewed is Unreviewed.PROCEED else Cause.DROPPED",
        wrong="over = Cause.UNREVIEWED",
        law="laws/test_review.py::test_nothing_goes_before_a_persons_word",
    ),
    Bug(
        name="16_a_persons_word_is_forgotten",
        file="core/incident/cases.py",
        right="return self.record is not None and self.record.review is ReviewStatus.CONFIRMED",
        wrong="return False",
        law="laws/test_review.py::test_a_word_before_the_limit_decides",
    ),
    Bug(
        name="16_the_limit_begins_anew_at_a_restart",
        file="config/wire/events.py",
        right="return _world().validate_json(text)",
        wrong=(
            "import re; return _world().validate_json("
            're.sub(r\'"since":"PT[^"]*"(?=[^{}]*review")\', \'"since":"PT24H"\', text))'
        ),
        law="laws/test_review.py::test_the_limit_holds_over_a_restart",
    ),
    Bug(
        name="16_a_word_speaks_to_an_empty_kerb",
        file="core/incident/person_review.py",
        right="return publish(case, scene, Happening.CONFIRMED)",
        wrong=(
            "from edge_agent.core.incident.ladder import climb\n"
            "    from edge_agent.core.incident.publishing import ask\n"
            "    state, _ = climb(case.state, case.presence.counted, scene.rule, confirmed=True)\n"
            "    case, effects = publish(replace(case, state=state), scene, Happening.CONFIRMED)\n"
            "    return case, effects + ask(case, scene, 1, 1)[1]"
        ),
        law="laws/test_review.py::test_what_is_confirmed_out_of_sight_waits_to_be_seen",
    ),
)

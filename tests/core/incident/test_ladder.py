"""The ladder: what is due at which reading of the dwell clock."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.errors import Bug
from edge_agent.core.events import Result
from edge_agent.core.incident.deadlines import due
from edge_agent.core.incident.ladder import TRANSITIONS, answer, climb, confirm, is_open, played, take
from edge_agent.core.incident.ladder_states import (
    Ask,
    AskedAgain,
    Asking,
    Cancelled,
    Candidate,
    Cause,
    Confirming,
    Drop,
    Escalate,
    Opened,
    Ordered,
    OrderReason,
    OrderReview,
    Refer,
    Resolved,
    State,
    Suppressed,
    Unanswered,
    Warned,
    WarningPlayed,
    WarningReview,
)
from edge_agent.core.site.policy import Review, Rule, Undelivered, Unreviewed
from tests.street import span

RULE = Rule()
ASKED = Asking(played=1, began=span(360), asked=span(360))
WARNED = Warned(played=1, mark=span(60))


def test_a_candidate_waits_for_its_dwell() -> None:
    """And, after a second look that disagreed, for ten seconds more."""
    assert climb(Candidate(), span(59), RULE) == (Candidate(), ())
    assert climb(Candidate(), span(60), RULE) == (Confirming(span(60)), (AskedAgain(),))
    doubted, _ = confirm(Confirming(span(60)), span(60), RULE, agreed=False)
    assert climb(doubted, span(69), RULE) == (doubted, ())
    assert climb(doubted, span(70), RULE)[1] == (AskedAgain(),)


def test_a_second_look_that_is_not_answered_is_asked_for_again() -> None:
    """Every ten seconds."""
    assert climb(Confirming(span(60)), span(69), RULE) == (Confirming(span(60)), ())
    assert climb(Confirming(span(60)), span(70), RULE) == (Confirming(span(70)), (AskedAgain(),))


def test_a_second_look_that_agrees_opens() -> None:
    """And asks for the first warning in the same breath; at any other time it says nothing."""
    asking = Asking(played=0, began=span(61), asked=span(61))
    assert confirm(Confirming(span(60)), span(61), RULE, agreed=True) == (asking, (Opened(), Ask(n=1, attempt=1)))
    assert confirm(WARNED, span(61), RULE, agreed=True) == (WARNED, ())


def test_a_warning_is_asked_again_until_its_window_is_over() -> None:
    """Then a person is called, or, on ``hold``, it is asked for ever on."""
    assert climb(ASKED, span(419), RULE) == (ASKED, ())
    again = replace(ASKED, asked=span(420), attempts=2)
    assert climb(ASKED, span(420), RULE) == (again, (Ask(n=2, attempt=2),))
    assert climb(ASKED, span(660), RULE) == (Ordered(1), (Escalate(OrderReason.UNDELIVERED),))
    hold = Rule(undelivered=Undelivered.HOLD)
    assert climb(ASKED, span(660), hold)[1] == (Ask(n=2, attempt=2),)


def test_only_a_played_answer_to_the_warning_asked_counts() -> None:
    """Failed, unknown, about another warning, or to nobody: nothing moves."""
    assert answer(ASKED, span(365), n=2, result=Result.PLAYED) == (
        Warned(played=2, mark=span(365)),
        (WarningPlayed(2),),
    )
    assert answer(ASKED, span(365), n=2, result=Result.FAILED) == (ASKED, ())
    assert answer(ASKED, span(365), n=2, result=Result.UNKNOWN) == (ASKED, ())
    assert answer(ASKED, span(365), n=1, result=Result.PLAYED) == (ASKED, ())
    assert answer(WARNED, span(365), n=1, result=Result.PLAYED) == (WARNED, ())


def test_the_next_warning_and_the_order_come_by_the_clock() -> None:
    """Five minutes after the last was played."""
    assert climb(WARNED, span(359), RULE) == (WARNED, ())
    assert climb(WARNED, span(360), RULE)[1] == (Ask(n=2, attempt=1),)
    last = Warned(played=3, mark=span(660))
    assert climb(last, span(959), RULE) == (last, ())
    assert climb(last, span(960), RULE) == (Ordered(3), (Escalate(OrderReason.UNHEEDED),))


@pytest.mark.parametrize("state", [Ordered(3), Suppressed(), Cancelled(), Resolved(WARNED)])
def test_above_the_order_nothing_is_due(state: State) -> None:
    """However long it stands."""
    assert climb(state, span(10**6), RULE) == (state, ())


def test_what_is_open_has_warnings() -> None:
    """Anything else has none."""
    assert [is_open(s) for s in (Candidate(), Confirming(span(1)), ASKED, WARNED, Ordered(3), Suppressed())] == [
        False, False, True, True, True, False,
    ]  # fmt: skip
    assert [played(s) for s in (Candidate(), ASKED, WARNED, Ordered(3), Cancelled())] == [0, 1, 1, 3, 0]


STATES: tuple[State, ...] = (
    Candidate(),
    Candidate(span(75)),
    Confirming(span(60)),
    ASKED,
    Asking(played=0, began=span(60), asked=span(330), attempts=5),
    WARNED,
    Warned(played=3, mark=span(660)),
    Ordered(3),
    WarningReview(span(75)),
    OrderReview(played=3, since=span(960), reason=OrderReason.UNHEEDED),
    Suppressed(),
    Cancelled(),
)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("undelivered", Undelivered)
@pytest.mark.parametrize("review", Review)
@pytest.mark.parametrize("unreviewed", Unreviewed)
def test_what_is_due_is_due_then_and_not_before(
    state: State, undelivered: Undelivered, review: Review, unreviewed: Unreviewed
) -> None:
    """``due`` names the very reading of the clock at which ``climb`` first moves, or says that none ever does."""
    rule = replace(RULE, undelivered=undelivered, review=review, unreviewed=unreviewed)
    reading = due(state, rule)
    if reading is None:
        assert climb(state, span(100_000), rule) == (state, ())
    else:
        assert climb(state, reading - span(0.001), rule) == (state, ())
        assert climb(state, reading, rule)[1] != ()


@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize("state", [*STATES, Resolved(WARNED)])
def test_the_table_is_what_is_executed(state: State, cause: Cause) -> None:
    """Each row leads where it says; a cause that has no row in this state is a bug, and says so."""
    row = TRANSITIONS[type(state)]
    if cause in row:
        assert isinstance(take(state, cause, span(900))[0], row[cause])
    else:
        with pytest.raises(Bug, match=f"case in state {state.state}: expected one of .*, got {cause}"):
            take(state, cause, span(900))


def test_a_thing_that_is_back_stands_where_it_stood() -> None:
    """Whatever the clock says by then."""
    assert take(Resolved(WARNED), Cause.RETURNED, span(900)) == (WARNED, ())


FIRST = Rule(review=Review.BEFORE_WARNING)
BEFORE = Rule(review=Review.BEFORE_ORDER)
WAITS = WarningReview(span(61))
ORDER_WAITS = OrderReview(played=1, since=span(660), reason=OrderReason.UNDELIVERED)


def test_before_a_warning_a_person_is_asked() -> None:
    """It is opened and referred; no warning is asked for. Where the order alone is reviewed, nobody is asked yet."""
    assert confirm(Confirming(span(60)), span(61), FIRST, agreed=True) == (WAITS, (Opened(), Refer()))
    assert confirm(Confirming(span(60)), span(61), BEFORE, agreed=True)[1] == (Opened(), Ask(n=1, attempt=1))


def test_before_an_order_a_person_is_asked() -> None:
    """Whatever makes it due; not for what was confirmed before."""
    last = Warned(played=3, mark=span(660))
    unheeded = OrderReview(played=3, since=span(960), reason=OrderReason.UNHEEDED)
    assert climb(last, span(960), BEFORE) == (unheeded, (Refer(),))
    assert climb(ASKED, span(660), BEFORE) == (ORDER_WAITS, (Refer(),))
    assert climb(last, span(960), BEFORE, confirmed=True) == (Ordered(3), (Escalate(OrderReason.UNHEEDED),))


def test_what_is_confirmed_goes_on_at_the_next_look() -> None:
    """With what was held up: the first warning, or the order for the reason that it was due for."""
    asking = Asking(played=0, began=span(70), asked=span(70))
    assert climb(WAITS, span(70), FIRST, confirmed=True) == (asking, (Ask(n=1, attempt=1),))
    ordered = (Ordered(1), (Escalate(OrderReason.UNDELIVERED),))
    assert climb(ORDER_WAITS, span(670), BEFORE, confirmed=True) == ordered
    assert climb(ORDER_WAITS, span(670), RULE) == ordered  # nobody is asked any more


def test_a_review_has_a_limit() -> None:
    """Then it is dropped, or goes on without a word of anybody."""
    assert climb(WAITS, span(660.9), FIRST) == (WAITS, ())
    assert climb(WAITS, span(661), FIRST) == (Cancelled(), (Unanswered(), Drop(WAITS)))
    going_on = replace(FIRST, unreviewed=Unreviewed.PROCEED, review_limit=span(30))
    assert climb(WAITS, span(91), going_on)[1] == (Unanswered(), Ask(n=1, attempt=1))
    going_on = replace(BEFORE, unreviewed=Unreviewed.PROCEED)
    assert climb(ORDER_WAITS, span(1260), going_on)[1] == (Unanswered(), Escalate(OrderReason.UNDELIVERED))


def test_in_quiet_hours_the_order_is_reviewed_as_one_of_quiet_hours() -> None:
    """Its reason is remembered until it is confirmed."""
    asking_state = Asking(played=1, began=span(360), asked=span(360))
    review, _ = take(asking_state, Cause.REFER_QUIET, span(360))
    assert take(review, Cause.CONFIRMED, span(400)) == (Ordered(1), (Escalate(OrderReason.QUIET_HOURS),))

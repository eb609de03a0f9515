"""The vote of the second look: the detector alone as ever, and with others by what each says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.detect.vote import (
    ALLOWED,
    APPEARED,
    DETECTOR,
    ENOUGH,
    RUNNING,
    TAUGHT,
    Evidence,
    evidence_in,
    log_odds,
    there,
    voted,
    weight_of,
)
from edge_agent.core.events import LookedAgain
from tests.street import at

CHANCES = st.floats(0, 1)


@given(st.integers(0, 4), st.integers(0, 4), st.integers(1, 4))
def test_the_detector_alone_decides_as_it_always_did(agreed: int, of: int, confirm: int) -> None:
    """As many pictures as the rule asks for, or all there are; nobody is named."""
    vote = voted(Evidence(agreed=min(agreed, of), of=of, confirm=confirm, closer=0.5))
    assert vote.confirmed is (of > 0 and min(agreed, of) >= min(confirm, of))
    assert vote.witnesses == ()


def test_a_taught_classifier_vetoes_a_phantom_and_confirms_what_the_closer_look_missed() -> None:
    """A closed bin that three pictures call overflowing; a heap that one of three shows."""
    bin_ = Evidence(agreed=3, of=3, confirm=2, closer=0.6, running=0.5, taught=0.03, mark="bin_closed", examples=("a",))
    vetoed = voted(bin_)
    assert not vetoed.confirmed
    assert [each.name for each in vetoed.witnesses] == [RUNNING, DETECTOR, TAUGHT]
    assert (vetoed.witnesses[-1].mark, vetoed.witnesses[-1].examples) == ("bin_closed", ("a",))
    assert voted(Evidence(agreed=1, of=3, confirm=2, closer=0.2, running=0.5, taught=0.97)).confirmed
    assert not voted(Evidence(agreed=0, of=0, confirm=2, taught=0.97)).confirmed  # nobody is warned without a picture


@given(closer=CHANCES, running=CHANCES, taught=CHANCES, appeared=st.booleans())
def test_whoever_is_surer_moves_the_vote_towards_it(
    closer: float, running: float, taught: float, *, appeared: bool
) -> None:
    """More of anything never turns a yes into a no; the chance that is told decides."""
    seen = Evidence(agreed=1, of=3, confirm=2, closer=closer, running=running, taught=taught, appeared=appeared)
    vote = voted(seen)
    surer = voted(Evidence(agreed=1, of=3, confirm=2, closer=closer, running=running, taught=1.0, appeared=True))
    assert vote.confirmed <= surer.confirmed
    assert (APPEARED in {each.name for each in vote.witnesses}) is appeared
    assert vote.confirmed is (there(vote.witnesses) >= ENOUGH)


def test_what_is_allowed_is_none_however_sure_the_detector_is() -> None:
    """A van that may stand there is a van; the vote is not about that."""
    van = Evidence(agreed=3, of=3, confirm=2, closer=0.95, running=0.95, taught=0.9)
    assert voted(van).confirmed
    spared = voted(replace(van, allowed=0.8))
    assert (spared.confirmed, spared.witnesses[-1].name) == (False, ALLOWED)
    look = LookedAgain(at=at(1), case="k", confirmed=False, agreed=3, of=3, witnesses=spared.witnesses)
    assert voted(evidence_in(look, confirm=2, running=0.95)) == spared


def test_a_better_classifier_weighs_more() -> None:
    """What was fitted at 0.836 there; none that is no better than a coin weighs anything."""
    assert (weight_of(0.836), weight_of(0.5), weight_of(0.3)) == (0.4, 0, 0)
    assert 0.4 < weight_of(0.9) < weight_of(1.0) < 1
    phantom = Evidence(agreed=3, of=3, confirm=2, closer=0.85, running=0.85, taught=0.02)
    assert voted(replace(phantom, weight=weight_of(0.836))).confirmed
    assert not voted(replace(phantom, weight=weight_of(0.975))).confirmed


@pytest.mark.parametrize(("says", "odds"), [(0.5, 0.0), (0.0, -3.89), (1.0, 3.89)])
def test_nobody_is_quite_sure(says: float, odds: float) -> None:
    """One witness alone cannot outvote all others for ever."""
    assert log_odds(says) == pytest.approx(odds, abs=0.01)


def test_a_logged_second_look_votes_again_as_it_did() -> None:
    """From what its witnesses said; of an old log, the closer look was as sure as the detector on the whole."""
    seen = Evidence(agreed=2, of=3, confirm=2, closer=0.4, running=0.6, taught=0.2, mark="nothing", appeared=True)
    vote = voted(seen)
    look = LookedAgain(at=at(1), case="k", confirmed=vote.confirmed, agreed=2, of=3, witnesses=vote.witnesses)
    assert voted(evidence_in(look, confirm=2, running=0.6)) == vote
    old = LookedAgain(at=at(1), case="k", confirmed=True, agreed=2, of=3)
    assert evidence_in(old, confirm=2, running=0.6).closer == pytest.approx(0.4)
    assert voted(evidence_in(old, confirm=3, running=0.6)).confirmed is False

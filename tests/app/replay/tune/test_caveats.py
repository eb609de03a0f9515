"""What speaks against a setting that won a sweep."""

from __future__ import annotations

from collections.abc import Iterable

from edge_agent.app.replay.tune.caveats import tuning_caveats
from edge_agent.app.replay.tune.tuning import Trial
from edge_agent.core.score.matching import matched
from edge_agent.core.score.scoring import Score, score
from tests.truths import incident, owed, stand


def scored(hits: int, misses: int = 0, extras: int = 0) -> Score:
    """A score of so many."""
    truths = tuple(owed(stand(1000 * n, 1000 * n + 300)) for n in range(hits + misses))
    incidents = [incident(1000 * n + 60) for n in range(hits)] + [incident(1000 * n + 500) for n in range(extras)]
    return score(matched(truths, tuple(incidents)))


def trial(tune: Score, check: Score) -> Trial:
    """A setting that scored so."""
    return Trial(setting=(), tune=tune, check=check, whole=tune)


def caveats_of(chosen: Trial, today: Trial, *, by_days: bool = True) -> list[tuple[str, bool]]:
    """The beginning of each sentence, and whether it forbids."""
    caveats = tuning_caveats(chosen, today, by_days=by_days)
    assert all(languages(each.words) for each in caveats)
    return [(each.words["en"].split(":")[0], each.forbids) for each in caveats]


def languages(words: Iterable[str]) -> bool:
    """Both."""
    return set(words) == {"en", "zh-CN"}


TODAY = trial(scored(16, 4), scored(16, 4))


def test_nothing_is_said_against_what_is_better_on_both_sides() -> None:
    """Enough truth, several days, and as good on those that were kept back."""
    assert caveats_of(trial(scored(19, 1), scored(19, 1)), TODAY) == []


def test_too_little_truth_forbids() -> None:
    """On either side, and under either setting: a longer dwell leaves less that is due."""
    few = trial(scored(9), scored(20))
    assert caveats_of(few, TODAY) == [("Too little truth", True)]
    assert caveats_of(trial(scored(20), scored(20)), trial(scored(20), scored(9))) == [("Too little truth", True)]


def test_half_a_day_is_said_to_be_half_a_day() -> None:
    """It does not forbid: a start must be made somewhere."""
    assert caveats_of(trial(scored(19, 1), scored(19, 1)), TODAY, by_days=False) == [("One day only", False)]


def test_what_was_learnt_by_heart_is_said() -> None:
    """Worse where it was not tuned, and still better than today's."""
    assert caveats_of(trial(scored(20), scored(18, 2)), TODAY) == [
        ("F1 is 1.00 where it was tuned and 0.95 on what was kept back", False)
    ]


def test_what_is_no_gain_where_it_counts_forbids() -> None:
    """Better on the days it was tuned on, worse than today's on the others."""
    text = caveats_of(trial(scored(20), scored(12, 8)), TODAY)
    assert text[-1] == ("On what was kept back today's setting does better", True)


def test_without_a_figure_there_is_nothing_to_compare() -> None:
    """Nothing told and nothing due: only that it is too little."""
    assert caveats_of(trial(scored(0), scored(0)), trial(scored(0), scored(0))) == [("Too little truth", True)]
    assert ("On what was kept back today's setting does better", True) in caveats_of(trial(scored(0), scored(0)), TODAY)

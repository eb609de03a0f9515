"""Misgivings: why a setting that looks best may not be, each in one plain sentence; and which of them forbid it.

A sweep always has a winner. Whether it won by merit shows on the days that were kept back from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_agent.core.score.selection import merit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.app.replay.tune.tuning import Trial
    from edge_agent.core.score.scoring import Score

ENOUGH: Final = 10  # true incidents on each side; of fewer, one more or less turns the table over


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveat:
    """Words by language; what ``forbids`` is only written where somebody insists."""

    words: dict[str, str]
    forbids: bool = False


def tuning_caveats(chosen: Trial, today: Trial, *, by_days: bool) -> tuple[Caveat, ...]:
    """What speaks against putting ``chosen`` in the place of ``today``."""
    return (*_too_few(chosen, today), *_halves(by_days=by_days), *_by_heart(chosen), *_no_better(chosen, today))


def _too_few(chosen: Trial, today: Trial) -> Iterator[Caveat]:
    due = min(_due(each) for trial in (chosen, today) for each in (trial.tune, trial.check))
    if due < ENOUGH:
        yield Caveat(
            words={
                "en": (
                    f"Too little truth: {due} true incidents on one side, expected {ENOUGH} or more on each; "
                    "what is chosen by so few is chosen by chance."
                ),
                "zh-CN": f"真值太少：其中一侧仅有{due}起真值事件，每侧至少需要{ENOUGH}起；据此选出的参数全凭运气。",
            },
            forbids=True,
        )


def _halves(*, by_days: bool) -> Iterator[Caveat]:
    if not by_days:
        yield Caveat(
            words={
                "en": "One day only: tuned on its first half, checked on its second; other days may be otherwise.",
                "zh-CN": "只有一天的录像：前半用于调参，后半用于验证；其他日子可能不同。",
            }
        )


def _by_heart(chosen: Trial) -> Iterator[Caveat]:
    tune, check = chosen.tune.f1, chosen.check.f1
    if tune is not None and check is not None and round(check, 2) < round(tune, 2):
        yield Caveat(
            words={
                "en": f"F1 is {tune:.2f} where it was tuned and {check:.2f} on what was kept back: expect the latter.",
                "zh-CN": f"调参部分F1为{tune:.2f}，留出部分为{check:.2f}：请以后者为准。",
            }
        )


def _no_better(chosen: Trial, today: Trial) -> Iterator[Caveat]:
    worse = merit(chosen.check)[:2] > merit(today.check)[:2]
    if worse:
        now, then = _shown(today.check), _shown(chosen.check)
        yield Caveat(
            words={
                "en": f"On what was kept back today's setting does better: F1 {now} against {then}.",
                "zh-CN": f"在留出部分，现行参数更好：F1为{now}，所选参数为{then}。",
            },
            forbids=True,
        )


def _due(score: Score) -> int:
    return score.hits + score.misses


def _shown(score: Score) -> str:
    return "–" if score.f1 is None else f"{score.f1:.2f}"

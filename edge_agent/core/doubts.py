"""Doubts: what a score does not show, in one plain sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.core.scoring import FEW, Score

if TYPE_CHECKING:
    from collections.abc import Iterator

Words = dict[str, str]


def doubts(score: Score) -> tuple[Words, ...]:
    """Why the figures of ``score`` are to be taken with care, by language; none where they are many and whole."""
    return tuple(_doubts(score))


def _doubts(score: Score) -> Iterator[Words]:
    due = score.hits + score.misses
    if due < FEW:
        low, high = score.recall.range.low, score.recall.range.high
        yield {
            "en": f"Only {_count(due)}: recall may really be anything from {low:.2f} to {high:.2f} (95 %).",
            "zh-CN": f"真值事件仅{due}起：召回率的实际值可能在{low:.2f}到{high:.2f}之间（95%置信）。",
        }
    if score.unwarned:
        yield {
            "en": f"{score.unwarned} of the incidents found had no warning played; their times are not counted.",
            "zh-CN": f"检出事件中有{score.unwarned}起未播放劝导，其用时未计入。",
        }
    rate = score.order_rate
    if rate is not None and rate.days < 1:
        yield {
            "en": (
                f"Only {24 * rate.days:.1f} hours were looked at: "
                f"up to {rate.range.high:.1f} false work orders a camera-day cannot be ruled out (95 %)."
            ),
            "zh-CN": (
                f"观测时长仅{24 * rate.days:.1f}小时：不能排除每路每日多达{rate.range.high:.1f}张误派工单（95%置信）。"
            ),
        }


def _count(due: int) -> str:
    return f"{due} true incident" if due == 1 else f"{due} true incidents"

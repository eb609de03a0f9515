"""The score as a person reads it in a terminal: a row a kind and zone, then what went wrong, then what is doubtful."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.table import Table

from edge_agent.app.scored import Judged, scores_by_matter, whole_score
from edge_agent.core.doubts import doubts
from edge_agent.core.matching import Extra, Miss
from edge_agent.core.scoring import Score, Spread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from edge_agent.core.certainty import Range
    from edge_agent.core.matching import Outcome

FIGURES: Final = (
    "true incidents",
    "found",
    "false",
    "precision",
    "recall",
    "F1",
    "first warning (s)",
    "dwell (s)",
    "false orders a day",
)
NONE: Final = "–"
SHOWN: Final = 40  # faults: more are no reading for a terminal


def score_table(several: tuple[Judged, ...]) -> Table:
    """One column a kind and zone and one for all; shares with their 95 % ranges, errors as median and 95th of 100."""
    table = Table(title="Score", title_justify="left", caption_justify="left")
    table.caption = "(…) holds the real value in 95 of 100 cases; errors of time: median / 95 of 100 are within"
    columns = {f"{kind}\n{zone}": figures for (kind, zone), figures in scores_by_matter(several).items()}
    columns["all"] = whole_score(several)
    table.add_column("")
    for heading in columns:
        table.add_column(heading, justify="right")
    for label, *cells in zip(FIGURES, *map(_column, columns.values()), strict=True):
        table.add_row(label, *cells)
    return table


def fault_lines(several: tuple[Judged, ...]) -> Iterator[str]:
    """The misses and the false incidents with their place in the recording, then every doubt, in both languages."""
    faults = [line for each in several for outcome in each.outcomes for line in _fault(each.clip, outcome)]
    yield from faults[:SHOWN]
    if len(faults) > SHOWN:
        yield f"and {len(faults) - SHOWN} faults more: --json tells all of them"
    unwatched = sum(each.unwatched for each in several)
    if unwatched:
        yield f"{unwatched} true incidents are of kinds that their zone is not watched for: they count neither way."
    for words in doubts(whole_score(several)):
        yield f"{words['en']} | {words['zh-CN']}"


def _column(figures: Score) -> tuple[str, ...]:
    rate = figures.order_rate
    return (
        str(figures.hits + figures.misses),
        str(figures.hits),
        str(figures.extras),
        share_text(figures.precision.value, figures.precision.range),
        share_text(figures.recall.value, figures.recall.range),
        share_text(figures.f1, figures.f1_range),
        spread_text(figures.warning),
        spread_text(figures.dwell),
        f"{figures.false_orders} in all" if rate is None else f"{rate.value:.2f} (≤ {rate.range.high:.2f})",
    )


def share_text(value: float | None, found: Range) -> str:
    """A share with what it may really be."""
    return NONE if value is None else f"{value:.2f} ({found.low:.2f}–{found.high:.2f})"


def spread_text(spread: Spread | None) -> str:
    """The middle error and the one that 95 of 100 stay below, in seconds."""
    return NONE if spread is None else f"{spread.median.total_seconds():+.1f} / {spread.p95.total_seconds():.1f}"


def _fault(clip: str, outcome: Outcome) -> Iterator[str]:
    match outcome:
        case Miss(expected=expected):
            truth = expected.truth
            stood = f"stood {_clock(truth.since)} to {_clock(truth.until)}, due {_clock(expected.due)}"
            yield f"missed  {clip}  {truth.kind} {truth.zone}  {stood}"
        case Extra(found=found):
            ordered = "" if found.ordered is None else f", work order {_clock(found.ordered)}"
            yield f"false   {clip}  {found.kind} {found.zone}  opened {_clock(found.opened)}{ordered}  {found.incident}"
        case _:
            return


def _clock(span: timedelta) -> str:
    """A place in a recording, as players show it."""
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"

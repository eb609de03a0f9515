"""The settings that were tried as a person reads them: those worth a look, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from edge_agent.config.knobs import value_text
from edge_agent.core.frontier import merit

if TYPE_CHECKING:
    from edge_agent.app.tuning import Trial
    from edge_agent.cli.tune import Sweep
    from edge_agent.core.scoring import Score


def sweep_table(sweep: Sweep, *, everything: bool) -> Table:
    """The settings that no other beats, today's and the chosen one; or all of them."""
    table = Table(title="Settings", title_justify="left", caption_justify="left")
    table.add_column("no.", justify="right")
    for name, _ in sweep.trials[0].setting:
        table.add_column(name, justify="right", overflow="fold")
    for heading in ("F1\ntuned on", "F1\nkept back", "warned\nafter", "false\norders/day"):
        table.add_column(heading, justify="right")
    table.add_column("", no_wrap=True)
    shown = range(len(sweep.trials)) if everything else sorted({*sweep.unbeaten, sweep.today, sweep.chosen})
    for place in sorted(shown, key=lambda place: (merit(sweep.trials[place].tune), place)):
        table.add_row(str(place + 1), *_row(sweep.trials[place]), _marks(sweep, place))
    left = len(sweep.trials) - len(shown)
    table.caption = f"{len(sweep.trials)} tried" + (
        f", {left} of them beaten by others (--all shows them)" if left else ""
    )
    return table


def _row(trial: Trial) -> tuple[str, ...]:
    rate, waited = trial.whole.order_rate, trial.whole.waited
    return (
        *(value_text(value) for _, value in trial.setting),
        _f1(trial.tune),
        _f1(trial.check),
        "–" if waited is None else f"{waited.median.total_seconds():.0f} s",
        "–" if rate is None else f"{rate.value:.2f}",
    )


def _f1(score: Score) -> str:
    return "–" if score.f1 is None else f"{score.f1:.3f}"


def _marks(sweep: Sweep, place: int) -> str:
    marks = {"chosen": sweep.chosen, "today": sweep.today}
    return ", ".join(mark for mark, marked in marks.items() if marked == place)

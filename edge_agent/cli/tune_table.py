"""The settings that were tried as a person reads them: those worth a look, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE
from rich.table import Table

from edge_agent.config.knobs import value_text
from edge_agent.core.frontier import merit

if TYPE_CHECKING:
    from edge_agent.app.tuning import Trial
    from edge_agent.cli.tune import Sweep
    from edge_agent.core.scoring import Score


def sweep_table(sweep: Sweep, *, everything: bool) -> Table:
    """The settings that no other beats, today's and the chosen one; or all of them."""
    table = Table(title="Settings", title_justify="left", caption_justify="left", box=SIMPLE)
    table.add_column("no.", justify="right")
    table.add_column("setting", min_width=24)
    for heading in ("F1 tuned", "F1 kept", "warned", "false/day"):
        table.add_column(heading, justify="right", no_wrap=True)
    shown = range(len(sweep.trials)) if everything else sorted({*sweep.unbeaten, sweep.today, sweep.chosen})
    for place in sorted(shown, key=lambda place: (merit(sweep.trials[place].tune), place)):
        trial = sweep.trials[place]
        table.add_row(str(place + 1), _setting(sweep, place), *_row(trial))
    left = len(sweep.trials) - len(shown)
    table.caption = (
        f"{len(sweep.trials)} tried" + (f", {left} of them beaten by others (--all shows them)" if left else "") + "\n"
        "F1 on what was tuned on and on what was kept back; first warning after\n"
        "the thing came (median); work orders for nothing a camera-day"
    )
    return table


def _row(trial: Trial) -> tuple[str, ...]:
    rate, waited = trial.whole.order_rate, trial.whole.waited
    return (
        _f1(trial.tune),
        _f1(trial.check),
        "–" if waited is None else f"{waited.median.total_seconds():.0f} s",
        "–" if rate is None else f"{rate.value:.2f}",
    )


def _f1(score: Score) -> str:
    return "–" if score.f1 is None else f"{score.f1:.3f}"


def _setting(sweep: Sweep, place: int) -> str:
    """The setting as it would be typed, marked where it is today's or the chosen one."""
    marks = {"chosen": sweep.chosen, "today": sweep.today}
    marked = [mark for mark, at in marks.items() if at == place]
    typed = " ".join(f"{name}={value_text(value)}" for name, value in sweep.trials[place].setting)
    return f"{typed}\n◀ {', '.join(marked)}" if marked else typed

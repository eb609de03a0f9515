"""``edge-agent tune``: try many settings on recordings whose truth is known, and put the chosen one into the files.

The settings that were tried as a person reads them: those worth a look, best first.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE
from rich.table import Table

from edge_agent.app.replay.replay import Speaking
from edge_agent.app.replay.score import pairs
from edge_agent.app.replay.tune.apply_setting import Adjustment, adjustment
from edge_agent.app.replay.tune.caveats import Caveat, tuning_caveats
from edge_agent.app.replay.tune.tuning import Tried, cores, tried
from edge_agent.cli.options import SiteOption, refusing
from edge_agent.cli.output import show
from edge_agent.config.site.loading import load_site
from edge_agent.config.site.settings import parse_knob, value_text
from edge_agent.config.wire.score import figures
from edge_agent.core.errors import BadInputError
from edge_agent.core.score.selection import best, merit, pareto_front
from edge_agent.core.site.variation import Setting, Turned, grid, todays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_agent.app.replay.tune.tuning import Trial
    from edge_agent.core.score.scoring import Score
    from edge_agent.core.site.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedSettings:
    """All that was tried: which of it no other beats, which is today's, and which is chosen."""

    trials: tuple[Trial, ...]
    unbeaten: frozenset[int]
    today: int
    chosen: int
    by_days: bool

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """What speaks against the chosen one; nothing against today's."""
        if self.chosen == self.today:
            return ()
        return tuning_caveats(self.trials[self.chosen], self.trials[self.today], by_days=self.by_days)


def tune(
    truth: Annotated[list[Path], typer.Option(help="Truth files, or folders of them (*.truth.yaml).")],
    vary: Annotated[list[str], typer.Option(help="A knob and its values: dwell=30s,60s,90s or grow=-0.02,0,0.02.")],
    log: Annotated[
        list[Path] | None,
        typer.Option(help="The detection log of each, in their order, or one folder; else beside the truth."),
    ] = None,
    zone: Annotated[str | None, typer.Option(help="Whose knobs are turned; the only zone if there is one.")] = None,
    kind: Annotated[str | None, typer.Option(help="And of which kind; the zone's only one if there is one.")] = None,
    site: SiteOption = Path("site.yaml"),
    speaker: Annotated[Speaking | None, typer.Option(help="What to assume of the speaker, as in replay.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one a core. The result is the same.")] = None,
    choose: Annotated[int | None, typer.Option(min=1, help="Take the setting of this number, not the best.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Put the chosen setting into the files.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Write it in spite of what speaks against it.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Show every setting, not only those worth a look.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as one JSON object.")] = False,
) -> None:
    """Fold the logs under every setting, score each against the truth, and show those that no other beats.

    Every other day is kept back for checking (of one day the second half), so that a setting that has only learnt its
    days by heart is seen through. Nothing is written without --write.

    Try it:  edge-agent tune --truth kerb-out --site kerb-out/site.yaml --vary dwell=45s,60s --vary leave_grace=15s,45s
    """
    with refusing():
        loaded = load_site(site, secrets_needed=False)
        turned = _turned(loaded.site, zone, kind)
        now, settings = _settings(loaded.site, turned, vary)
        workers = workers or cores()
        work = partial(tried, pairs(truth, log or []), loaded.site, turned, settings, speaking=speaker, workers=workers)
        sweep = _sweep(_with_bar(work), now, choose)
        change = adjustment(site, loaded, turned, settings[sweep.chosen])
        _tell(sweep, turned, change, as_json=as_json, everything=everything)
        if write:
            _write(sweep, change, anyway=anyway)


def _settings(site: Site, turned: Turned, vary: Sequence[str]) -> tuple[int, tuple[Setting, ...]]:
    """Every setting to be tried, and the place of today's among them: the first, where nobody asked for it."""
    knobs = tuple(map(parse_knob, vary))
    names = [name for name, _ in knobs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadInputError(f"--vary {twice}: found twice, expected all its values in one")
    now, settings = todays(site, turned, names), grid(knobs)
    return (settings.index(now), settings) if now in settings else (0, (now, *settings))


def _turned(site: Site, zone: str | None, kind: str | None) -> Turned:
    zones = {each.id: each for each in site.zones}
    chosen = _only("--zone", zone, tuple(zones))
    return Turned(zone=chosen, kind=_only("--kind", kind, tuple(zones[chosen].rules)))


def _only(option: str, wanted: str | None, known: tuple[str, ...]) -> str:
    """What was asked for, or the only one there is."""
    if wanted is None and len(known) == 1:
        return known[0]
    if wanted in known:
        return wanted
    value = "nothing, and there are several" if wanted is None else f"'{wanted}'"
    raise BadInputError(f"{option}: found {value}, expected one of: {', '.join(known)}")


def _sweep(done: Tried, today: int, choose: int | None) -> TriedSettings:
    """What was tried, with its best; chosen on the tuning side alone."""
    trials = done.trials
    if choose is not None and choose > len(trials):
        raise BadInputError(f"--choose {choose}: there are {len(trials)} settings, expected one of their numbers")
    merits = [merit(trial.tune) for trial in trials]
    changes = [len(set(trial.setting) - set(trials[today].setting)) for trial in trials]
    chosen = best(merits, changes) if choose is None else choose - 1
    return TriedSettings(trials=trials, unbeaten=pareto_front(merits), today=today, chosen=chosen, by_days=done.by_days)


def _tell(sweep: TriedSettings, turned: Turned, change: Adjustment, *, as_json: bool, everything: bool) -> None:
    if as_json:
        show(json.dumps(_data(sweep, turned, change), ensure_ascii=False))
        return
    from rich.console import Console  # noqa: PLC0415 - JSON need not wait for tables

    Console().print(sweep_table(sweep, everything=everything))
    for misgiving in sweep.caveats:
        show(f"{misgiving.words['en']} | {misgiving.words['zh-CN']}")
    show(change.diff or "Today's setting stays: nothing to write.", nl=not change.diff)


def _write(sweep: TriedSettings, change: Adjustment, *, anyway: bool) -> None:
    if any(misgiving.forbids for misgiving in sweep.caveats) and not anyway:
        raise BadInputError(
            "tune: not written, for what was said above; expected --anyway from who wants it all the same"
        )
    if change.texts:
        change.write()
        show(f"Written: {', '.join(map(str, change.texts))}. The site reads well.", err=True)


def _data(sweep: TriedSettings, turned: Turned, change: Adjustment) -> dict[str, Any]:
    settings = [
        {
            "number": place + 1,
            "setting": {name: value_text(value) for name, value in trial.setting},
            "today": place == sweep.today,
            "unbeaten": place in sweep.unbeaten,
            "tune": figures(trial.tune),
            "check": figures(trial.check),
            "all": figures(trial.whole),
        }
        for place, trial in enumerate(sweep.trials)
    ]
    return {
        "version": 1,
        "zone": turned.zone,
        "kind": turned.kind,
        "kept_back": "every other day" if sweep.by_days else "the second half",
        "chosen": sweep.chosen + 1,
        "settings": settings,
        "misgivings": [{**misgiving.words, "forbids": misgiving.forbids} for misgiving in sweep.caveats],
        "diff": change.diff,
    }


def _with_bar(work: partial[Tried]) -> Tried:
    """``work`` with a progress bar on standard error where a person is looking."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("folding", total=None)
        return work(done=lambda done, of: progress.update(task, completed=done, total=of))


def sweep_table(sweep: TriedSettings, *, everything: bool) -> Table:
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


def _setting(sweep: TriedSettings, place: int) -> str:
    """The setting as it would be typed, marked where it is today's or the chosen one."""
    marks = {"chosen": sweep.chosen, "today": sweep.today}
    marked = [mark for mark, at in marks.items() if at == place]
    typed = " ".join(f"{name}={value_text(value)}" for name, value in sweep.trials[place].setting)
    return f"{typed}\n◀ {', '.join(marked)}" if marked else typed

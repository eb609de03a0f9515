"""``edge-agent tune``: try many settings on recordings whose truth is known, and put the chosen one into the files."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edge_agent.app.adjusting import Adjustment, adjustment
from edge_agent.app.misgivings import Misgiving, misgivings
from edge_agent.app.pairs import pairs
from edge_agent.app.replay import Speaking
from edge_agent.app.side_by_side import cores
from edge_agent.app.tuning import Tried, tried
from edge_agent.cli.options import SiteOption
from edge_agent.cli.output import show
from edge_agent.cli.refusing import refusing
from edge_agent.config.figures import figures
from edge_agent.config.knobs import parse_knob, value_text
from edge_agent.config.loading import load_site
from edge_agent.core.errors import BadInputError
from edge_agent.core.frontier import best, frontier, merit
from edge_agent.core.variation import Setting, Turned, grid, todays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_agent.app.tuning import Trial
    from edge_agent.core.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """All that was tried: which of it no other beats, which is today's, and which is chosen."""

    trials: tuple[Trial, ...]
    unbeaten: frozenset[int]
    today: int
    chosen: int
    by_days: bool

    @property
    def misgivings(self) -> tuple[Misgiving, ...]:
        """What speaks against the chosen one; nothing against today's."""
        if self.chosen == self.today:
            return ()
        return misgivings(self.trials[self.chosen], self.trials[self.today], by_days=self.by_days)


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
        loaded = load_site(site)
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


def _only(option: str, asked: str | None, known: tuple[str, ...]) -> str:
    """What was asked for, or the only one there is."""
    if asked is None and len(known) == 1:
        return known[0]
    if asked in known:
        return asked
    found = "nothing, and there are several" if asked is None else f"'{asked}'"
    raise BadInputError(f"{option}: found {found}, expected one of: {', '.join(known)}")


def _sweep(done: Tried, today: int, choose: int | None) -> Sweep:
    """What was tried, with its best; chosen on the tuning side alone."""
    trials = done.trials
    if choose is not None and choose > len(trials):
        raise BadInputError(f"--choose {choose}: there are {len(trials)} settings, expected one of their numbers")
    merits = [merit(trial.tune) for trial in trials]
    changes = [len(set(trial.setting) - set(trials[today].setting)) for trial in trials]
    chosen = best(merits, changes) if choose is None else choose - 1
    return Sweep(trials=trials, unbeaten=frontier(merits), today=today, chosen=chosen, by_days=done.by_days)


def _tell(sweep: Sweep, turned: Turned, change: Adjustment, *, as_json: bool, everything: bool) -> None:
    if as_json:
        show(json.dumps(_data(sweep, turned, change), ensure_ascii=False))
        return
    from rich.console import Console  # noqa: PLC0415 - JSON need not wait for tables

    from edge_agent.cli.tune_table import sweep_table  # noqa: PLC0415

    Console().print(sweep_table(sweep, everything=everything))
    for misgiving in sweep.misgivings:
        show(f"{misgiving.words['en']} | {misgiving.words['zh-CN']}")
    show(change.diff or "Today's setting stays: nothing to write.", nl=not change.diff)


def _write(sweep: Sweep, change: Adjustment, *, anyway: bool) -> None:
    if any(misgiving.forbids for misgiving in sweep.misgivings) and not anyway:
        raise BadInputError(
            "tune: not written, for what was said above; expected --anyway from who wants it all the same"
        )
    if change.texts:
        change.write()
        show(f"Written: {', '.join(map(str, change.texts))}. The site reads well.", err=True)


def _data(sweep: Sweep, turned: Turned, change: Adjustment) -> dict[str, Any]:
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
        "misgivings": [{**misgiving.words, "forbids": misgiving.forbids} for misgiving in sweep.misgivings],
        "diff": change.diff,
    }


def _with_bar(work: partial[Tried]) -> Tried:
    """``work`` with a progress bar on standard error where a person is looking."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("folding", total=None)
        return work(done=lambda done, of: progress.update(task, completed=done, total=of))

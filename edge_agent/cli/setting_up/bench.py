"""``edge-agent bench``: what this box can do."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from edge_agent.app.bench.box import BoxCost, cost_of_a_box
from edge_agent.app.bench.crowd import Crowd, Percentiles, Span, watch_crowd
from edge_agent.cli.options import SiteOption, chosen_camera, refusing, span
from edge_agent.cli.output import show
from edge_agent.config.site.loading import load_site
from edge_agent.config.site.site_file import VideoFileSettings
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from edge_agent.app.bench.one_look import LookCost
    from edge_agent.config.site.loading import LoadedSite

LASTING: Final = timedelta(minutes=3)
MOST: Final = 1000
AIM_AROUND: Final = 0.10
AIM_WHOLE: Final = 1.15
AIM_LAG_S: Final = 2.0


def bench(
    video: Annotated[
        Path | None, typer.Argument(help="A recording; that of the camera by default, where it has one.")
    ] = None,
    streams: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Watch it as so many cameras, in real time; 128 is the aim.")
    ] = None,
    lasting: Annotated[
        timedelta, typer.Option("--for", parser=span, metavar="DURATION", help="How long, with --streams.")
    ] = LASTING,
    pixels: Annotated[int | None, typer.Option(min=1024, help="Give the model a picture of so many pixels.")] = None,
    hold: Annotated[
        bool, typer.Option("--hold", help="Hold what was seen where nothing has changed, with --streams.")
    ] = False,
    camera: Annotated[str | None, typer.Option(help="Whose zones to use; the only camera if there is one.")] = None,
    site: SiteOption = Path("site.yaml"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Measure what this box can do with the site's detector, in about a minute; --streams tries it for real.

    Close what else runs on the box first. Figures are of this box and this minute; only ratios hold elsewhere.
    """
    with refusing():
        loaded = _sized(load_site(site), pixels, hold=hold)
        chosen = chosen_camera(loaded, camera)
        recording = video or _recording(loaded, chosen)
        if streams is None:
            tell_box(cost_of_a_box(loaded, chosen, recording), as_json=as_json)
        else:
            tell_crowd(
                watch_crowd(loaded, chosen, recording, cameras=streams, span=Span(measured=lasting)), as_json=as_json
            )


def _sized(loaded: LoadedSite, pixels: int | None, *, hold: bool) -> LoadedSite:
    """The site as the options ask for it; what they leave out is as the site says."""
    runtime = loaded.runtime
    held = "hold" if hold else runtime.unchanged
    return replace(loaded, runtime=replace(runtime, pixels=pixels or runtime.pixels, unchanged=held))


def _recording(loaded: LoadedSite, camera: str) -> Path:
    source = loaded.cameras[camera].source
    if not isinstance(source, VideoFileSettings):
        raise BadInputError(f"camera {camera}: found a stream, expected a recording: name one")
    return source.path


def tell_box(cost: BoxCost, *, as_json: bool) -> None:
    """Print what a box can do."""
    if as_json:
        ratios = {"around": cost.look.ratio, "whole": cost.whole.ratio}
        shown_ratios = {"ratios": ratios, "camera_ms": cost.camera_ms, "cameras": cost.cameras, "limit": cost.limit}
        show(json.dumps(asdict(cost) | shown_ratios))
        return
    look, whole = cost.look, cost.whole
    show(f"{cost.machine.processor or 'A processor without a name'}, {cost.machine.cores} cores")
    _show_look(look)
    _show(
        "Ratios",
        ("figure", "here", "aim"),
        [
            ("all around the network / the network alone", f"{look.ratio:.3f}", f"≤ {AIM_AROUND:.2f}"),
            (
                f"file to store / bare decoding and inference, 1080p, one core ({_range(whole.ratios)})",
                f"{whole.ratio:.3f}",
                f"≤ {AIM_WHOLE:.2f}",
            ),
        ],
    )
    parts = ", ".join(f"{part} {ms:.1f}" for part, ms in cost.camera_ms.items())
    show(f"A camera swept every two seconds costs, in ms a second: {parts}.")
    show(
        f"By these figures about {cost.cameras} cameras fit on {cost.machine.cores} cores; the {cost.limit} sets the "
        "limit. Try it: --streams N"
    )


def _show_look(look: LookCost) -> None:
    _show(
        f"One look, {look.objects:.0f} things in it",
        ("part", "ms of processor time", "against the network alone"),
        [
            (name, f"{ms:.2f}", f"{ms / look.inference_ms:.3f}")
            for name, ms in (
                ("the network alone", look.inference_ms),
                ("before it: shrink the picture", look.before_ms),
                ("after it: boxes, looks of things", look.after_ms),
                ("fold: tracks, zones, ladder", look.fold_ms),
                ("store and outbox", look.store_ms),
                ("all around it", look.around_ms),
            )
        ],
    )


def tell_crowd(crowd: Crowd, *, as_json: bool) -> None:
    """Print how a crowd was watched."""
    if as_json:
        show(json.dumps(asdict(crowd)))
        return
    same = crowd.agreement
    parts = ", ".join(f"{part} {used:.2f}" for part, used in crowd.cores_used.items())
    _show(
        f"{crowd.cameras} cameras on {crowd.cores} cores, {crowd.seconds:.0f} s",
        ("figure", "here"),
        [
            ("looks a second", f"{crowd.looks_per_s:.1f}"),
            ("of these held, for nothing had changed", f"{crowd.held:.2f}"),
            (f"decision lag, s (aim: p99 ≤ {AIM_LAG_S:.0f}), {crowd.decisions} decisions", _spread(crowd.decision_lag)),
            ("from look to look of a camera, s", _spread(crowd.sweep)),
            ("one picture through the detector, s", _spread(crowd.detector)),
            (f"cores used: {parts}", f"{sum(crowd.cores_used.values()):.2f}"),
            ("cores used by others meanwhile", f"{crowd.others:.2f}"),
            ("memory, MB", f"{crowd.resident_mb:.0f}"),
            ("cameras with the same incidents as at five looks a second", f"{same.same} of {same.cameras}"),
            (
                "stages of incidents expected, told, missing, extra, s apart at most",
                f"{same.expected}, {same.told}, {same.missing}, {same.extra}, {same.worst_s:.1f}",
            ),
        ],
    )


def _show(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _spread(spread: Percentiles) -> str:
    return f"p50 {spread.p50:.2f}, p99 {spread.p99:.2f}, worst {spread.worst:.2f}"


def _range(ratios: tuple[float, ...]) -> str:
    return f"{min(ratios):.3f} to {max(ratios):.3f}"

"""``edge-agent replay``: what would have happened on a recording. It cannot act."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

from edge_agent.app.logged import assumed_of, logged, model_of
from edge_agent.app.looks import chosen_camera
from edge_agent.app.replay import Assumed, Speaking, replay
from edge_agent.app.reports import Sight, incident_report
from edge_agent.cli.options import LoopOption, SiteOption
from edge_agent.cli.refusing import refusing
from edge_agent.cli.tables import Told, incidents_table, told_line
from edge_agent.config.loading import load_site
from edge_agent.config.plain import plain
from edge_agent.core.effects import Effect, PublishIncident
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.app.recording import Recording
    from edge_agent.core.events import Event
    from edge_agent.core.site import Site


WORKS: Final = Speaking.WORKS


def replay_command(
    video: Annotated[Path | None, typer.Argument(help="A recording to detect in and fold.")] = None,
    log: Annotated[Path | None, typer.Option(help="Fold this detection log instead of a recording.")] = None,
    camera: Annotated[str | None, typer.Option(help="Whose zones to use; the only camera if there is one.")] = None,
    site: SiteOption = Path("site.yaml"),
    speaker: Annotated[
        Speaking | None, typer.Option(help="What to assume of the speaker; by default what the log says, else works.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line an event of an incident.")] = False,
    detections: Annotated[
        Path | None, typer.Option(help="Keep what is detected in this log (*.jsonl, *.jsonl.gz); resumes one begun.")
    ] = None,
    loop: LoopOption = None,
    start: Annotated[
        datetime | None, typer.Option(help="The instant of the first frame, UTC; else the site's, else 2000-01-01.")
    ] = None,
) -> None:
    """Fold a recording, or the log of one, and tell every incident that would have been. Nothing is said or sent.

    Try it:  edge-agent replay sample_videos/campus_road.mp4 --loop 17m --detections campus.detections.jsonl

    and then, in milliseconds:  edge-agent replay --log campus.detections.jsonl
    """
    with refusing():
        loaded = load_site(site)
        chosen = chosen_camera(loaded, camera)
        if (video is None) == (log is None):
            raise BadInputError("replay: expected either a recording or --log FILE")
        if log is not None:
            events, assumed, model = logged(log, chosen), assumed_of(log, speaker), model_of(log)
        else:
            # A log is folded without the second that a decoder and a detector take to load.
            from edge_agent.app.recording import Recording, detected, digest  # noqa: PLC0415

            recording = Recording(loaded=loaded, camera=chosen, path=video or Path(), loops=loop, started=_utc(start))
            events, assumed = _bar(detected(recording, detections), recording), Assumed(speaking=speaker or WORKS)
            model = digest(loaded.model)
        sight = Sight(model_sha256=model, calibration=loaded.calibrations.get(chosen))
        told = _payloads(replay(events, chosen, loaded.site, assumed), loaded.site, sight)
        _print(told) if as_json else _show(told, loaded.timezone)


def _payloads(effects: Iterator[Effect], site: Site, sight: Sight) -> Iterator[Told]:
    """What the feed would say of incidents."""
    for effect in effects:
        if isinstance(effect, PublishIncident):
            yield cast("Told", plain(incident_report(effect.event, site, sight)))


def _print(told: Iterator[Told]) -> None:
    for event in told:
        typer.echo(json.dumps(event, ensure_ascii=False, separators=(",", ":")))


def _show(told: Iterator[Told], zone: tzinfo) -> None:
    kept = []
    for event in told:
        typer.echo(told_line(event, zone))
        kept.append(event)
    if kept:
        from rich.console import Console  # noqa: PLC0415 - so that lines need not wait for tables

        Console().print(incidents_table(kept, zone))
    else:
        typer.echo("No incidents.")


def _bar(events: Iterator[Event], recording: Recording) -> Iterator[Event]:
    """The events, with a progress bar of media time on standard error where a person is looking."""
    from rich.console import Console  # noqa: PLC0415 - a fold of a log has no bar
    from rich.progress import Progress  # noqa: PLC0415

    total = (recording.loops or recording.opened().duration).total_seconds()
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("looking", total=total)
        for event in events:
            progress.update(task, completed=(event.at - recording.begins).total_seconds())
            yield event


def _utc(start: datetime | None) -> datetime | None:
    return None if start is None else start.replace(tzinfo=UTC)

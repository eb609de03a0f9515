"""``edge-agent replay``: what would have happened on a recording. It cannot act."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

from edge_agent.app.feed.reports import CameraModel, incident_report
from edge_agent.app.replay.replay import Assumed, Speaking, assumed_of_all, model_of, replay
from edge_agent.app.replay.stories import camera_logs, events_of
from edge_agent.app.stream.coverage import Coverage
from edge_agent.cli.options import LoopOption, SiteOption, chosen_camera, refusing
from edge_agent.cli.output import show
from edge_agent.cli.replay.unsought import UnsoughtLabels
from edge_agent.cli.tables import Told, event_line, incidents_table
from edge_agent.config.decisions_file import read_decisions
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.config.wire.plain import plain
from edge_agent.core.effects import Effect, PublishIncident
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.events import Event
    from edge_agent.core.site.site import Site


WORKS: Final = Speaking.WORKS
StartOption = Annotated[
    datetime | None,
    typer.Option(help="The first frame's instant, UTC; else the site's, the file's own, 2000-01-01."),
]
DecisionsOption = Annotated[
    Path | None,
    typer.Option(help="What people say of incidents that wait for their review (YAML); else what the log says."),
]


def replay_command(
    videos: Annotated[list[Path] | None, typer.Argument(help="A recording to fold: a file, files, a folder.")] = None,
    log: Annotated[Path | None, typer.Option(help="Fold this detection log, or an agent's folder of logs.")] = None,
    camera: Annotated[str | None, typer.Option(help="Whose zones to use; that of the log, or the only one.")] = None,
    site: SiteOption = Path("site.yaml"),
    speaker: Annotated[
        Speaking | None, typer.Option(help="What to assume of the speaker; by default what the log says, else works.")
    ] = None,
    decisions: DecisionsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line an event of an incident.")] = False,
    detections: Annotated[
        Path | None, typer.Option(help="Keep what is detected in this log (*.jsonl, *.jsonl.gz); resumes one begun.")
    ] = None,
    loop: LoopOption = None,
    start: StartOption = None,
) -> None:
    """Fold a recording, or the log of one, and tell every incident that would have been. Nothing is said or sent.

    Try it:  edge-agent replay sample_videos/campus_road.mp4 --loop 17m --detections campus.detections.jsonl

    and then, in milliseconds:  edge-agent replay --log campus.detections.jsonl
    """
    with refusing():
        loaded = load_site(site, secrets_needed=False)
        if bool(videos) == (log is not None):
            raise BadInputError("replay: expected either a recording or --log FILE")
        coverage, others = Coverage(), UnsoughtLabels(loaded.site.policy)
        if log is not None:
            chosen, logs = camera_logs(loaded, log, camera)
            events, assumed, model = others.passing(events_of(logs)), assumed_of_all(logs, speaker), model_of(logs[-1])
        else:
            chosen = chosen_camera(loaded, camera)
            options = ReplayOptions(videos=tuple(videos or ()), loop=loop, started=_utc(start), keep=detections)
            events, model, assumed = _seen(loaded, chosen, options, coverage, Assumed(speaking=speaker or WORKS))
        payloads = _payloads(
            replay(events, chosen, loaded.site, _decided(assumed, decisions)), loaded.site, chosen, model
        )
        _print(payloads) if as_json else _show(payloads, loaded.timezone)
        _tell(coverage, others, as_json=as_json)


def _decided(assumed: Assumed, decisions: Path | None) -> Assumed:
    """With what people say of incidents that wait for a review, where a file tells."""
    return assumed if decisions is None else replace(assumed, decisions=read_decisions(decisions))


def _payloads(effects: Iterator[Effect], site: Site, camera: str, model: str) -> Iterator[Told]:
    """What the feed would say of incidents that were seen by this camera and model."""
    sight = CameraModel(model_sha256=model, calibration=site.calibrations.get(camera))
    for effect in effects:
        if isinstance(effect, PublishIncident):
            yield cast("Told", plain(incident_report(effect.event, site, sight)))


def _print(stories: Iterator[Told]) -> None:
    for event in stories:
        show(json.dumps(event, ensure_ascii=False, separators=(",", ":")))


def _tell(coverage: Coverage, others: UnsoughtLabels, *, as_json: bool) -> None:
    """Say what of the recording could not be looked at, and what of a log nobody looks for."""
    if sentence := others.sentence:
        show(sentence, err=True)
    if not coverage.missing:
        return
    if as_json:
        typer.echo(json.dumps(coverage.flag, separators=(",", ":")))
    typer.echo(coverage.sentence, err=True)


def _show(stories: Iterator[Told], zone: tzinfo) -> None:
    lines = []
    for event in stories:
        show(event_line(event, zone))
        lines.append(event)
    if lines:
        from rich.console import Console  # noqa: PLC0415 - so that lines need not wait for tables

        Console().print(incidents_table(lines, zone))
    else:
        show("No incidents.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """What is to be looked at, and which log it is kept in."""

    videos: tuple[Path, ...]
    loop: timedelta | None
    started: datetime | None
    keep: Path | None


def _seen(
    loaded: LoadedSite, camera: str, options: ReplayOptions, coverage: Coverage, assumed: Assumed
) -> tuple[Iterator[Event], str, Assumed]:
    """The events of a recording in one file or in several, detected as they are asked for; the model's sha256.

    And what is ``assumed``, with the word of what the camera was taught.
    """
    # A log is folded without the second that a decoder and a detector take to load.
    from edge_agent.app.replay.taught_looks import with_taught  # noqa: PLC0415
    from edge_agent.app.stream.recording import Recording, detected, digest  # noqa: PLC0415
    from edge_agent.app.stream.segments import dated, detected_in, segments, videos_in  # noqa: PLC0415

    files = videos_in(options.videos)
    if len(files) == 1:
        own = options.started or loaded.cameras[camera].started or dated(files[0], loaded.timezone)
        one = Recording(loaded=loaded, camera=camera, path=files[0], loops=options.loop, started=own)
        total = options.loop or one.opened().duration
        events = _bar(detected(one, options.keep, coverage=coverage), one.begins, total)
        return events, digest(loaded.model), with_taught(assumed, [one])
    if options.loop is not None:
        raise BadInputError(f"--loop: found {len(files)} files, expected one that is played again and again")
    parts = segments(loaded, camera, files, options.started)
    warned = partial(show, err=True)
    events = detected_in(parts, options.keep, warn=warned, coverage=coverage)
    bar = _bar(events, parts[0].began, parts[-1].ends - parts[0].began)
    return bar, digest(loaded.model), with_taught(assumed, [part.recording for part in parts])


def _bar(events: Iterator[Event], began: datetime, total: timedelta) -> Iterator[Event]:
    """The events, with a progress bar of media time on standard error where a person is looking."""
    from rich.console import Console  # noqa: PLC0415 - a fold of a log has no bar
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("looking", total=total.total_seconds())
        for event in events:
            progress.update(task, completed=(event.at - began).total_seconds())
            yield event


def _utc(start: datetime | None) -> datetime | None:
    return None if start is None else start.replace(tzinfo=UTC)

"""``edge-agent run``: watch the cameras of a site."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from edge_agent.adapters.broker import HOST
from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.log_lines import LogFormat, log_to
from edge_agent.app.agent.embedded_broker import LOGIN, MaintainedBroker
from edge_agent.app.agent.recordings import RunSummary, recordings_of, run_agent
from edge_agent.app.agent.running import run_live
from edge_agent.app.plan import Plan
from edge_agent.app.stream.follower import streams_of
from edge_agent.cli.options import LoopOption, SiteArgument, refusing, stopping
from edge_agent.cli.output import StandardError, show
from edge_agent.cli.setting_up.site_in_words import cameras_in_words, outlets_in_words
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_log = logging.getLogger(__name__)


def run(
    site: SiteArgument = Path("site.yaml"),
    state: Annotated[Path | None, typer.Option(help="Where to keep the state, instead of the site's folder.")] = None,
    loop: LoopOption = None,
    log: Annotated[Path | None, typer.Option(help="Keep a detection log of each camera in this folder.")] = None,
    log_format: Annotated[LogFormat, typer.Option(help="Log lines for people or for machines.")] = LogFormat.TEXT,
) -> None:
    """Watch every camera of a site, warn, and tell the operations centre. Goes on where it was stopped or cut off.

    Streams are watched until Ctrl-C or SIGTERM, and SIGHUP reads the files of the site again; recordings are looked at
    as fast as this machine can, once, or for as long as --loop says.
    """
    with refusing(), log_to(StandardError(), SystemClock(), log_format) as lines:
        loaded = load_site(site)
        lines.in_zone(loaded.timezone)
        if state is not None:
            loaded = replace(loaded, state=state)
        streams = streams_of(loaded)  # what cannot be watched is refused before anything is started
        if not streams:
            recordings_of(loaded, loop)
        elif loop is not None:
            raise BadInputError("--loop: found cameras that are streams, expected recordings")
        _introduce(loaded)
        reread = Event() if streams else None
        with stopping(reread) as stop, broker_of(loaded) as broker:
            plan = Plan(loaded=loaded, broker=broker, loops=loop, logs=log)
            live = partial(run_live, reread=reread, dated=lines.dated_by) if streams else _recorded
            ended = live(plan, stop=stop)
        _say(ended)


def _introduce(loaded: LoadedSite) -> None:
    """Say what is about to be watched, and by whom."""
    _log.info("agent %s, time zone %s", loaded.site.agent, loaded.timezone.key)
    for line in (*cameras_in_words(loaded), outlets_in_words(loaded)):
        _log.info("%s", line)


def _recorded(plan: Plan, *, stop: Event) -> RunSummary:
    with media_time(plan, Console(stderr=True)) as progress:
        return run_agent(plan, progress=progress, stop=stop)


@contextmanager
def broker_of(loaded: LoadedSite) -> Iterator[BrokerSettings]:
    """The site's broker; the embedded one is started with a login of its own, and ends with us."""
    if isinstance(loaded.broker, BrokerSettings):
        yield loaded.broker
        return
    with MaintainedBroker(loaded.state, loaded.broker.port) as embedded:
        where = f"{HOST}:{embedded.login.port}"
        show(f"The embedded broker listens on {where}: edge-agent watch --login {loaded.state / LOGIN}")
        yield embedded.login.settings


@contextmanager
def media_time(plan: Plan, console: Console) -> Iterator[Callable[[str, datetime], None]]:
    """A progress bar of media time for each camera."""
    recordings = {each.camera: each for each in recordings_of(plan.loaded, plan.loops)}
    with Progress(console=console, disable=not console.is_terminal) as bars:
        tasks = {
            camera: bars.add_task(camera, total=(each.loops or each.opened().duration).total_seconds())
            for camera, each in recordings.items()
        }

        def progress(camera: str, at: datetime) -> None:
            bars.update(tasks[camera], completed=(at - recordings[camera].begins).total_seconds())

        yield progress


def _say(ended: RunSummary) -> None:
    if ended.waiting:
        show(f"{ended.waiting} messages wait in the outbox for the next start: {ended.trouble}", err=True)

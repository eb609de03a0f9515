"""``edge-agent say``: hear one warning as the agent would say it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edge_agent.adapters.clock import SystemClock
from edge_agent.adapters.speakers.voice.loudness import measured
from edge_agent.app.speak.phrase_cache import phrase_cache_of
from edge_agent.app.speak.say_once import Saying, SayRequest, play, saying
from edge_agent.cli.options import SiteArgument, refusing
from edge_agent.cli.output import show
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.app.speak.phrase_cache import Phrase
    from edge_agent.ports import Clock, Sound


def say(
    site: SiteArgument = Path("site.yaml"),
    *,
    zone: Annotated[str, typer.Option(help="Whose warning.")],
    warning: Annotated[int, typer.Option(help="Which warning, from 1.")] = 1,
    kind: Annotated[str | None, typer.Option(help="Of which kind; the zone's only one if there is one.")] = None,
    shop: Annotated[str | None, typer.Option(help="To which of its shops; the only one if there is one.")] = None,
    speaker: Annotated[str | None, typer.Option(help="On this speaker alone, instead of the zone's route.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be played, and play nothing.")] = False,
) -> None:
    """Say one warning now: its words, how long and how loud it is in each language, and on which speaker it was played.

    People on the street hear it. Nothing is remembered of it; gaps and hourly caps are the running agent's.

    Try it:  edge-agent say --zone kerb --warning 2 --dry-run
    """
    with refusing():
        loaded, clock = load_site(site, secrets_needed=False), SystemClock()
        announcement = saying(
            SayRequest(zone=zone, n=warning, kind=kind, shop=shop, speaker=speaker), loaded, clock.now()
        )
        phrases = phrase_cache_of(loaded).phrases(announcement.request)
        _tell(announcement, phrases)
        if dry_run:
            show(f"would be played on: {', then '.join(announcement.route) or 'nothing'}")
            return
        _play(announcement, {language: phrase.sound for language, phrase in phrases.items()}, loaded, clock)


def _tell(announcement: Saying, phrases: Mapping[str, Phrase]) -> None:
    request = announcement.request
    show(f"warning {request.n} of {request.kind} in zone {request.zone}")
    for language, text in request.text.items():
        if language not in phrases:
            show(f"  {language}  cannot be said: {text}")
            continue
        phrase = phrases[language]
        seconds = len(phrase.sound.samples) / 2 / phrase.sound.rate
        show(f"  {language}  {seconds:.1f} s  {measured(phrase.sound).lufs:.1f} LUFS  {phrase.origin}: {text}")
    if announcement.quiet is not None:
        show(f"it is quiet there now: {announcement.quiet}")


def _play(announcement: Saying, sounds: Mapping[str, Sound], loaded: LoadedSite, clock: Clock) -> None:
    """On the first speaker of the route that can; raises OutsideError where none can."""
    for name in announcement.route:
        answer = play(announcement, name, sounds, loaded, clock)
        show(f"{name}: {answer.result}{f' ({answer.reason})' if answer.reason else ''}")
        if answer.result is not Result.FAILED:
            return
    raise OutsideError("it was played nowhere")

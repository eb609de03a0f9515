"""Speaking: the announcer of a live agent, and that of recordings, each put together from a site's speakers.

A recording's people have long left: its warnings are only written into files, and its time is that of its pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.speakers.files import FileOutlet
from edge_agent.app.feed.messages import agent_health
from edge_agent.app.speak.announcer import SpeakerAnnouncer, lit_beside, quietness
from edge_agent.app.speak.outlets import OutletFactory
from edge_agent.app.speak.speaker_queue import SpeakerParts, SpeakerQueue
from edge_agent.app.speak.speaker_state import SpeakerHealth, SpokenLog
from edge_agent.config.site.speaker_routes import stations_of
from edge_agent.config.speaker.files_speaker import FilesSpeaker
from edge_agent.core.errors import BadInputError, Bug

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from edge_agent.app.plan import Surroundings
    from edge_agent.app.speak.announcements import Sounds
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.config.speaker.speakers import SpeakerSettings
    from edge_agent.core.effects import Speak
    from edge_agent.core.site.site import Site
    from edge_agent.ports import SpeakerAnswer
    from edge_agent.ports.outlets import Outlet

SPEAKERS: Final = "speakers"  # the folder of what they have said, in the state
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def live_announcer(around: Surroundings, site: Callable[[], Site], sounds: Sounds) -> SpeakerAnnouncer:
    """The speakers of a live agent; ``site`` is the one that is judged by now."""
    loaded, clock = around.plan.loaded, around.clock
    workshop = OutletFactory(clock=clock, broker=around.plan.broker, name=loaded.site.agent)
    outlets = {name: workshop.outlet(settings) for name, settings in loaded.speakers.items()}

    def tell(state: str, reason: str) -> None:
        now = clock.now()
        around.store.queue((agent_health(loaded.site, now, state, reason),), now)
        around.wake()

    voice = SpeakerParts(
        clock=clock,
        sounds=sounds,
        health=SpeakerHealth(around.metrics, tell),
        quiet=quietness(site),
        spoken_log=SpokenLog(loaded.state / SPEAKERS),
    )
    return announcer(loaded, outlets, site, voice)


def announcer(
    loaded: LoadedSite, outlets: Mapping[str, Outlet], site: Callable[[], Site], voice: SpeakerParts
) -> SpeakerAnnouncer:
    """The ways to ``outlets``, by the id of their speaker."""
    queues: dict[str, SpeakerQueue] = {}
    for name, settings in loaded.speakers.items():
        lamp = lit_beside(queues, settings.beside)
        queues[name] = SpeakerQueue(name, outlets[name], settings.limits, voice, lamp=settings.lamp, beside=lamp)
    return SpeakerAnnouncer(queues=queues, stations=stations_of(loaded.speakers), site=site, quiet=voice.quiet)


def sounds_folder(loaded: LoadedSite) -> Path:
    """Where warnings lie as files, for the housekeeper; of several such speakers, the first's."""
    folders = (each.folder for each in loaded.speakers.values() if isinstance(each, FilesSpeaker))
    return next(folders, loaded.state / "warnings")


def into_files(loaded: LoadedSite, folder: Path) -> LoadedSite:
    """The same site with nobody to hear it: every speaker, under its own id, writes into ``folder``."""

    def written(each: SpeakerSettings) -> FilesSpeaker:
        if isinstance(each, FilesSpeaker):
            return replace(each, folder=folder)
        return FilesSpeaker(driver="files", folder=folder, lamp=each.lamp)

    return replace(loaded, speakers={name: written(each) for name, each in loaded.speakers.items()})


def only_files(loaded: LoadedSite) -> None:
    """Raises BadInputError for a site of recordings with a speaker that would be heard."""
    heard = [name for name, each in loaded.speakers.items() if not isinstance(each, FilesSpeaker)]
    if heard:
        driver = loaded.speakers[heard[0]].driver
        raise BadInputError(
            f"speakers.{heard[0]}: found driver {driver} for cameras that are recordings, expected files: whoever was "
            "recorded has left"
        )


@dataclass(slots=True)
class MediaClock:
    """The time of a recording: that of its pictures."""

    at: datetime = LONG_AGO

    def now(self) -> datetime:
        """The instant of the last warning, or of what was waited for since."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Let time pass: nobody waits for a file."""
        self.at += timedelta(seconds=seconds)


class RecordedAnnouncer:
    """The speakers of one recording, in its own time; they are files, and remember what was written."""

    def __init__(self, loaded: LoadedSite, sounds: Sounds) -> None:
        only_files(loaded)
        self._clock = MediaClock()
        site = loaded.site
        outlets = {
            name: FileOutlet(folder=each.folder)
            for name, each in loaded.speakers.items()
            if isinstance(each, FilesSpeaker)
        }
        voice = SpeakerParts(clock=self._clock, sounds=sounds, health=SpeakerHealth(), quiet=quietness(lambda: site))
        self._announcer = announcer(loaded, outlets, lambda: site, voice)

    def say(self, request: Speak) -> SpeakerAnswer:
        """Play it now, or as soon as the speakers' limits allow; returns what became of it."""
        self._clock.at = max(self._clock.at, request.at)
        answers: list[SpeakerAnswer] = []
        self._announcer.ask(request, lambda _, answer: answers.append(answer))
        while not answers:
            until = self._announcer.turn()
            if until is None and not answers:
                raise Bug(f"warning {request.id}: expected an answer or an instant to wait for, got neither")
            self._clock.at = until or self._clock.at
        self._announcer.turn()  # of a lamp beside it
        return answers[0]

    def recall(self, request: Speak) -> SpeakerAnswer:
        """Whether its files are there."""
        return self._announcer.recall(request)

"""Is every warning spoken, and does each speaker play what it is given?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.broker import HOST
from edge_agent.adapters.speakers.voice.espeak_voice import EspeakVoice
from edge_agent.adapters.state_folder import standing
from edge_agent.app.doctor.findings import Finding, guarded, ill, well
from edge_agent.app.speak.outlets import OutletFactory
from edge_agent.config.site.broker_settings import BrokerSettings
from edge_agent.config.site.files_speaker import FilesSpeaker
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.core.speak.sound import to_bytes, tone
from edge_agent.ports import Sound
from edge_agent.ports.outlets import Announcement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.config.site.speakers import SpeakerSettings
    from edge_agent.ports import Clock
    from edge_agent.ports.outlets import Outlet

DOCTOR: Final = "doctor"
PHRASES: Final = {"zh-CN": "测试，测试", "en": "test, test"}
HERTZ: Final = 1000.0
RATE: Final = 16000
LONG: Final = timedelta(seconds=1)
ADVICE: Final = "look at its address and login in the site file, and at its cable"


def voice(loaded: LoadedSite, clock: Clock) -> Iterator[Finding]:
    """A phrase in every language of the policy; nothing is heard of it."""
    languages = sorted({language for kind in loaded.site.policy.kinds.values() for language in kind.words.warnings})
    speaking, began = EspeakVoice(), clock.now()
    for language in languages:
        speaking.speak(PHRASES.get(language, PHRASES["en"]), language)
    taken = _ms(clock.now() - began)
    yield well("voice", f"{', '.join(languages)} spoken in {taken:.0f} ms", taken_ms=taken)


def speakers(loaded: LoadedSite, clock: Clock, *, silent: bool = False) -> Iterator[Finding]:
    """Each speaker is looked for, and plays a second of a tone, or is lit, unless that is to be ``silent``."""
    for name, settings in loaded.speakers.items():
        advice = "give it a folder that can be written" if isinstance(settings, FilesSpeaker) else ADVICE
        tried = partial(_speaker, name, settings, loaded, clock, silent=silent)
        yield from guarded(_check(name), tried, advice)


def _speaker(
    name: str, settings: SpeakerSettings, loaded: LoadedSite, clock: Clock, *, silent: bool
) -> Iterator[Finding]:
    broker = loaded.broker if isinstance(loaded.broker, BrokerSettings) else BrokerSettings(host=HOST)
    workshop = OutletFactory(clock=clock, broker=broker, name=f"{loaded.site.agent}-{DOCTOR}")
    outlet = workshop.outlet(settings)
    try:
        there = outlet.probe()
        if silent:
            yield well(_check(name), f"{settings.driver}: {there}; no tone was played")
        elif isinstance(settings, FilesSpeaker):
            yield _tried_in_files(name, settings, workshop, clock)
        else:
            yield _tried(name, settings, outlet, clock)
    finally:
        outlet.close()


def _tried_in_files(name: str, settings: FilesSpeaker, workshop: OutletFactory, clock: Clock) -> Finding:
    """In a folder that vanishes beside the speaker's own."""
    try:
        with TemporaryDirectory(dir=standing(settings.folder), prefix=f".{DOCTOR}-") as test:
            return _tried(name, settings, workshop.outlet(replace(settings, folder=Path(test))), clock)
    except OSError as error:
        raise OutsideError(f"{settings.folder} cannot be written: {error.strerror}") from error


def _tried(name: str, settings: SpeakerSettings, outlet: Outlet, clock: Clock) -> Finding:
    began = clock.now()
    sound = Sound(rate=RATE, samples=to_bytes(tone(HERTZ, LONG, RATE)))
    answer = outlet.play(
        Announcement(
            id=DOCTOR,
            incident=DOCTOR,
            zone=DOCTOR,
            kind=DOCTOR,
            n=1,
            at=began,
            until=began + timedelta(minutes=1),
            text={"en": PHRASES["en"]},
            sounds={"en": sound},
            volume=settings.limits.loud(began, softer=False),
        )
    )
    taken = _ms(clock.now() - began)
    if answer.result is Result.PLAYED:
        what = "lit" if settings.lamp else "played a tone"
        return well(_check(name), f"{settings.driver}: {what}, {taken:.0f} ms", taken_ms=taken)
    return ill(_check(name), f"{settings.driver}: {answer.reason or 'nobody can tell whether it played'}", ADVICE)


def _check(name: str) -> str:
    return f"speaker {name}"


def _ms(span: timedelta) -> float:
    return round(span / timedelta(milliseconds=1), 1)

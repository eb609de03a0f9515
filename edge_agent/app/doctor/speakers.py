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
from edge_agent.app.doctor.findings import Finding, doubtful, guarded, ill, well
from edge_agent.app.speak.natural_coverage import check_natural
from edge_agent.app.speak.outlets import OutletFactory
from edge_agent.app.speak.phrase_cache import foreseen, phrase_cache_of
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.site.voice_settings import VoiceEngine
from edge_agent.config.speaker.files_speaker import FilesSpeaker
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Result
from edge_agent.core.speak.sound import to_bytes, tone
from edge_agent.ports import Sound
from edge_agent.ports.outlets import Announcement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.config.speaker.speakers import SpeakerSettings
    from edge_agent.ports import Clock, Voice
    from edge_agent.ports.outlets import Outlet

DOCTOR: Final = "doctor"
PHRASES: Final = {  # and of how many syllables they are
    "zh": ("您好，这里禁止停车，请立即驶离。", 13),
    "en": ("No parking here. Please move your vehicle now.", 11),
}
FASTEST, SLOWEST = 0.15, 0.42  # seconds a syllable, the pauses counted
NATURAL: Final = "natural voice"
MISREAD: Final = "install the voice that is known to read it (pip install 'edge-agent[voice]')"
ALONE: Final = "nothing, where the site is to be without eSpeak: edge-agent check says what could not be said"
RENDER: Final = "the agent renders the others, or edge-agent voice does it now; eSpeak says them till then"
HERTZ: Final = 1000.0
RATE: Final = 16000
LONG: Final = timedelta(seconds=1)
ADVICE: Final = "look at its address and login in the site file, and at its cable"


def voice(loaded: LoadedSite, clock: Clock, offline: Voice | None = None) -> Iterator[Finding]:
    """A phrase in every language of the policy, and whether it was said at the pace of speech; nothing is heard of it.

    An engine that cannot read a language spells out what it finds instead: eSpeak NG 1.51 reads the tones of Mandarin
    as English numbers, which takes longer by half. Where the natural voice speaks, a site may do without the other.
    """
    languages = sorted({language for kind in loaded.site.policy.kinds.values() for language in kind.words.warnings})
    speaking, began = offline or EspeakVoice(), clock.now()
    try:
        sounds = {language: speaking.speak(_phrase(language)[0], language) for language in languages}
    except OutsideError as error:
        if loaded.voice.engine is not VoiceEngine.NATURAL:
            raise
        yield doubtful("voice", f"{error}: what is not rendered is not said", ALONE)
        return
    taken = _ms(clock.now() - began)
    for language, sound in sounds.items():
        pace = len(sound.samples) / 2 / sound.rate / _phrase(language)[1]
        if not SLOWEST >= pace >= FASTEST:
            found = f"{language}: found {pace:.2f} s a syllable of a sentence, expected {FASTEST} to {SLOWEST} s"
            yield ill("voice", found, MISREAD, pace_s=round(pace, 3))
            return
    yield well("voice", f"{', '.join(languages)} spoken in {taken:.0f} ms", taken_ms=taken)


def _phrase(language: str) -> tuple[str, int]:
    """What is said to try a language, and of how many syllables it is."""
    return PHRASES["zh" if language.partition("-")[0].lower() == "zh" else "en"]


def natural(loaded: LoadedSite, clock: Clock) -> Iterator[Finding]:
    """Where a site asks for the natural voice: whether it is in place, and how much it has rendered."""
    if loaded.voice.engine is not VoiceEngine.NATURAL:
        return
    problems = check_natural(loaded, clock.now())
    if problems:
        yield ill(NATURAL, str(min(problems)), "edge-agent check names every problem")
        return
    now = clock.now()
    texts, left = set(foreseen(loaded.site, now)), phrase_cache_of(loaded).unrendered(loaded.site, now)
    text = f"{len(texts) - len(left)} of {len(texts)} texts rendered"
    yield doubtful(NATURAL, text, RENDER) if left else well(NATURAL, text)


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
            text={"en": "test, test"},
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

"""The phrase cache: what a warning sounds like, in each of its languages, as loud as any other.

In this order: the city's own recording for this warning, else what the natural voice has rendered of it, else the
offline voice. What can be foreseen is made ready at the start and after each change of the site's files, a little at
a time, so that on the street nobody waits for a voice, and is kept on the disk under the hash of what it was made of.
What cannot (the time of day, what the centre wants said) is made by the offline voice when it is due, and only the
last few of it are remembered: a disk is no place for every minute of the day.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import product
from threading import Event, Lock
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.speakers.voice.espeak_voice import EspeakVoice, engine
from edge_agent.adapters.speakers.voice.loudness import TARGET_LUFS, levelled
from edge_agent.adapters.speakers.voice.natural_voice import LAST, natural_voice
from edge_agent.adapters.speakers.voice.recorded import PhraseFolder, RecordedWarnings, fingerprint, read_recorded
from edge_agent.adapters.state_folder import PHRASES
from edge_agent.app.speak.rendering import Rendering
from edge_agent.config.site.voice_settings import VoiceEngine
from edge_agent.core.errors import OutsideError
from edge_agent.core.site.steps import steps_of
from edge_agent.core.speak.messages import foreseen_texts, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from edge_agent.app.speak.rendering import Renderer
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.effects import Speak
    from edge_agent.core.site.policy import Kind, Rule
    from edge_agent.core.site.site import Site
    from edge_agent.core.site.zones import Zone
    from edge_agent.ports import Clock, Metrics, Sound, Voice

MADE: Final = f"1 {TARGET_LUFS:g} LUFS"  # to be changed with what is done to a sound after it was spoken or read
REMEMBERED: Final = 32  # phrases of the moment, some 300 kB each
BREATH_S: Final = 2.0  # between two phrases made ready: nine tenths of a core are left to the detector
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is to be heard in one language, and where it comes from: a recording's path, ``natural`` or ``voice``."""

    sound: Sound
    origin: str


@dataclass(frozen=True, slots=True)
class _Work:
    """A phrase to be made ready: in which language, the key it is kept under, and how it is made."""

    language: str
    key: str
    make: Callable[[], Sound]


class PhraseCache:
    """Sounds of warnings; safe from any thread.

    Args:
        site: Whose kinds recordings may be played for; also what is made ready first.
        voice: Says what nobody has recorded.
        engine: Which voice that is; another one makes every phrase anew.
        recorded: The city's own recordings.
        kept: Where phrases are kept once made.
        natural: Speaks beforehand what can be foreseen; nobody if None.
        metrics: Who is told what was not rendered.
    """

    def __init__(
        self,
        site: Site,
        *,
        voice: Voice,
        engine: str,
        recorded: RecordedWarnings,
        folder: PhraseFolder,
        natural: Renderer | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._site = site
        self._voice = voice
        self._engine = engine
        self._recorded = recorded
        self._kept = folder
        self._natural = None if natural is None else Rendering(natural, folder, _hash, metrics=metrics)
        self._lock = Lock()
        self._lately: dict[str, Sound] = {}
        self._changed = Event()
        self._closing = Event()

    def sounds(self, request: Speak) -> Mapping[str, Sound]:
        """What is heard of a request, by language; a language that cannot be said is left out and told in the log.

        Raises:
            OutsideError: None of its languages can be said.
        """
        return {language: phrase.sound for language, phrase in self.phrases(request).items()}

    def phrases(self, request: Speak) -> dict[str, Phrase]:
        """The same with where each comes from."""
        phrases_by_key: dict[str, Phrase] = {}
        trouble = OutsideError(f"warning {request.id}: expected a text in some language, got none")
        for language, text in request.text.items():
            try:
                phrases_by_key[language] = self._recording(request, language) or self._spoken(text, language)
            except OutsideError as error:
                trouble = error
                _log.warning("a warning is not said in %s: %s", language, error)
        if not phrases_by_key:
            raise trouble
        return phrases_by_key

    def adopt(self, site: Site) -> None:
        """Take over another site; what it will say is made ready by ``run``."""
        self._site = site
        self._changed.set()

    def run(self, clock: Clock, *, breath_s: float = BREATH_S) -> None:
        """Make ready what can be foreseen, at once and after each change, until closed."""
        while True:
            self._changed.clear()
            if self._closing.is_set():  # asked after the clearing, which may have hidden that it was closed
                return
            self.prepare(self._site, clock.now(), pause=lambda: self._closing.wait(breath_s))
            self._changed.wait()

    def close(self) -> None:
        """End `run` after the phrase it is at; one that is slow is broken off."""
        self._closing.set()
        if self._natural is not None:
            self._natural.close()
        self._changed.set()

    def prepare(self, site: Site, at: datetime, *, pause: Callable[[], bool]) -> int:
        """Make ready what can be foreseen, what is rendered first; returns how many phrases were made.

        ``pause`` waits between two, and says when to end. What cannot be made is told, of a language once.
        """
        made, mute = self.render(site, at, pause=pause), set[str]()
        if self._closing.is_set():
            return made
        for each in self._foreseen(site, at):
            if each.language in mute or self._kept.get(each.key) is not None:
                continue
            try:
                self._kept.keep(each.key, self._made(each.key, each.make))
            except OutsideError as error:
                _log.warning("warnings in %s are not made ready: %s", each.language, error)
                mute.add(each.language)
                continue
            made += 1
            if pause():
                break
        return made

    def render(
        self,
        site: Site,
        at: datetime,
        *,
        pause: Callable[[], bool],
        told: Callable[[int, int], None] | None = None,
    ) -> int:
        """Have the natural voice render what can be foreseen, where there is one: see `Rendering.render`."""
        return 0 if self._natural is None else self._natural.render(foreseen(site, at), pause=pause, told=told)

    def unrendered(self, site: Site, at: datetime) -> tuple[tuple[str, str], ...]:
        """What can be foreseen and the natural voice has not rendered: language and text."""
        texts = dict.fromkeys(foreseen(site, at))
        return tuple((tag, text) for tag, text in texts if self._natural is None or not self._natural.has(text, tag))

    def _foreseen(self, site: Site, at: datetime) -> Iterator[_Work]:
        """What will be heard, each sound once."""
        known = set[str]()
        for each in (*self._recordings(site), *self._texts(site, at)):
            if each.key not in known:
                known.add(each.key)
                yield each

    def _texts(self, site: Site, at: datetime) -> Iterator[_Work]:
        for language, text in foreseen(site, at):
            if self._natural is None or not self._natural.has(text, language):
                yield _Work(language, self._key(text, language), partial(self._voice.speak, text, language))

    def _recordings(self, site: Site) -> Iterator[_Work]:
        for zone, kind, rule in _rules_of(site):
            for n, language in product(range(1, rule.spoken + 1), words_of(kind, zone).warnings):
                path = self._recorded.find(kind=kind.name, zone=zone.id, n=n, language=language)
                if path is not None:
                    with suppress(OutsideError):  # it is told when it is due, and by `check`
                        sound = _hash(fingerprint(path)), partial(read_recorded, path)
                        yield _Work(f"{language} ({path.name})", *sound)

    def _recording(self, request: Speak, language: str) -> Phrase | None:
        """The city's own recording, unless there is none, or it cannot be played."""
        if request.kind not in self._site.policy.kinds or request.step:
            return None  # what the centre wants said, or is said at a step of the strikes, is in no recording
        path = self._recorded.find(kind=request.kind, zone=request.zone, n=request.n, language=language)
        if path is None:
            return None
        try:
            key = _hash(fingerprint(path))
            sound = self._made(key, partial(read_recorded, path))
        except OutsideError as error:
            _log.warning("a recording is not played, the voice says it: %s", error)
            return None
        return Phrase(sound, str(path))

    def _spoken(self, text: str, language: str) -> Phrase:
        rendered = None if self._natural is None else self._natural.sound(text, language)
        if rendered is not None:
            return Phrase(rendered, VoiceEngine.NATURAL)
        return Phrase(self._made(self._key(text, language), partial(self._voice.speak, text, language)), "voice")

    def _key(self, text: str, language: str) -> str:
        return _hash(self._engine, language, text)

    def _made(self, key: str, make: Callable[[], Sound]) -> Sound:
        """The levelled sound under a key: from the disk, or lately made, or made now."""
        with self._lock:
            sound = self._kept.get(key) or self._lately.get(key)
            if sound is None:
                sound = levelled(make())
                if len(self._lately) >= REMEMBERED:
                    self._lately.pop(next(iter(self._lately)))
                self._lately[key] = sound
            return sound


def phrase_cache_of(loaded: LoadedSite, metrics: Metrics | None = None, *, nice: int = LAST) -> PhraseCache:
    """The phrase cache of a site, with its recordings and its state folder; what is slow is so ``nice`` to others."""
    natural = loaded.voice.engine is VoiceEngine.NATURAL
    return PhraseCache(
        loaded.site,
        voice=EspeakVoice(),
        engine=engine(),
        recorded=RecordedWarnings(loaded.recorded),
        folder=PhraseFolder(loaded.state / PHRASES),
        natural=natural_voice(loaded.voice, nice=nice) if natural else None,
        metrics=metrics,
    )


def foreseen(site: Site, at: datetime) -> Iterator[tuple[str, str]]:
    """Every text that is known before it is due: language and text."""
    for zone, kind, rule in _rules_of(site):
        yield from foreseen_texts(kind, zone, rule, at, steps_of(rule, site.policy.steps))


def _rules_of(site: Site) -> Iterator[tuple[Zone, Kind, Rule]]:
    """Every kind that a zone is watched for, with the rule that holds there."""
    for zone in site.zones:
        for name, rule in zone.rules.items():
            yield zone, site.policy.kinds[name], rule


def _hash(*parts: str) -> str:
    return sha256("\x1f".join((MADE, *parts)).encode()).hexdigest()

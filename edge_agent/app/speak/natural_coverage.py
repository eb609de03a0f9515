"""Whether the natural voice can say all that a site may have to say: told before a start, text by text.

Where eSpeak is installed it says the rest, and that is only told. Where it is not (a site without GPL parts) each such
text is a problem, for on the street it would not be heard.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.speakers.voice import english, kokoro, mandarin
from edge_agent.adapters.speakers.voice.espeak_voice import EspeakVoice
from edge_agent.adapters.speakers.voice.natural_voice import natural_voice
from edge_agent.adapters.speakers.voice.recorded import RecordedWarnings
from edge_agent.config.site.shipped import problem_at
from edge_agent.config.site.voice_settings import FOLDER, VoiceEngine
from edge_agent.config.yaml.source import Problem
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.site.steps import steps_of
from edge_agent.core.speak.messages import foreseen_texts, moment_fields, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from edge_agent.config.site.loading import LoadedSite, ZoneKind
    from edge_agent.ports import Voice

FIELD: Final = "voice"
READERS: Final = ("pypinyin", "rjieba")
PUT_THERE: Final = "the files that edge-agent voice --from puts there (docs/voice.md)"
REMEDY: Final = "words that it can say, a recording, or eSpeak beside it (pip install 'edge-agent[voice]')"


def check_natural(loaded: LoadedSite, now: datetime, offline: Voice | None = None) -> tuple[Problem, ...]:
    """A problem for what the natural voice lacks, and for each text that nobody could say."""
    if loaded.voice.engine is not VoiceEngine.NATURAL:
        return ()
    lacking = tuple(dict.fromkeys(_lacking(loaded)))
    if lacking:
        return tuple(problem_at(loaded, FIELD, found, expected) for found, expected in lacking)
    if stands_in(offline or EspeakVoice()):
        return ()
    return tuple(
        Problem(
            asked.mark.file,
            asked.mark.line,
            asked.mark.column,
            asked.field,
            f"a warning in '{language}' that the natural voice cannot say: {why}",
            REMEDY,
        )
        for asked, language, why in _unsaid(loaded, now)
    )


def natural_remarks(loaded: LoadedSite, now: datetime) -> Iterator[str]:
    """A sentence for each warning that eSpeak says although the site asks for the natural voice."""
    if loaded.voice.engine is VoiceEngine.NATURAL:
        for asked, language, why in _unsaid(loaded, now):
            yield f"zone {asked.zone}, kind '{asked.kind}': eSpeak says a warning in {language}: {why}"


def stands_in(offline: Voice) -> bool:
    """Whether the offline voice is there to say what the natural one cannot."""
    try:
        offline.speak("1", "en")
    except OutsideError:
        return False
    return True


def _lacking(loaded: LoadedSite) -> Iterator[tuple[str, str]]:
    """What is not in place, as found and expected."""
    try:
        kokoro.model_parts()
    except OutsideError as error:
        yield str(error), "the extra voice-natural"
    for name in READERS:
        if find_spec(name) is None:
            yield f"no package {name}", "the extra voice-natural"
    voice = natural_voice(loaded.voice)
    for language in dict.fromkeys(language.partition("-")[0].lower() for _, language in _spoken(loaded)):
        if voice.called(language) is not None and (wrong := voice.lacking(language)):
            yield wrong.partition(", expected ")[0].replace(": found ", " with "), PUT_THERE


def _spoken(loaded: LoadedSite) -> Iterator[tuple[ZoneKind, str]]:
    """Each kind in a zone with each language in which something is said of it that is not recorded throughout."""
    zones, recorded = {zone.id: zone for zone in loaded.site.zones}, RecordedWarnings(loaded.recorded)
    for asked in loaded.zone_kinds:
        zone, kind = zones[asked.zone], loaded.site.policy.kinds[asked.kind]
        numbers = range(1, zone.rules[asked.kind].spoken + 1)
        for language in words_of(kind, zone).warnings:
            found = [recorded.find(kind=kind.name, zone=zone.id, n=n, language=language) for n in numbers]
            if not all(found):
                yield asked, language


def _unsaid(loaded: LoadedSite, now: datetime) -> Iterator[tuple[ZoneKind, str, str]]:
    """What the natural voice cannot say, and why: the kind in its zone, the language, the reason."""
    zones, policy = {zone.id: zone for zone in loaded.site.zones}, loaded.site.policy
    folder = loaded.voice.folder or Path(FOLDER)
    for asked, language in _spoken(loaded):
        zone, kind = zones[asked.zone], policy.kinds[asked.kind]
        rule = zone.rules[asked.kind]
        steps = steps_of(rule, policy.steps)
        for field in moment_fields(kind, zone, rule, language, steps):
            yield asked, language, f"{{{field}}} is not known beforehand"
        texts = dict.fromkeys(text for tag, text in foreseen_texts(kind, zone, rule, now, steps) if tag == language)
        for why in dict.fromkeys(unreadable(text, language, folder) for text in texts):
            if why:
                yield asked, language, why


def unreadable(text: str, language: str, folder: Path) -> str:
    """Why the natural voice cannot say a text; empty where it can."""
    main = language.partition("-")[0].lower()
    if main not in {"zh", "en"}:
        return f"it speaks no '{language}'"
    try:
        kokoro.checked(mandarin.signs_of(text) if main == "zh" else english.signs_of(text, _lexicon(folder)))
    except BadInputError as error:
        return str(error)
    return ""


@cache
def _lexicon(folder: Path) -> english.Lexicon:
    return kokoro.lexicon(folder)

"""Whether every recording of a warning will be played: told by its name and by its sound, before a start.

A name that says nothing is a recording that is never heard, and on the street nobody would notice.

Whether every warning can be heard in every language that it has words for: spoken by a voice, or recorded.

A language without either would be left out of each warning, and on the street nobody would miss it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.speakers.voice.espeak_voice import VOICES, speaks
from edge_agent.adapters.speakers.voice.recorded import SUFFIXES, RecordedWarnings, fingerprint, read_recorded
from edge_agent.config.site.shipped import problem_at
from edge_agent.config.yaml.source import Problem
from edge_agent.core.errors import OutsideError
from edge_agent.core.speak.messages import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.site.site import Site
    from edge_agent.core.site.zones import Zone

FIELD: Final = "recorded"
BESIDE: Final = (".txt", ".md")  # who speaks, under which licence
RULE: Final = "KIND/N.LANGUAGE.wav or KIND/ZONE/N.LANGUAGE.wav (or .mp3)"
_NAME: Final = re.compile(r"(?P<n>[1-9][0-9]?)\.(?P<language>[A-Za-z0-9-]+)\.(wav|mp3)")


def check_recorded(loaded: LoadedSite) -> tuple[Problem, ...]:
    """A problem for the folder that is not there, and for every recording in it that will not be played."""
    if loaded.recorded is None:
        return ()
    if not loaded.recorded.is_dir():
        return (problem_at(loaded, FIELD, f"no folder {loaded.recorded}", "a folder that exists"),)
    return tuple(
        problem_at(loaded, FIELD, f"the recording {path.relative_to(loaded.recorded)}, {mismatch}", expected)
        for path in recordings_of(loaded)
        for mismatch, expected in _wrong(path, loaded)
    )


def recordings_of(loaded: LoadedSite) -> tuple[Path, ...]:
    """What lies in a site's folder and is to be played; texts beside, and hidden files, are not."""
    recordings = (
        () if loaded.recorded is None else (path for path in sorted(loaded.recorded.rglob("*")) if path.is_file())
    )
    return tuple(path for path in recordings if path.suffix.lower() not in BESIDE and not path.name.startswith("."))


def _wrong(path: Path, loaded: LoadedSite) -> Iterator[tuple[str, str]]:
    """The first thing wrong with a recording, as found and expected, if there is one."""
    folders = path.relative_to(loaded.recorded or path).parts[:-1]
    name = _NAME.fullmatch(path.name)
    if name is None or path.suffix not in SUFFIXES or len(folders) not in {1, 2}:
        yield "whose name says of no warning", RULE
        return
    kinds = {kind for zone in loaded.site.zones for kind in zone.rules}
    zones = [zone for zone in loaded.site.zones if folders[0] in zone.rules and zone.id in (folders[1:] or (zone.id,))]
    if folders[0] not in kinds:
        yield f"of a kind '{folders[0]}' that no zone is watched for", f"one of: {', '.join(sorted(kinds))}"
    elif not zones:
        yield f"of '{folders[1]}', no zone that is watched for {folders[0]}", "the id of one that is"
    else:
        yield from _unheard(path, loaded, zones, folders[0], name)


def _unheard(
    path: Path, loaded: LoadedSite, zones: list[Zone], kind: str, name: re.Match[str]
) -> Iterator[tuple[str, str]]:
    """What is wrong with the number, the language or the sound."""
    most = max(zone.rules[kind].warnings for zone in zones)
    languages = {each for zone in zones for each in words_of(loaded.site.policy.kinds[kind], zone).warnings}
    if int(name["n"]) > most:
        yield f"of a warning {name['n']} that is never given", f"1 to {most}"
    elif name["language"] not in languages:
        yield f"in '{name['language']}', in which nothing is said", f"one of: {', '.join(sorted(languages))}"
    else:
        try:
            fingerprint(path)
            read_recorded(path)
        except OutsideError as error:
            value, _, expected = str(error).removeprefix(f"{path}: ").removeprefix("found ").partition(", expected ")
            yield value, expected or "a recording that can be played"


def check_audible(loaded: LoadedSite) -> tuple[Problem, ...]:
    """A problem for every kind in a zone some of whose warnings no voice speaks and nobody has recorded."""
    zones = {zone.id: zone for zone in loaded.site.zones}
    recorded = RecordedWarnings(loaded.recorded)
    return tuple(
        Problem(
            zone_kind.mark.file,
            zone_kind.mark.line,
            zone_kind.mark.column,
            zone_kind.field,
            f"warnings in '{language}' that no voice speaks and nobody has recorded ({', '.join(map(str, missing))})",
            f"a recording of each, or a language of: {', '.join(VOICES)}",
        )
        for zone_kind in loaded.zone_kinds
        for language, missing in _unspoken(loaded.site, zones[zone_kind.zone], zone_kind.kind, recorded)
    )


def languages_of(site: Site) -> tuple[str, ...]:
    """The languages in which something is said somewhere, in the order in which they come."""
    return tuple(
        dict.fromkeys(
            language
            for zone in site.zones
            for kind in zone.rules
            for language in words_of(site.policy.kinds[kind], zone).warnings
        )
    )


def _unspoken(site: Site, zone: Zone, kind: str, recorded: RecordedWarnings) -> Iterator[tuple[str, tuple[int, ...]]]:
    for language in words_of(site.policy.kinds[kind], zone).warnings:
        if not speaks(language):
            numbers = range(1, zone.rules[kind].spoken + 1)
            missing = tuple(
                n for n in numbers if recorded.find(kind=kind, zone=zone.id, n=n, language=language) is None
            )
            yield from ((language, missing),) if missing else ()

"""The ways of warnings: whether every zone's route, and every quiet time, finds a speaker that the site has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from edge_agent.config.speaker.files_speaker import FilesSpeaker
from edge_agent.core.site.quiet_hours import ExamDays, Quiet
from edge_agent.core.site.zones import Stations

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.config.site.site_file import SiteFile
    from edge_agent.config.speaker.speakers import SpeakerSettings
    from edge_agent.config.yaml.source import Loc, Problem, Source
    from edge_agent.config.zone.zone_file import Drawn
    from edge_agent.core.site.zones import Zone

LAMP: Final = "a lamp among its speakers, for quiet: light"
INSTEAD: Final = "speakers, each by its id, such as speakers: {files: {driver: files, folder: warnings/}}"


def outdated(source: Source) -> tuple[Problem, ...]:
    """The key of a single speaker, which older site files have, and what is to be written instead."""
    if not isinstance(source.data, dict) or "speaker" not in source.data:
        return ()
    return (source.problem(("speaker",), "a key of older site files", INSTEAD, key=True),)


def speakers_of(file: SiteFile, folder: Path) -> dict[str, SpeakerSettings]:
    """The speakers of a site by id; one that writes files where it names none."""
    return file.speakers or {"files": FilesSpeaker(driver="files", folder=folder / "warnings")}


def stations_of(speakers: dict[str, SpeakerSettings]) -> Stations:
    """The same as far as routes are concerned."""
    return Stations(tuple(speakers), frozenset(name for name, each in speakers.items() if each.lamp))


def misrouted(
    file: SiteFile | None, source: Source, drawn: tuple[Drawn, ...], zones: tuple[Zone, ...]
) -> tuple[Problem, ...]:
    """Speakers and lamps that are named and are not there, light hours without a lamp, exam days that fit nothing."""
    if file is None:
        return ()
    stations = stations_of(speakers_of(file, source.path.parent))
    by_id = {zone.id: zone for zone in zones}
    strangers = [
        problem
        for each in drawn
        for index, entry in each.entries()
        if entry.id in by_id
        for problem in _of_zone(each.source, ("zones", index), by_id[entry.id], stations)
    ]
    unlit = [
        source.problem(
            ("speakers", name, "beside"),
            f"'{each.beside}', which is no lamp of the site",
            "the id of another speaker that is a lamp",
        )
        for name, each in (file.speakers or {}).items()
        if each.beside is not None and (each.beside == name or each.beside not in stations.lamps)
    ]
    unfit = [problem for n, days in enumerate(file.exams) for problem in _of_exam(days, n, zones, stations, source)]
    return (*strangers, *unlit, *unfit)


def _of_zone(source: Source, loc: Loc, zone: Zone, stations: Stations) -> Iterator[Problem]:
    for number, name in enumerate(zone.speakers):
        if name not in stations.ids:
            value, known = f"'{name}', which is no speaker of the site", "one of: " + ", ".join(stations.ids)
            yield source.problem((*loc, "speakers", number), value, known)
    light = any(rule.quiet is Quiet.LIGHT for rule in zone.rules.values())
    if light and not stations.route(zone, light=True):
        yield source.problem((*loc, "speakers"), "no lamp", LAMP)


def _of_exam(
    days: ExamDays, number: int, zones: tuple[Zone, ...], stations: Stations, source: Source
) -> Iterator[Problem]:
    loc: Loc = ("exams", number)
    if days.valid_to <= days.valid_from:
        yield source.problem((*loc, "valid_to"), "an end before the start", "a later date")
    for name in sorted(days.zones - {zone.id for zone in zones}):
        yield source.problem((*loc, "zones"), f"'{name}', which is no zone", "ids of zones")
    if days.quiet is Quiet.LIGHT:
        concerned = (zone for zone in zones if not days.zones or zone.id in days.zones)
        dark = [zone.id for zone in concerned if not stations.route(zone, light=True)]
        if dark:
            yield source.problem((*loc, "quiet"), f"light, and no lamp for zone '{dark[0]}'", LAMP)

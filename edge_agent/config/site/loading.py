"""From files to one immutable value: the site and all that its box needs to start.

Everything is read before anything is refused, so that a person sees all problems at once and mends them in one go.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from edge_agent.config.broker.broker_settings import Broker
from edge_agent.config.broker.home_assistant import HomeAssistantSettings
from edge_agent.config.camera.camera_files import calibrations_of, named_by_cameras, named_file, taught_of_cameras
from edge_agent.config.fields.hours import WORKING_HOURS, HoursReader, OsmHours
from edge_agent.config.fields.instants import with_hours
from edge_agent.config.fields.refusals import validate, version_problems
from edge_agent.config.fields.values import Reading, shown, unknown_kind
from edge_agent.config.policy.holidays_file import read_hours_reader
from edge_agent.config.policy.policy_file import read_policy, with_digest
from edge_agent.config.site.evidence_store import EvidenceSettings
from edge_agent.config.site.plate_settings import PlateSettings, plates_written
from edge_agent.config.site.service import MonitoringSettings, PrivacySettings, StorageSettings
from edge_agent.config.site.site_file import SITE_FILE, CameraSettings, RuntimeSettings, SiteFile
from edge_agent.config.site.speaker_routes import misrouted, outdated, speakers_of
from edge_agent.config.site.voice_settings import FOLDER, VoiceSettings
from edge_agent.config.yaml.source import BadConfigError, Loc, PlaceInFile, Problem, Source, field_text, read_source
from edge_agent.config.zone.repeated_ids import repeated_ids
from edge_agent.config.zone.zone_file import ZONE_FILE, Drawn, replaced, zones_of
from edge_agent.core.site.policy import Policy
from edge_agent.core.site.site import Site
from edge_agent.core.site.zones import Zone

if TYPE_CHECKING:
    from edge_agent.config.speaker.speakers import SpeakerSettings
    from edge_agent.core.geometry import Polygon
    from edge_agent.core.teach.taught import Taught


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneKind:
    """A kind that a zone asks for, and where it says so."""

    zone: str
    kind: str
    mark: PlaceInFile
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSite:
    """The core's site and the settings of the shells around it; all paths are ready to be opened.

    ``files`` are those that were read, ``asked`` the kinds the zones ask for, in the order of the files;
    ``places`` says where the site file names the model, the cameras' sources and the recordings, by field; ``recorded``
    is the folder of the city's own recordings of warnings.
    """

    site: Site
    cameras: dict[str, CameraSettings]
    timezone: ZoneInfo
    model: Path
    places: dict[str, PlaceInFile]
    state: Path
    broker: Broker
    speakers: dict[str, SpeakerSettings]
    runtime: RuntimeSettings
    storage: StorageSettings
    monitoring: MonitoringSettings
    files: tuple[Path, ...]
    zone_kinds: tuple[ZoneKind, ...]
    recorded: Path | None = None
    privacy: PrivacySettings = field(default_factory=PrivacySettings)
    evidence: EvidenceSettings = field(default_factory=EvidenceSettings)
    home_assistant: HomeAssistantSettings | None = None
    plates: PlateSettings = field(default_factory=PlateSettings)
    voice: VoiceSettings = field(default_factory=VoiceSettings)


def load_site(
    path: Path,
    *,
    environ: Mapping[str, str] | None = None,
    drafts: Mapping[Path, str] | None = None,
    secrets_needed: bool = True,
) -> LoadedSite:
    """Read a site file and all it names; secrets come from ``environ`` (the process's own if None).

    Where they are not needed, one that is not there is no problem until it is revealed.

    ``drafts`` are texts that are judged as if they stood in the files of those paths already.

    Raises BadConfigError with every problem of every file.
    """
    source = read_source(path, drafts)
    context = _reading(source, os.environ if environ is None else environ)
    context = replace(context, drafts=drafts or {}, secrets_needed=secrets_needed)
    unreadable = version_problems(source) or outdated(source)
    if unreadable:
        raise BadConfigError(unreadable)
    reader, bad_days = read_hours_reader(source, context)
    context = replace(context, hours=reader)
    file, site_problems = validate(SITE_FILE, source, context)
    policy, policy_problems = _policy(file, source, context)
    kinds = tuple(policy.kinds) if policy is not None else None
    drawn, drawn_problems = _drawn(source, replace(context, kinds=kinds))
    zones, zone_problems = _zones(drawn, policy)
    calibrations, bad = calibrations_of(source, context)
    taught, untaught = taught_of_cameras(source, context)
    problems = (*bad_days, *site_problems, *policy_problems, *drawn_problems, *zone_problems, *repeated_ids(drawn))
    problems += bad + untaught + misrouted(file, source, drawn, zones)
    problems += () if file is None else plates_written(file.plates, source, drawn, zones)
    if problems or policy is None:
        raise BadConfigError(problems)
    site = _site(file, zones, _with_taught(policy, taught), reader)
    site = replace(site, calibrations=calibrations, taught=taught, ignored=_ignored(file, drawn))
    return _loaded(file, source, drawn, site)


def _reading(source: Source, environ: Mapping[str, str]) -> Reading:
    """The context of all files; a time zone that is itself a problem must not hide the others."""
    try:
        timezone = ZoneInfo(str(_raw(source, "timezone")))
    except (OSError, ValueError, KeyError):
        timezone = ZoneInfo("UTC")
    return Reading(folder=source.path.parent, timezone=timezone, environ=environ)


def _raw(source: Source, key: str) -> object:
    return source.data.get(key) if isinstance(source.data, dict) else None


def _policy(file: SiteFile | None, source: Source, context: Reading) -> tuple[Policy | None, tuple[Problem, ...]]:
    """The effective policy, with the site's own rules in it where the site file could be read."""
    own, problems = named_file(source, ("policy",), _raw(source, "policy"), context)
    if problems:
        return None, problems
    policy, problems = read_policy(own, context)
    if policy is None or file is None:
        return policy, problems
    return _with_rules(policy, file, source)


def _with_rules(policy: Policy, file: SiteFile, source: Source) -> tuple[Policy, tuple[Problem, ...]]:
    kinds, problems = dict(policy.kinds), []
    for name, settings in file.rules.items():
        loc = ("rules", name)
        if name not in kinds:
            problems.append(source.problem(loc, *unknown_kind(name, kinds), key=True))
            continue
        try:
            kinds[name] = replace(kinds[name], rule=replaced(kinds[name].rule, settings))
        except ValueError as error:
            problems.append(source.problem(loc, f"values that do not fit ({error})", "a ladder that can be climbed"))
    return with_digest(replace(policy, kinds=kinds)), tuple(problems)


def _with_taught(policy: Policy, taught: Mapping[str, Taught]) -> Policy:
    """The policy, its hash telling of what each camera was taught."""
    if not taught:
        return policy
    return with_digest(replace(policy, taught=tuple((name, each.sha256) for name, each in sorted(taught.items()))))


def _drawn(source: Source, context: Reading) -> tuple[tuple[Drawn, ...], tuple[Problem, ...]]:
    """Every zone file that could be read, and what is wrong with the others."""
    drawn: list[Drawn] = []
    problems: list[Problem] = []
    for camera, path, missing in named_by_cameras(source, "zones", context):
        problems += missing
        if path is not None:
            read, drawn_problems = _zone_file(path, camera, context)
            drawn += [read] if read is not None else []
            problems += drawn_problems
    return tuple(drawn), tuple(problems)


def _zone_file(path: Path, camera: str, context: Reading) -> tuple[Drawn | None, tuple[Problem, ...]]:
    try:
        source = read_source(path, context.drafts)
    except BadConfigError as error:
        return None, error.problems
    problems = version_problems(source)
    if problems:
        return None, problems
    file, problems = validate(ZONE_FILE, source, replace(context, folder=path.parent))
    if file is None:
        return None, problems
    if file.camera != camera:
        expected = f"'{camera}', the camera that names this file"
        return None, (source.problem(("camera",), shown(file.camera), expected),)
    return Drawn(file=file, source=source), ()


def _zones(drawn: tuple[Drawn, ...], policy: Policy | None) -> tuple[tuple[Zone, ...], tuple[Problem, ...]]:
    if policy is None:
        return (), ()
    pairs = [zones_of(each, policy) for each in drawn]
    zones = tuple(zone for part, _ in pairs for zone in part)
    return zones, tuple(problem for _, part in pairs for problem in part)


def _site(file: SiteFile, zones: tuple[Zone, ...], policy: Policy, reader: HoursReader) -> Site:
    working = file.working_hours or OsmHours(WORKING_HOURS, file.timezone.key)
    local = tuple(replace(zone, timezone=file.timezone, read_hours=reader) for zone in with_hours(zones, file.timezone))
    return Site(
        agent=file.agent,
        adcode=file.adcode,
        zones=local,
        policy=policy,
        working=working,
        exams=file.exams,
        longest=file.longest_instruction,
        cameras={name: camera.card for name, camera in file.cameras.items()},
        thumbnails=file.thumbnails,
        plates=file.plates.rules,
    )


def _ignored(file: SiteFile, drawn: tuple[Drawn, ...]) -> dict[str, tuple[Polygon, ...]]:
    """Where nothing is looked for, by camera: as the site file says, and as was drawn."""
    below = {each.file.camera: each.file.ignore for each in drawn}
    parts = {name: (*camera.ignore, *below.get(name, ())) for name, camera in file.cameras.items()}
    return {name: polygons for name, polygons in parts.items() if polygons}


def _loaded(file: SiteFile, source: Source, drawn: tuple[Drawn, ...], site: Site) -> LoadedSite:
    folder = source.path.parent
    own = tuple(path for path in (file.policy, file.holidays) if path is not None)
    named = (path for camera in file.cameras.values() for path in (camera.calibration, camera.taught))
    measured = tuple(path for path in named if path is not None)
    return LoadedSite(
        site=site,
        cameras=file.cameras,
        timezone=file.timezone,
        model=file.model,
        places=_places(file, source),
        state=file.state or folder / "state",
        broker=file.broker,
        speakers=speakers_of(file, folder),
        runtime=file.runtime,
        storage=file.storage,
        monitoring=file.monitoring,
        files=(source.path, *own, *(each.source.path for each in drawn), *measured),
        zone_kinds=tuple(zone_kind for each in drawn for zone_kind in _zone_kinds(each)),
        recorded=file.recorded,
        privacy=file.privacy,
        evidence=file.evidence,
        home_assistant=file.home_assistant,
        plates=file.plates,
        voice=replace(file.voice, folder=file.voice.folder or folder / FOLDER),
    )


def _places(file: SiteFile, source: Source) -> dict[str, PlaceInFile]:
    locs: list[Loc] = [
        ("model",),
        ("recorded",),
        ("voice",),
        *(("cameras", camera, "source") for camera in file.cameras),
    ]
    locs += [("broker", "tls", name) for name in ("ca", "certificate", "key")]
    return {field_text(loc): source.mark(loc) for loc in locs}


def _zone_kinds(drawn: Drawn) -> tuple[ZoneKind, ...]:
    problems = []
    for index, entry in drawn.entries():
        for kind in entry.kinds:
            loc: Loc = ("zones", index, "kinds", kind)
            mark = drawn.source.mark(loc, key=True)
            problems.append(ZoneKind(zone=entry.id, kind=kind, mark=mark, field=field_text(loc)))
    return tuple(problems)

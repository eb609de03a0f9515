"""A street file: a made-up street with its camera's zones, read into the core's Street.

The zones are written as in a zone file, and one is made of them for the site that a simulation leaves behind.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, TypeAdapter, WithJsonSchema

from edge_agent.config.fields.instants import FromField
from edge_agent.config.fields.refusals import validate, version_problems
from edge_agent.config.fields.spans_and_sizes import duration_text
from edge_agent.config.fields.values import KEYS, Duration, Identifier, NotEmpty, Reading, Text, as_core, shown, wrong
from edge_agent.config.policy.policy_file import read_policy
from edge_agent.config.site.site_file import TimezoneField
from edge_agent.config.truth_file import BoxField
from edge_agent.config.yaml.source import BadConfigError, Loc, Problem, Source, read_source
from edge_agent.config.zone.zone_entry import ZoneEntry
from edge_agent.config.zone.zone_file import Drawn, ZoneFile, zones_of
from edge_agent.core.site.zones import Zone
from lab.simulation.allowing import Calendar
from lab.simulation.allowing_file import AllowanceField, BreaksField, CalendarField, CountingField
from lab.simulation.street import (
    HOURS,
    Behaviour,
    Gathers,
    Hourly,
    Network,
    Parks,
    Part,
    Passes,
    Queues,
    Sight,
    Stay,
    Street,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab.simulation.street import Breaks

OFTEN: Final = 'a number an hour, or a mapping such as {"07-09": 6, "22-06": 0.5}'
STAY: Final = "a duration such as 4m, or a mapping with median, spread, least and most"
_HOUR: Final = timedelta(hours=1)


def _often(value: object) -> Hourly:
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return Hourly((float(value),) * HOURS)
    if not isinstance(value, dict):
        raise wrong(shown(value), OFTEN)
    rates = [0.0] * HOURS
    for span, rate in value.items():
        for hour in _hours(span):
            if isinstance(rate, bool) or not isinstance(rate, int | float) or rate < 0:
                raise wrong(shown(rate), "a number an hour from 0 on")
            rates[hour] = float(rate)
    return Hourly(tuple(rates))


def _hours(span: object) -> list[int]:
    """The hours of the day that ``22-06`` names."""
    first, _, last = str(span).partition("-")
    if not (first.isdigit() and last.isdigit()) or int(first) >= HOURS or int(last) > HOURS:
        raise wrong(shown(span), 'hours of the day such as "07-09" or "22-06"')
    return [(int(first) + number) % HOURS for number in range((int(last) - int(first)) % HOURS or HOURS)]


def _within_a_day(span: timedelta) -> timedelta:
    if not timedelta(0) < span <= timedelta(days=1):
        raise wrong(duration_text(span), "a span of up to 24h")
    return span


def _stay(value: object) -> Stay:
    if isinstance(value, str):
        value = {"median": value}
    if not isinstance(value, dict):
        raise wrong(shown(value), STAY)
    return STAY_MAPPING.validate_python(value)


OftenField = Annotated[Hourly, PlainValidator(_often), WithJsonSchema({"description": OFTEN})]
STAY_MAPPING: Final[TypeAdapter[Stay]] = TypeAdapter(Annotated[Stay, as_core(Stay, median=Duration)])
StayField = Annotated[Stay, PlainValidator(_stay), WithJsonSchema({"description": STAY})]
Labels = Annotated[tuple[Text, ...], NotEmpty]
ParksField = Annotated[
    Parks,
    as_core(
        Parks, name=Identifier, place=BoxField, labels=Labels, often=OftenField, stay=StayField, breaks=BreaksField
    ),
]
PassesField = Annotated[Passes, as_core(Passes, name=Identifier, lane=BoxField, labels=Labels, often=OftenField)]
QueuesField = Annotated[
    Queues,
    as_core(
        Queues,
        name=Identifier,
        head=BoxField,
        places=Annotated[int, Field(ge=1, le=20)],
        vehicles=Annotated[int, Field(ge=1, le=100)],
        labels=Labels,
        often=OftenField,
        pause=StayField,
    ),
]
PartField = Annotated[Part, as_core(Part, labels=Labels, box=BoxField)]
GathersField = Annotated[
    Gathers,
    as_core(
        Gathers,
        name=Identifier,
        parts=Annotated[tuple[PartField, ...], NotEmpty],
        often=OftenField,
        stay=StayField,
        counts_from=Annotated[int, Field(ge=1)],
        keeper=PartField | None,
        breaks=BreaksField,
    ),
]
SightField = Annotated[
    Sight,
    as_core(
        Sight,
        false_alarms=OftenField,
        false_labels=Labels,
        glare=OftenField,
        appearance=Annotated[int, Field(ge=0, le=512)],
    ),
]
NetworkField = Annotated[
    Network, as_core(Network, lost=OftenField, lost_for=StayField, silent=OftenField, silent_for=StayField)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetFile:
    """A street as written; ``start`` is the first instant of day 0, local unless it says otherwise."""

    version: Literal[1]
    camera: Identifier
    timezone: TimezoneField
    start: FromField
    zones: Annotated[tuple[ZoneEntry, ...], NotEmpty]
    lasts: Annotated[Duration, AfterValidator(_within_a_day)] = timedelta(days=1)
    looks_per_second: Annotated[float, Field(gt=0, le=60)] = 1.0
    parks: tuple[ParksField, ...] = ()
    passes: tuple[PassesField, ...] = ()
    queues: tuple[QueuesField, ...] = ()
    gathers: tuple[GathersField, ...] = ()
    sight: SightField = field(default_factory=Sight)
    network: NetworkField = field(default_factory=Network)
    calendar: CalendarField = field(default_factory=Calendar)
    allowances: tuple[AllowanceField, ...] = ()
    counting: CountingField = None
    __pydantic_config__: ClassVar[ConfigDict] = KEYS

    @property
    def behaviours(self) -> tuple[Behaviour, ...]:
        """Everything that happens on the street."""
        return (*self.parks, *self.passes, *self.queues, *self.gathers)


STREET_FILE: Final[TypeAdapter[StreetFile]] = TypeAdapter(StreetFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenStreet:
    """A street and what its file says of its zones, as plain values."""

    street: Street
    timezone: ZoneInfo
    zones: object


def read_street(path: Path) -> WrittenStreet:
    """Read one street file; raises BadConfigError with everything that is wrong with it."""
    source = read_source(path)
    problems = version_problems(source)
    if problems:
        raise BadConfigError(problems)
    context = Reading(folder=path.parent, timezone=_timezone(source), environ={})
    policy, problems = read_policy(None, context)
    if policy is None:
        raise BadConfigError(problems)
    file, problems = validate(STREET_FILE, source, replace(context, kinds=tuple(policy.kinds)))
    if file is None:
        raise BadConfigError(problems)
    drawn = Drawn(file=ZoneFile(version=1, camera=file.camera, zones=file.zones), source=source)
    zones, problems = zones_of(drawn, policy)
    problems = (*problems, *_misfits(file, source))
    if problems:
        raise BadConfigError(problems)
    return WrittenStreet(street=_street(file, zones), timezone=file.timezone, zones=_zones(source))


def _timezone(source: Source) -> ZoneInfo:
    """The street's time zone; one that is itself a problem must not hide the others."""
    try:
        return ZoneInfo(str(source.data.get("timezone"))) if isinstance(source.data, dict) else ZoneInfo("UTC")
    except (OSError, ValueError, KeyError):
        return ZoneInfo("UTC")


def _zones(source: Source) -> object:
    return source.data["zones"] if isinstance(source.data, dict) else None


def _street(file: StreetFile, zones: tuple[Zone, ...]) -> Street:
    local = file.start.astimezone(file.timezone)
    return Street(
        camera=file.camera,
        start=file.start,
        hour=(local - local.replace(hour=0, minute=0, second=0, microsecond=0)) / _HOUR,
        zones=zones,
        behaviours=file.behaviours,
        lasts=file.lasts,
        per_second=file.looks_per_second,
        sight=file.sight,
        network=file.network,
        first_date=local.date(),
        calendar=file.calendar,
        allowances=file.allowances,
        counting=file.counting,
    )


def _misfits(file: StreetFile, source: Source) -> tuple[Problem, ...]:
    """Names that two behaviours share, and violations of what no zone forbids or under an allowance of no name."""
    problems: list[Problem] = []
    names: set[str] = set()
    for group in ("parks", "passes", "queues", "gathers"):
        for index, behaviour in enumerate(getattr(file, group)):
            if behaviour.name in names:
                value = f"'{behaviour.name}', the name of another"
                problems.append(source.problem((group, index, "name"), value, "a name of its own"))
            names.add(behaviour.name)
            breaks = getattr(behaviour, "breaks", None)
            if breaks is not None:
                problems += _misfit_breaks(breaks, file, source, (group, index, "breaks"))
    return tuple(problems)


def _misfit_breaks(breaks: Breaks, file: StreetFile, source: Source, loc: Loc) -> Iterator[Problem]:
    forbidden = {(zone.id, kind) for zone in file.zones for kind in zone.kinds}
    left = {each.name: each.left for each in file.allowances}
    if breaks.allowed is not None and breaks.allowed not in left:
        known = ", ".join(left) or "none, for there are no allowances"
        yield source.problem((*loc, "allowed"), f"'{breaks.allowed}'", f"one of: {known}")
    for kind in (breaks.kind, left.get(breaks.allowed or "")):
        if kind is not None and (breaks.zone, kind) not in forbidden:
            value = f"kind '{kind}' in zone '{breaks.zone}'"
            expected = "one of: " + ", ".join(f"{kind} in {zone}" for zone, kind in sorted(forbidden))
            yield source.problem(loc, value, expected)

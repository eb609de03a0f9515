"""A truth file: what really happened in a recording, as somebody who watched it wrote it down.

It lies beside the recording as ``<clip>.truth.yaml``. Spans count from the recording's start; a thing's ``from`` and
``to`` are when it stands there, not when somebody should be warned of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, PlainValidator, TypeAdapter, WithJsonSchema

from edge_agent.config.fields.refusals import validate, version_problems
from edge_agent.config.fields.shapes import PointField
from edge_agent.config.fields.spans_and_sizes import duration_text
from edge_agent.config.fields.values import KEYS, Duration, Identifier, Reading, Text, shown, unknown_kind, wrong
from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.config.yaml.source import BadConfigError, Problem, Source, read_source
from edge_agent.core.geometry import Box, can_be_seen
from edge_agent.core.score.truth import TOLERANCE, TrueIncident, Truth
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.site.site import Site

SUFFIX: Final = ".truth.yaml"
SIDES: Final = 4
_TAKEN: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_BOX: Final = "a box [x0, y0, x1, y1] in fractions of the picture, x0 < x1 and y0 < y1"


def _box(value: object) -> Box:
    if not isinstance(value, list) or len(value) != SIDES:
        raise wrong(shown(value), _BOX)
    if any(isinstance(side, bool) or not isinstance(side, int | float) for side in value):
        raise wrong("a side that is no number", _BOX)
    try:
        box = Box(*map(float, value))
    except ValueError as error:
        raise wrong(str(value), _BOX) from error
    if not can_be_seen(box):
        raise wrong(str(value), "a box that lies in the picture, in fractions of it")
    return box


_BOX_SCHEMA: Final[dict[str, Any]] = {
    "type": "array",
    "items": {"type": "number"},
    "minItems": SIDES,
    "maxItems": SIDES,
    "description": _BOX,
}
BoxField = Annotated[Box, PlainValidator(_box), WithJsonSchema(_BOX_SCHEMA)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandEntry:
    """A thing that stood in a zone, as written; ``from`` is a word of Python, hence ``since``."""

    kind: Identifier
    zone: Identifier
    since: Annotated[Duration, Field(alias="from")]
    until: Annotated[Duration, Field(alias="to")]
    box: BoxField | None = None
    point: PointField | None = None
    tolerance: Duration = TOLERANCE
    optional: bool = False
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthFile:
    """All that really happened in one recording; nothing is a truth too: a street on which nobody did wrong."""

    version: Literal[1]
    clip: Text
    incidents: tuple[StandEntry, ...] = field(default_factory=tuple)
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


TRUTH_FILE: Final[TypeAdapter[TruthFile]] = TypeAdapter(TruthFile)


def read_truth(path: Path, site: Site | None = None) -> Truth:
    """Read a truth file; where a ``site`` is given, its zones and kinds must be known there.

    Raises:
        BadConfigError: With everything that is wrong with the file, each by its place.
    """
    source = read_source(path)
    problems = version_problems(source)
    if problems:
        raise BadConfigError(problems)
    context = Reading(folder=path.parent, timezone=ZoneInfo("UTC"), environ={})  # it names no file, hour or secret
    file, problems = validate(TRUTH_FILE, source, context)
    if file is None:
        raise BadConfigError(problems)
    return _truth(file, source, site)


def write_truth(path: Path, truth: Truth) -> None:
    """Write a truth file that reads back as ``truth``; raises OutsideError where that cannot be done."""
    try:
        write_whole(path, truth_text(truth).encode())
    except OSError as error:
        raise unwritten(error, f"{path}: cannot be written: {error.strerror}") from error


def truth_text(truth: Truth) -> str:
    """``truth`` as the text of its file, an incident a line."""
    head = f"version: 1\nclip: {json.dumps(truth.clip, ensure_ascii=False)}\n"
    lines = "".join(f"  - {{{', '.join(_keys(each))}}}\n" for each in truth.incidents)
    return f"{head}incidents:\n{lines}" if lines else f"{head}incidents: []\n"


def _truth(file: TruthFile, source: Source, site: Site | None) -> Truth:
    incidents: list[TrueIncident] = []
    problems: list[Problem] = []
    for number, entry in enumerate(file.incidents):
        problems += () if site is None else _strangers(entry, source, number, site)
        try:
            incidents.append(_incident(entry))
        except ValueError as error:
            value = f"values that do not fit ({error})"
            problems.append(source.problem(("incidents", number), value, "values that do"))
    if problems:
        raise BadConfigError(tuple(problems))
    return Truth(clip=file.clip, incidents=tuple(incidents))


def _incident(entry: StandEntry) -> TrueIncident:
    return TrueIncident(
        kind=entry.kind,
        zone=entry.zone,
        since=entry.since,
        until=entry.until,
        box=entry.box,
        point=entry.point,
        tolerance=entry.tolerance,
        optional=entry.optional,
    )


def _strangers(entry: StandEntry, source: Source, number: int, site: Site) -> Iterator[Problem]:
    """What the site does not know: most often a word mistyped, which would be scored as missed for ever."""
    if entry.kind not in site.policy.kinds:
        yield source.problem(("incidents", number, "kind"), *unknown_kind(entry.kind, site.policy.kinds))
    zones = {zone.id: None for zone in site.zones}
    if entry.zone not in zones:
        value = f"'{entry.zone}', a zone the site does not have"
        yield source.problem(("incidents", number, "zone"), value, f"one of: {', '.join(zones)}")


def _keys(incident: TrueIncident) -> Iterator[str]:
    yield f"kind: {_word(incident.kind)}"
    yield f"zone: {_word(incident.zone)}"
    if incident.box is not None:
        box = incident.box
        yield f"box: [{box.x0!r}, {box.y0!r}, {box.x1!r}, {box.y1!r}]"
    if incident.point is not None:
        yield f"point: [{incident.point.x!r}, {incident.point.y!r}]"
    yield f"from: {duration_text(incident.since)}"
    yield f"to: {duration_text(incident.until)}"
    if incident.tolerance != TOLERANCE:
        yield f"tolerance: {duration_text(incident.tolerance)}"
    if incident.optional:
        yield "optional: true"


def _word(ident: str) -> str:
    """An id as YAML reads it back: in quotes where it could be taken for a number or a truth value."""
    plain = ident[:1].isalpha() and ident.lower() not in _TAKEN
    return ident if plain else json.dumps(ident)

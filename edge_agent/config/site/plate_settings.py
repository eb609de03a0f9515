"""Number plates as a site's files say them: whether they are read, whose are watched for, who is allowed by plate.

``plates: hash`` is short for ``plates: {keep: hash}``. Where a site keeps hashes its files hold hashes too, as
``edge-agent plates hash`` makes them on the box: a clear plate in them would be kept after all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

from pydantic import (
    ConfigDict,
    GetPydanticSchema,
    TypeAdapter,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
)
from pydantic_core import core_schema

from edge_agent.config.fields.plates import PlateField
from edge_agent.config.fields.values import KEYS, RelativePath, Text, as_core, shown, wrong
from edge_agent.core.feed.strikes import StrikesBy
from edge_agent.core.plate.identity import is_hash
from edge_agent.core.site.plates import PlateMode, PlateRules, WatchedPlate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.yaml.source import Loc, Problem, Source
    from edge_agent.config.zone.zone_file import Drawn
    from edge_agent.core.site.policy import Rule
    from edge_agent.core.site.zones import Zone

MODES: Final = "off, hash or clear"


WatchField = Annotated[WatchedPlate, as_core(WatchedPlate, plate=PlateField, why=Text)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateSettings:
    """What becomes of number plates: ``keep`` none of them, their hashes, or the plates themselves.

    The vehicles on ``watch`` are opened at once. ``owner`` has the centre let a vehicle's owner know. ``detector`` is a
    model that finds plates and their corners, in the place of the one that is built in.
    """

    keep: PlateMode = PlateMode.OFF
    watch: tuple[WatchField, ...] = ()
    owner: bool = False
    detector: RelativePath | None = None
    __pydantic_config__: ClassVar[ConfigDict] = KEYS

    @property
    def rules(self) -> PlateRules:
        """What the core must know of it."""
        return PlateRules(mode=self.keep, watch=self.watch, owner=self.owner)


_MODE: Final = TypeAdapter(PlateMode)


def _settings(value: object, then: ValidatorFunctionWrapHandler, _info: ValidationInfo) -> Any:  # noqa: ANN401 - as pydantic asks
    if isinstance(value, dict):
        return then(value)
    if not isinstance(value, str) or value not in list(PlateMode):
        raise wrong(shown(value), f"{MODES}, or a mapping with keep")
    return PlateSettings(keep=PlateMode(value))


PlateSettingsField = Annotated[
    PlateSettings,
    GetPydanticSchema(
        lambda source, handler: core_schema.with_info_wrap_validator_function(_settings, handler(source)),
        lambda schema, handler: {"anyOf": [_MODE.json_schema(), handler(schema)]},
    ),
]


def plates_written(
    settings: PlateSettings, source: Source, drawn: tuple[Drawn, ...], zones: tuple[Zone, ...]
) -> tuple[Problem, ...]:
    """Plates in the files that can never be matched, or would be kept against the site's will; a missing detector."""
    problems = []
    if settings.detector is not None and not settings.detector.is_file():
        problems.append(source.problem(("plates", "detector"), f"no file {settings.detector}", "a file that exists"))
    problems += [
        source.problem(
            ("plates",), f"strikes by plate in zone '{zone.id}', and plates: off", "plates: hash or plates: clear"
        )
        for zone in zones
        if settings.keep is PlateMode.OFF and any(_by_plate(rule) for rule in zone.rules.values())
    ]
    for where, loc, plate in _written(settings, source, drawn):
        match settings.keep:
            case PlateMode.OFF:
                problems.append(where.problem(loc, "a plate, and plates: off", "plates: hash or plates: clear"))
            case PlateMode.HASH if not is_hash(plate):
                problems.append(
                    where.problem(loc, "a clear plate, and plates: hash", "the output of edge-agent plates hash")
                )
            case PlateMode.CLEAR if is_hash(plate):
                problems.append(where.problem(loc, "the hash of a plate, and plates: clear", "the plate itself"))
            case _:
                pass
    return tuple(problems)


def _by_plate(rule: Rule) -> bool:
    return rule.strikes is not None and rule.strikes.by is StrikesBy.PLATE


def _written(settings: PlateSettings, source: Source, drawn: tuple[Drawn, ...]) -> Iterator[tuple[Source, Loc, str]]:
    for number, each in enumerate(settings.watch):
        yield source, ("plates", "watch", number, "plate"), each.plate
    for file in drawn:
        for index, entry in file.entries():
            for number, permit in enumerate(entry.permits):
                for place, plate in enumerate(sorted(permit.plates)):
                    yield file.source, ("zones", index, "permits", number, "plates", place), plate

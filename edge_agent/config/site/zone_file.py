"""A zone file: the polygons drawn on one camera's picture, read into the core's Zones.

A zone says per kind only what differs. The rule that holds is put together from the nearest outwards: the zone's
own settings, then the site's, then the policy's for the kind, then the ladder's defaults.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator, ConfigDict, GetPydanticSchema, TypeAdapter, ValidatorFunctionWrapHandler
from pydantic_core import core_schema

from edge_agent.config.fields.instants import FromField, HoursField, UntilField
from edge_agent.config.fields.plates import PlateField
from edge_agent.config.fields.shapes import LineField, PolygonField
from edge_agent.config.fields.values import (
    GridCell,
    Identifier,
    KindName,
    NotEmpty,
    Text,
    Translated,
    as_core,
    shown,
    wrong,
)
from edge_agent.config.site.contacts import ContactField
from edge_agent.config.site.message_words import Language, OwnWordsField, laid_over, spoken_in, unspoken
from edge_agent.config.site.policy_file import KEYS, RuleSettings
from edge_agent.config.yaml.source import Loc, Problem, Source
from edge_agent.core.feed.incidents import Recipient, Role
from edge_agent.core.site.hours_and_permits import Always, Permit
from edge_agent.core.site.policy import Geometry, Policy, Rule, Words
from edge_agent.core.site.zones import Shop, Zone

ShopField = Annotated[Shop, as_core(Shop, id=Identifier, name=Text, frontage=LineField, contact=ContactField | None)]
# The owner of a vehicle is known by its plate alone, so nobody writes one down.
RoleField = Annotated[Literal["merchant", "steward", "officer", "responsible"], AfterValidator(Role)]
RecipientField = Annotated[Recipient, as_core(Recipient, role=RoleField, contact=ContactField)]
PermitField = Annotated[
    Permit,
    as_core(
        Permit,
        defaults={"hours": Always()},
        id=Identifier,
        holder=Text,
        hours=HoursField,
        kinds=frozenset[KindName],
        polygon=PolygonField | None,
        shop=Identifier | None,
        valid_from=FromField | None,
        valid_to=UntilField | None,
        plates=tuple[PlateField, ...],
    ),
]


def _parties(value: object, then: ValidatorFunctionWrapHandler) -> object:
    if isinstance(value, str):
        return PARTY.validate_python(value)
    if not isinstance(value, dict):
        raise wrong(shown(value), "the name of a party, or one for each kind")
    return then(value)


PARTY: Final[TypeAdapter[str]] = TypeAdapter(Text)
ResponsibleField = Annotated[
    dict[KindName, Text] | str,
    GetPydanticSchema(
        lambda _source, handler: core_schema.no_info_wrap_validator_function(
            _parties, handler.generate_schema(dict[KindName, Text])
        ),
        lambda schema, handler: {"anyOf": [PARTY.json_schema(), handler(schema)]},
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneEntry:
    """A zone as written: ``kinds`` with only those settings that differ here.

    ``responsible`` is one party for the whole zone, or one a kind. ``words`` are laid over those of the kind, language
    by language; ``languages`` are those in which is spoken here, in that order. ``plate_basis`` is the legal basis
    on which pictures show the plate of a vehicle in question.
    """

    id: Identifier
    polygon: PolygonField
    kinds: Annotated[dict[KindName, RuleSettings], NotEmpty]
    name: Translated = field(default_factory=dict)
    hours: HoursField = field(default_factory=Always)
    shops: tuple[ShopField, ...] = ()
    permits: tuple[PermitField, ...] = ()
    exempt: tuple[PolygonField, ...] = ()
    responsible: ResponsibleField = field(default_factory=dict)
    address: Text | None = None
    grid: GridCell | None = None
    speakers: tuple[Identifier, ...] = ()
    recipients: tuple[RecipientField, ...] = ()
    words: dict[KindName, OwnWordsField] = field(default_factory=dict)
    languages: tuple[Language, ...] = ()
    plate_basis: Text | None = None
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneFile:
    """Everything drawn on one camera's picture."""

    version: Literal[1]
    camera: Identifier
    zones: Annotated[tuple[ZoneEntry, ...], NotEmpty]
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


ZONE_FILE: Final[TypeAdapter[ZoneFile]] = TypeAdapter(ZoneFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A zone file that was read knowing the policy's kinds, with the places of what it says."""

    file: ZoneFile
    source: Source

    def entries(self) -> tuple[tuple[int, ZoneEntry], ...]:
        """The zones with their place in the list."""
        return tuple(enumerate(self.file.zones))


def zones_of(drawn: Drawn, policy: Policy) -> tuple[tuple[Zone, ...], tuple[Problem, ...]]:
    """The zones of one file under ``policy``, and what in them does not fit it."""
    problems: list[Problem] = []
    zones = []
    for index, entry in drawn.entries():
        rules, found = _rules(entry, policy, drawn.source, index)
        problems += [*found, *_misfits(entry, policy, drawn.source, index)]
        zones.append(replace(_zone(entry, drawn.file.camera, rules), words=_words(entry, policy)))
    return tuple(zones), tuple(problems)


def _zone(entry: ZoneEntry, camera: str, rules: dict[str, Rule]) -> Zone:
    return Zone(
        id=entry.id,
        camera=camera,
        polygon=entry.polygon,
        rules=rules,
        name=entry.name,
        hours=entry.hours,
        shops=entry.shops,
        permits=entry.permits,
        exempt=entry.exempt,
        responsible=_responsible(entry),
        address=entry.address,
        grid=entry.grid,
        recipients=entry.recipients,
        speakers=entry.speakers,
        plate_basis=entry.plate_basis,
    )


def _responsible(entry: ZoneEntry) -> dict[str, str]:
    if isinstance(entry.responsible, str):
        return dict.fromkeys(entry.kinds, entry.responsible)
    return dict(entry.responsible)


def _words(entry: ZoneEntry, policy: Policy) -> dict[str, Words]:
    """What is said here, by kind, where it is not what is said elsewhere."""
    here = {kind: laid_over(policy.kinds[kind].words, entry.words.get(kind)) for kind in entry.kinds}
    spoken = {kind: spoken_in(words, entry.languages) for kind, words in here.items()}
    return {kind: words for kind, words in spoken.items() if words != policy.kinds[kind].words or entry.languages}


def _rules(entry: ZoneEntry, policy: Policy, source: Source, index: int) -> tuple[dict[str, Rule], list[Problem]]:
    rules, problems = {}, []
    for kind, settings in entry.kinds.items():
        loc = ("zones", index, "kinds", kind)
        try:
            rules[kind] = replaced(policy.kinds[kind].rule, settings)
        except ValueError as error:
            problems.append(source.problem(loc, f"values that do not fit ({error})", "a ladder that can be climbed"))
    return rules, problems


def replaced(rule: Rule, settings: Mapping[str, object]) -> Rule:
    """``rule`` with ``settings`` put over it; raises ValueError for a ladder that cannot be climbed."""
    known: dict[str, Any] = dict(settings)
    return replace(rule, **known)


def _misfits(entry: ZoneEntry, policy: Policy, source: Source, index: int) -> list[Problem]:
    return [
        *_missing_shops(entry, policy, source, index),
        *_strangers(entry, source, index),
        *_empty_permits(entry, source, index),
        *_idle_parties(entry, source, index),
        *_idle_words(entry, source, index),
        *_unspoken(entry, policy, source, index),
    ]


def _missing_shops(entry: ZoneEntry, policy: Policy, source: Source, index: int) -> list[Problem]:
    """A kind judged by a shop's line finds nothing for ever in a zone without shops."""
    if entry.shops:
        return []
    return [
        source.problem(("zones", index, "shops"), "no shops", f"a shop with its frontage, as kind {kind} asks")
        for kind in entry.kinds
        if policy.kinds[kind].geometry is Geometry.BEYOND_FRONTAGE
    ]


def _strangers(entry: ZoneEntry, source: Source, index: int) -> list[Problem]:
    """Permits for shops of elsewhere."""
    shops = {shop.id for shop in entry.shops}
    return [
        source.problem(
            ("zones", index, "permits", number, "shop"),
            f"'{permit.shop}', which is no shop of this zone",
            "the id of one of its shops",
        )
        for number, permit in enumerate(entry.permits)
        if permit.shop is not None and permit.shop not in shops
    ]


def _idle_parties(entry: ZoneEntry, source: Source, index: int) -> list[Problem]:
    """Parties for kinds that the zone is not watched for."""
    named = () if isinstance(entry.responsible, str) else entry.responsible
    return _not_watched(entry, source, ("zones", index, "responsible"), named)


def _idle_words(entry: ZoneEntry, source: Source, index: int) -> list[Problem]:
    """Words for kinds that the zone is not watched for."""
    return _not_watched(entry, source, ("zones", index, "words"), entry.words)


def _not_watched(entry: ZoneEntry, source: Source, loc: Loc, named: Iterable[str]) -> list[Problem]:
    found = "'{}', which the zone is not watched for"
    return [
        source.problem((*loc, kind), found.format(kind), "one of its kinds")
        for kind in named
        if kind not in entry.kinds
    ]


def _unspoken(entry: ZoneEntry, policy: Policy, source: Source, index: int) -> list[Problem]:
    """Languages in which a kind of the zone has no warnings."""
    here = {kind: laid_over(policy.kinds[kind].words, entry.words.get(kind)) for kind in entry.kinds}
    return [
        source.problem(
            ("zones", index, "languages", entry.languages.index(each)),
            f"'{each}', in which some kind of the zone has no warnings",
            "a language in which each has some",
        )
        for each in unspoken(here, entry.languages)
    ]


def _empty_permits(entry: ZoneEntry, source: Source, index: int) -> list[Problem]:
    return [
        source.problem(("zones", index, "permits", number, "valid_to"), "an end before the start", "a later date")
        for number, permit in enumerate(entry.permits)
        if permit.valid_from is not None and permit.valid_to is not None and permit.valid_to <= permit.valid_from
    ]

"""One zone as written in its file: what differs there from the policy, and who and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, ConfigDict, Field, GetPydanticSchema, TypeAdapter, ValidatorFunctionWrapHandler
from pydantic_core import core_schema

from edge_agent.config.fields.instants import FromField, HoursField, UntilField
from edge_agent.config.fields.plates import PlateField
from edge_agent.config.fields.shapes import LineField, PolygonField
from edge_agent.config.fields.values import (
    KEYS,
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
from edge_agent.config.policy.message_words import Language, OwnWordsField
from edge_agent.config.policy.policy_file import RuleSettings
from edge_agent.config.zone.contacts import ContactField
from edge_agent.core.feed.incidents import Recipient, Role
from edge_agent.core.site.frontages import Shop, Side
from edge_agent.core.site.hours_and_permits import Always, Permit

ShopField = Annotated[
    Shop, as_core(Shop, id=Identifier, name=Text, frontage=LineField, contact=ContactField | None, street=Side | None)
]
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
        capacity=Annotated[int, Field(ge=1)] | None,
        goods=frozenset[Text],
        plates=frozenset[PlateField],
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

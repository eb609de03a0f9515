"""The policy file: what each kind is, read into the core's Policy.

Three files are laid over each other, the nearest wins: the shipped ``policy.yaml``, the shipped national codes
(``codes.yaml``) and the site's own file. What comes out is one mapping whose every value still knows the file
and line it was written on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from edge_agent.config.fields.digest import digest
from edge_agent.config.fields.instants import HoursField
from edge_agent.config.fields.refusals import validate, version_problems
from edge_agent.config.fields.values import (
    KEYS,
    CreditCode,
    Identifier,
    NotEmpty,
    Reading,
    Text,
    Translated,
    as_core,
    settings_of,
)
from edge_agent.config.policy.message_words import Language, StepWords, StepWordsField, WordsField, spoken_in, unspoken
from edge_agent.config.yaml.source import BadConfigError, Problem, Source, overlay, read_source
from edge_agent.core.feed.incidents import Department, Matter
from edge_agent.core.site.policy import Composition, Geometry, Grouping, Kind, Policy, Rule, Severity
from edge_agent.core.site.strikes import Step, Strikes
from edge_agent.core.track.settings import Seeing

SHIPPED: Final = Path(__file__).with_name("policy.yaml")
CODES: Final = Path(__file__).with_name("codes.yaml")

_STRIKES = Annotated[Strikes, as_core(Strikes, steps=Annotated[tuple[Identifier, ...], NotEmpty])]
RuleSettings = Annotated[
    Mapping[str, object], settings_of(Rule, quiet_hours=HoursField | None, strikes=_STRIKES | None)
]
SeeingSettings = Annotated[Mapping[str, object], settings_of(Seeing)]


CompositionField = Annotated[Composition, as_core(Composition)]
DepartmentField = Annotated[Department, as_core(Department, code=CreditCode, name=Text)]
MatterField = Annotated[Matter, as_core(Matter, name=Text, department=DepartmentField)]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindEntry:
    """A kind as written: its national codes by the name of their matter, its rule as far as it differs."""

    title: Translated
    labels: Annotated[frozenset[Text], NotEmpty]
    geometry: Geometry
    group: Grouping
    matter: str
    words: WordsField
    rule: RuleSettings = field(default_factory=dict)
    composition: CompositionField | None = None
    containers: frozenset[Text] = frozenset()
    uncontained: frozenset[Text] = frozenset()
    needs_appearance_to_return: bool = False
    severity: Severity = Severity.MIDDLE
    label_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    min_size: Annotated[float, Field(ge=0, le=1)] = 0.0
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEntry:
    """A step of the strikes as written: what differs at it. In its ``words``, ``{words}`` is what is said else."""

    title: Translated
    warnings: Annotated[int, Field(ge=1)] | None = None
    orders: bool | None = None
    words: StepWordsField = field(default=StepWords())
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFile:
    """The whole of the files laid over each other. ``unverified`` says nobody compared the codes with the standards.

    ``languages`` are those in which warnings are said aloud, in that order; without them, all there are.
    """

    version: Literal[1]
    kinds: dict[Identifier, KindEntry]
    families: dict[str, tuple[Text, ...]] = field(default_factory=dict)
    codes: dict[str, dict[str, Text]] = field(default_factory=dict)
    matters: dict[str, MatterField] = field(default_factory=dict)
    seeing: SeeingSettings = field(default_factory=dict)
    rule: RuleSettings = field(default_factory=dict)
    languages: tuple[Language, ...] = ()
    steps: dict[Identifier, StepEntry] = field(default_factory=dict)
    unverified: bool = True
    __pydantic_config__: ClassVar[ConfigDict] = KEYS


POLICY_FILE: Final[TypeAdapter[PolicyFile]] = TypeAdapter(PolicyFile)


def read_policy(own: Path | None, context: Reading) -> tuple[Policy | None, tuple[Problem, ...]]:
    """The effective policy, with a site's ``own`` file over the shipped one; or None and the problems."""
    source = _shipped()
    if own is not None:
        try:
            above = read_source(own, context.drafts)
        except BadConfigError as error:
            return None, error.problems
        unreadable = version_problems(above)
        if unreadable:
            return None, unreadable
        source = overlay(source, above)
    written, problems = validate(POLICY_FILE, source, context)
    problems = problems or tuple(_at_odds(written, source))
    return (None, problems) if problems else (_policy(written), ())


@cache
def _shipped() -> Source:
    """What comes with the package; it does not change while a process lives."""
    return overlay(read_source(CODES), read_source(SHIPPED))


def with_digest(policy: Policy) -> Policy:
    """``policy`` carrying the hash of all it says, for every record it leads to."""
    return replace(policy, sha256=digest(replace(policy, sha256="")))


def _policy(written: PolicyFile) -> Policy:
    families = {label: family for family, labels in written.families.items() for label in labels}
    kinds = {name: _kind(name, entry, written) for name, entry in written.kinds.items()}
    seeing = replace(Seeing(), **_any(written.seeing))
    steps = tuple(_step(name, entry) for name, entry in written.steps.items())
    return with_digest(Policy(kinds=kinds, families=families, seeing=seeing, steps=steps))


def _step(name: str, entry: StepEntry) -> Step:
    return Step(
        name=name,
        title=entry.title,
        warnings=entry.warnings,
        orders=entry.orders,
        warnings_text=entry.words.warnings,
        order_text=entry.words.order,
    )


def _kind(name: str, entry: KindEntry, written: PolicyFile) -> Kind:
    return Kind(
        name=name,
        title=entry.title,
        labels=entry.labels,
        geometry=entry.geometry,
        group=entry.group,
        codes=written.codes[entry.matter],
        words=spoken_in(entry.words, written.languages),
        rule=replace(Rule(), **_any({**written.rule, **entry.rule})),
        composition=entry.composition,
        containers=entry.containers,
        uncontained=entry.uncontained,
        needs_appearance_to_return=entry.needs_appearance_to_return,
        matter=written.matters.get(entry.matter),
        severity=entry.severity,
        label_share=entry.label_share,
        min_size=entry.min_size,
    )


def _any(settings: Mapping[str, object]) -> dict[str, Any]:
    """Settings whose types pydantic has checked and mypy cannot know."""
    return dict(settings)


def _at_odds(written: PolicyFile, source: Source) -> list[Problem]:
    """What no single field can see: matters without a code, labels in two families, rules that do not fit, silence."""
    return [
        *_unknown_matters(written, source),
        *_twice_at_home(written, source),
        *_bad_rules(written, source),
        *_shops_without_a_line(written, source),
        *_told_by_a_label(written, source),
        *_unspoken(written, source),
    ]


def _unknown_matters(written: PolicyFile, source: Source) -> list[Problem]:
    known = "one of: " + ", ".join(sorted(written.codes))
    return [
        source.problem(("kinds", name, "matter"), f"'{entry.matter}', which has no codes", known)
        for name, entry in written.kinds.items()
        if entry.matter not in written.codes
    ]


def _twice_at_home(written: PolicyFile, source: Source) -> list[Problem]:
    home: dict[str, str] = {}
    problems = []
    for family, labels in written.families.items():
        for index, label in enumerate(labels):
            if home.setdefault(label, family) != family:
                value = f"'{label}', which is in family '{home[label]}' already"
                problems.append(source.problem(("families", family, index), value, "each label in one family"))
    return problems


def _shops_without_a_line(written: PolicyFile, source: Source) -> list[Problem]:
    """Things are a shop's only where its line is asked for; without it, the kind would never happen."""
    return [
        source.problem(("kinds", name, "group"), f"'shop' with geometry '{entry.geometry}'", "geometry beyond_frontage")
        for name, entry in written.kinds.items()
        if entry.group is Grouping.SHOP and entry.geometry is not Geometry.BEYOND_FRONTAGE
    ]


def _told_by_a_label(written: PolicyFile, source: Source) -> list[Problem]:
    """Kinds of one label whose family has others: a detector gives them by turns, to a van "truck" in most looks."""
    homes = {label: labels for labels in written.families.values() for label in labels}
    return [
        source.problem(
            ("kinds", name, "labels"),
            f"only '{label}', which is hard to tell from {', '.join(each for each in homes[label] if each != label)}",
            "label_share and min_size with it",
        )
        for name, entry in written.kinds.items()
        if len(entry.labels) == 1
        and len(homes.get(label := next(iter(entry.labels)), ())) > 1
        and not (entry.label_share and entry.min_size)
    ]


def _bad_rules(written: PolicyFile, source: Source) -> list[Problem]:
    problems = []
    for name, entry in written.kinds.items():
        try:
            replace(Rule(), **_any({**written.rule, **entry.rule}))
        except ValueError as error:
            problems.append(
                source.problem(
                    ("kinds", name, "rule"), f"values that do not fit ({error})", "a ladder that can be climbed"
                )
            )
    return problems


def _unspoken(written: PolicyFile, source: Source) -> list[Problem]:
    words = {name: entry.words for name, entry in written.kinds.items()}
    return [
        source.problem(
            ("languages", written.languages.index(each)),
            f"'{each}', in which some kind has no warnings",
            "a language in which each has some",
        )
        for each in unspoken(words, written.languages)
    ]

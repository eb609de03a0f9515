"""The policy: what each violation kind is, as data.

A kind is detector labels + a geometry test + a way of grouping + a ladder + a national code + words. Cities ask
for more kinds of the same shape; they write a file (``policy.yaml``), not code. Meanings and defaults are those
of the ladder's own page, ``docs/ladder.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from edge_agent.core.feed.incidents import Matter
from edge_agent.core.site.handling_limits import Limit
from edge_agent.core.site.hours_and_permits import Hours
from edge_agent.core.site.quiet_hours import ExamDays, Quiet
from edge_agent.core.track.settings import Seeing

# A setting that came after the first policies: while nobody sets it, it is no part of what a policy's hash is made of,
# or a new release would look like another policy in every record.
LATER: Final = {"later": True}


class Geometry(StrEnum):
    """What makes a thing standing somewhere a violation."""

    IN_ZONE = "in_zone"  # its footprint lies in the zone
    BEYOND_FRONTAGE = "beyond_frontage"  # it lies in the zone, on the street's side of a known shop's line
    OUTSIDE_BIN = "outside_bin"  # it lies in the zone and not in the place of a closed bin


class Grouping(StrEnum):
    """Which things are one case."""

    SPOT = "spot"  # each thing its own
    CLUSTER = "cluster"  # things beside each other are one: parasol, table and chairs are one stall
    SHOP = "shop"  # everything beyond one shop's line is one


class Severity(StrEnum):
    """How soon a person should look at a kind: the centre orders its queue by it, the ladder does not know it."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class Undelivered(StrEnum):
    """What follows when a warning could not be played within its window."""

    ORDER = "order"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The ladder's settings for one kind in one zone; every span runs on the case's dwell clock.

    The second look is made at the last ``confirm_of`` pictures, of which ``confirm`` must show the thing.
    ``handle_within`` is for whoever gets the work order. ``quiet`` is what becomes of a warning in ``quiet_hours``,
    None that there are none; it is then quiet at every hour where no hours are given.
    """

    dwell: timedelta = timedelta(seconds=60)
    interval: timedelta = timedelta(minutes=5)
    warnings: int = 3
    final_grace: timedelta = timedelta(minutes=5)
    leave_grace: timedelta = timedelta(seconds=45)
    bridge: timedelta = timedelta(seconds=90)
    resume_window: timedelta = timedelta(minutes=30)
    return_window: timedelta = timedelta(minutes=10)
    retry: timedelta = timedelta(seconds=60)
    warn_window: timedelta = timedelta(minutes=5)
    undelivered: Undelivered = Undelivered.ORDER
    confirm: int = 2
    confirm_of: int = 3
    handle_within: Limit | None = None
    quiet: Quiet | None = field(default=None, metadata=LATER)
    quiet_hours: Hours | None = field(default=None, metadata=LATER)

    def __post_init__(self) -> None:
        """Refuse a ladder that cannot be climbed."""
        if self.warnings < 1:
            msg = f"warnings: expected at least 1, got {self.warnings}"
            raise ValueError(msg)
        if self.retry <= timedelta(0):
            msg = f"retry: expected a span above 0, got {self.retry.total_seconds():g}s"
            raise ValueError(msg)
        if not 1 <= self.confirm <= self.confirm_of:
            msg = f"confirm: expected 1 to {self.confirm_of} (confirm_of), got {self.confirm}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """A stand-in for a thing the detector has no label for: several known things together.

    A group counts when one of its things carries a ``sufficient`` label, or when it holds at least ``things``
    different things, or when a ``person`` is beside one of its things whose label is in ``tended``.
    """

    sufficient: frozenset[str] = frozenset()
    things: int = 2
    tended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A template that reads otherwise at some hours: the first of ``at_hours`` that run has the word, else ``text``."""

    text: str
    at_hours: tuple[tuple[Hours, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said aloud, by language tag: a template for each warning, the last repeated if there are fewer."""

    warnings: dict[str, tuple[str | Wording, ...]]
    order: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One violation kind. ``codes`` are national codes by scheme, ``matter`` its name there, ``title`` by language.

    ``containers`` are labels in whose place a thing is where it belongs (a closed bin), unless its own label is in
    ``uncontained`` (an overflowing bin). ``needs_appearance_to_return``: one vehicle is like another, so only a known
    look can tell that the same one came back; stalls and goods need none.
    """

    name: str
    title: dict[str, str]
    labels: frozenset[str]
    geometry: Geometry
    group: Grouping
    codes: dict[str, str]
    words: Words
    rule: Rule = field(default_factory=Rule)
    composition: Composition | None = None
    containers: frozenset[str] = frozenset()
    uncontained: frozenset[str] = frozenset()
    needs_appearance_to_return: bool = False
    matter: Matter | None = None
    severity: Severity = field(default=Severity.MIDDLE, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Every kind, and which labels are one family for suppression and identity (a van is car and truck).

    ``taught`` is the sha256 of what each camera was taught, where it was: it decides too.
    """

    kinds: dict[str, Kind]
    families: dict[str, str]  # label -> family; a label not named is its own family
    seeing: Seeing = field(default_factory=Seeing)
    taught: tuple[tuple[str, str], ...] = field(default=(), metadata=LATER)
    sha256: str = ""

    def family(self, label: str) -> str:
        """The family ``label`` belongs to."""
        return self.families.get(label, label)


def quiet_at(rule: Rule, exams: tuple[ExamDays, ...], zone: str, at: datetime) -> Quiet | None:
    """How ``zone`` is quiet at ``at`` for the kind of ``rule``; None where it is not.

    Exam days come before the hours of every day; of several, the first.
    """
    for days in exams:
        if days.run(zone, at):
            return days.quiet
    if rule.quiet is None or not (rule.quiet_hours is None or rule.quiet_hours.covers(at)):
        return None
    return rule.quiet

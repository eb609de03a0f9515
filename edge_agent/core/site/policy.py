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
from edge_agent.core.plate.vehicles import PLATED
from edge_agent.core.site.handling_limits import Limit
from edge_agent.core.site.hours_and_permits import Hours
from edge_agent.core.site.quiet_hours import ExamDays, Quiet
from edge_agent.core.site.strikes import Step, Strikes
from edge_agent.core.track.settings import Seeing

# A setting that came after the first policies: while nobody sets it, it is no part of what a policy's hash is made of,
# or a new release would look like another policy in every record.
LATER: Final = {"later": True}
LONGEST_REVIEW: Final = timedelta(hours=24)  # no command lives longer


class Geometry(StrEnum):
    """What makes a thing standing somewhere a violation."""

    IN_ZONE = "in_zone"  # its footprint lies in the zone
    BEYOND_FRONTAGE = "beyond_frontage"  # it lies in the zone, on the street's side of a known shop's line
    AFTER_PERMIT = "after_permit"  # it lies where a permit of the zone has just ended
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


class Review(StrEnum):
    """Before what a person of the centre must confirm an incident."""

    OFF = "off"
    BEFORE_WARNING = "before_warning"  # before anything is said aloud
    BEFORE_ORDER = "before_order"  # before a work order is opened


class Unreviewed(StrEnum):
    """What follows when nobody has confirmed or rejected an incident within its limit."""

    PROCEED = "proceed"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The ladder's settings for one kind in one zone; every span runs on the case's dwell clock.

    The second look is made at the last ``confirm_of`` pictures, of which ``confirm`` must show the thing.
    Without ``warnings`` an incident is recorded and nothing else; where it is ``silent`` nobody is spoken to, and a
    person is called ``final_grace`` after it opened. ``accept_within``, ``arrive_within`` and ``handle_within`` are for
    whoever gets the work order, each from its opening on; without ``orders`` nobody does: what stands on is only asked.
    ``strikes`` says what is done otherwise with those who were asked before. ``quiet`` is what becomes of a warning in
    ``quiet_hours``, None that there are none; it is then quiet at every hour where no hours are given. Where a
    ``review`` is asked for, a person has ``review_limit`` for it, and ``unreviewed`` is what follows where nobody has
    said anything by then.
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
    accept_within: Limit | None = field(default=None, metadata=LATER)
    arrive_within: Limit | None = field(default=None, metadata=LATER)
    silent: bool = field(default=False, metadata=LATER)
    quiet: Quiet | None = field(default=None, metadata=LATER)
    quiet_hours: Hours | None = field(default=None, metadata=LATER)
    review: Review = field(default=Review.OFF, metadata=LATER)
    review_limit: timedelta = field(default=timedelta(minutes=10), metadata=LATER)
    unreviewed: Unreviewed = field(default=Unreviewed.DROP, metadata=LATER)
    orders: bool = field(default=True, metadata=LATER)
    strikes: Strikes | None = field(default=None, metadata=LATER)

    def __post_init__(self) -> None:
        """Refuse a ladder that cannot be climbed."""
        if self.warnings < 0:
            msg = f"warnings: expected 0 or more, got {self.warnings}"
            raise ValueError(msg)
        if self.retry <= timedelta(0):
            msg = f"retry: expected a span above 0, got {self.retry.total_seconds():g}s"
            raise ValueError(msg)
        if not 1 <= self.confirm <= self.confirm_of:
            msg = f"confirm: expected 1 to {self.confirm_of} (confirm_of), got {self.confirm}"
            raise ValueError(msg)
        if not timedelta(0) < self.review_limit <= LONGEST_REVIEW:
            most, limit_s = LONGEST_REVIEW.total_seconds() / 3600, self.review_limit.total_seconds()
            msg = f"review_limit: expected a span above 0 and at most {most:g}h, got {limit_s:g}s"
            raise ValueError(msg)

    @property
    def spoken(self) -> int:
        """How many warnings are given at most."""
        return 0 if self.silent else self.warnings

    @property
    def only_records(self) -> bool:
        """Whether nobody is warned or called because of it."""
        return self.warnings == 0

    @property
    def out_of_sight(self) -> timedelta:
        """How long a case waits for a thing that nobody can see: at least as long as its dwell takes."""
        return max(self.resume_window, self.dwell)

    @property
    def remembered(self) -> timedelta:
        """How long after leaving a thing may be known again as the same one; nothing is without ``return_window``."""
        return max(self.return_window, self.resume_window) if self.return_window else self.return_window


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
    look can tell that the same one came back; stalls and goods need none. ``label_share`` is in what share of its looks
    a thing must have been called by one of the labels, ``min_size`` how wide or high its box must be, as a fraction of
    the picture: a kind that only its label tells from others (a muck truck from a van) needs both.
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
    label_share: float = field(default=0.0, metadata=LATER)
    min_size: float = field(default=0.0, metadata=LATER)

    @property
    def of_vehicles(self) -> bool:
        """Whether its cases are single vehicles with a number plate."""
        return self.group is Grouping.SPOT and bool(self.labels) and self.labels <= PLATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Every kind, and which labels are one family for suppression and identity (a van is car and truck).

    ``steps`` are those that the strikes of its rules, and of the zones', may name; ``taught`` is the sha256 of what
    each camera was taught, where it was: it decides too.
    """

    kinds: dict[str, Kind]
    families: dict[str, str]  # label -> family; a label not named is its own family
    seeing: Seeing = field(default_factory=Seeing)
    taught: tuple[tuple[str, str], ...] = field(default=(), metadata=LATER)
    sha256: str = ""
    steps: tuple[Step, ...] = field(default=(), metadata=LATER)

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

"""A street as data: who does what on it how often, how well it is seen, and how well it is heard of.

Spans are ``timedelta``; places are boxes in fractions of the picture, as the zones are. A behaviour says what its
things *break*, if anything: the truth is what the author of a street says, never what the rules under test make of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from edge_agent.core.geometry import Box
from lab.simulation.allowing import Allowance, Calendar, Times

if TYPE_CHECKING:
    from edge_agent.core.site.zones import Zone

HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class Hourly:
    """How often something happens, an hour, in each of the 24 hours of the local day."""

    rates: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse a day of other than 24 hours, or less than never."""
        if len(self.rates) != HOURS or min(self.rates) < 0:
            msg = f"rates {list(self.rates)}: expected {HOURS} numbers from 0 on"
            raise ValueError(msg)

    def at(self, hour: float) -> float:
        """The rate at an hour of the local day, which may be over 24."""
        return self.rates[int(hour) % HOURS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """How long something lasts: log-normal around ``median``, cut off at ``least`` and ``most``.

    ``spread`` is the standard deviation of the logarithm; 0 makes every stay the median.
    """

    median: timedelta
    spread: float = 0.0
    least: timedelta = timedelta(0)
    most: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaks:
    """The kind of violation that a thing is where it stands, and the zone.

    ``forbidden`` is when it is, by the author's own calendar; without it in the zone's hours. ``allowed`` names the
    allowance under which it may stand there all the same, ``party`` who is counted for it.
    """

    zone: str
    kind: str
    forbidden: tuple[Times, ...] = ()
    allowed: str | None = None
    party: str | None = None


class StreetSide(StrEnum):
    """A side of the picture."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parks:
    """Vehicles that drive in from one side, stand at ``place`` one after another, and drive on to the other side.

    A bus that stops in front of what matters, with its feet outside of every zone, is one too.
    """

    name: str
    place: Box
    labels: tuple[str, ...]
    often: Hourly
    stay: Stay
    comes: StreetSide = StreetSide.LEFT
    breaks: Breaks | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes:
    """Things that go straight across the picture within ``crossing``; ``lane`` is the box of one in the middle."""

    name: str
    lane: Box
    labels: tuple[str, ...]
    often: Hourly
    crossing: timedelta
    comes: StreetSide = StreetSide.LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """Vehicles that stop at ``places`` places one before the other, ``step`` apart; ``head`` is the foremost box.

    ``often`` is how many queues begin an hour, ``vehicles`` how many go through each, ``pause`` how long each waits.
    """

    name: str
    head: Box
    places: int
    step: float
    vehicles: int
    labels: tuple[str, ...]
    often: Hourly
    pause: Stay


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing of several, where it is put, and what it may be called."""

    labels: tuple[str, ...]
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathers:
    """Things put down one after another, and taken away again: a stall, goods, garbage.

    A part comes every ``out``, and goes every ``back`` (the last first). It is a violation from its part number
    ``counts_from`` on, until nothing is left. Nothing is put here again for ``rest``. The ``keeper`` stands by from the
    first part to the last.
    """

    name: str
    parts: tuple[Part, ...]
    often: Hourly
    stay: Stay
    out: timedelta = timedelta(seconds=20)
    back: timedelta = timedelta(seconds=10)
    counts_from: int = 1
    keeper: Part | None = None
    rest: timedelta = timedelta(minutes=15)
    breaks: Breaks | None = None


Behaviour = Parks | Passes | Queues | Gathers
NEVER: Final = Hourly((0.0,) * HOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a detector makes of what is there.

    ``recall`` is the share of the looks at a thing in plain view in which it is found; ``bursts`` is the share of the
    misses that come in runs, ``burst`` the mean run. ``jitter`` is the standard deviation of each side of a box, as a
    share of its width or height. With ``flicker`` a thing is called by another of its labels, with ``double`` it is
    found twice. ``false_alarms`` an hour show one of ``false_labels`` anywhere, each for ``false_for`` in the mean.
    ``appearance`` is the length of the vectors, 0 for none; ``grain`` the noise in them. ``glare`` is how often
    headlights upset all that is seen, for ``glare_for``.
    """

    recall: float = 1.0
    bursts: float = 0.0
    burst: timedelta = timedelta(seconds=3)
    jitter: float = 0.0
    flicker: float = 0.0
    double: float = 0.0
    false_alarms: Hourly = NEVER
    false_labels: tuple[str, ...] = ("car", "person")
    false_for: timedelta = timedelta(seconds=1.5)
    appearance: int = 0
    grain: float = 0.0
    glare: Hourly = NEVER
    glare_for: timedelta = timedelta(seconds=3)

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        for name in ("recall", "bursts", "flicker", "double"):
            share = getattr(self, name)
            if not 0 <= share <= 1:
                msg = f"{name}: expected a share from 0 to 1, got {share:g}"
                raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How the pictures arrive: streams that are lost and come back, and silences of which nobody says anything."""

    lost: Hourly = NEVER
    lost_for: Stay = field(default_factory=lambda: Stay(median=timedelta(seconds=40)))
    silent: Hourly = NEVER
    silent_for: Stay = field(default_factory=lambda: Stay(median=timedelta(seconds=6)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is done about whoever has been asked before that day: so many warnings at most, and an order or none."""

    warnings: int
    order: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """How parties are counted: what is done the first time, the second, and from the last of ``steps`` on.

    What stands for ``asked_after`` has been asked, for ``ordered_after`` it has an order where its step says so.
    """

    steps: tuple[Asked, ...]
    asked_after: timedelta
    ordered_after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A street, and the camera that looks at it from ``start`` on for ``lasts`` each day.

    ``hour`` is the hour of the local day at ``start``, ``first_date`` which day that is. The zones are those of the
    site: their hours bound the truth where a behaviour says none of its own. ``calendar`` and ``allowances`` are the
    author's, ``counting`` what is done about those who come again.
    """

    camera: str
    start: datetime
    hour: float
    zones: tuple[Zone, ...]
    behaviours: tuple[Behaviour, ...]
    lasts: timedelta = timedelta(days=1)
    per_second: float = 1.0
    sight: Sight = field(default_factory=Sight)
    network: Network = field(default_factory=Network)
    first_date: date = date(2026, 11, 2)
    calendar: Calendar = field(default_factory=Calendar)
    allowances: tuple[Allowance, ...] = ()
    counting: Counting | None = None

"""An incident, as the operations centre hears of it: one event for each thing that happened to it.

Ids are derived from data, never drawn: the same recording gives the same ids, so the outbox can be replayed
and a receiver can drop what it has already had.

Recipients: who else is told of an incident, one step further with each warning and with the work order.

::

    merchant (the shop's contact) ─▶ those that the zone names, in their order: street steward ─▶ officer ─▶ …
         warning 1                        warning 2                    warning 3                  the order: the last

The n-th is told with warning n, and the last of them once more with the work order. Who they are is known to the
operations centre alone: a contact is a reference into its register, and it is the centre that writes to a person.

The national block: what a matter is called in the codes by which a city's platforms exchange it.

Keys, lengths and meanings are those of the attributes of a matter (事项) in GB/T 47678.5-2026, as a transcription
has them; nobody compared it with the printed standard. What nobody wrote down is left out, never made up::

    SXDM       事项代码           matter code: district (6 digits) and category (5)     site, codes
    SXMC       事项名称           matter name                                           codes
    ZGBMDM     主管部门代码       the department in charge: its unified credit code     policy
    ZGBMMC     主管部门名称       and its full name                                     policy
    SFWZ       事发位置           where it happened, in words                           zone
    SZDYWGBSM  所在单元网格标识码  the unit grid cell it lies in                          zone
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Final

from edge_agent.core.events import Result
from edge_agent.core.feed.strikes import StrikeCount
from edge_agent.core.geometry import Box
from edge_agent.core.plate.reading import PlateReading, VehicleLook

AFTER_ORDER = "after_order"


class Happening(StrEnum):
    """What can happen to an incident: the ``type`` of its events."""

    OPENED = "incident.opened"
    WARNED = "incident.warned"
    ESCALATED = "incident.escalated"
    RECURRED = "incident.recurred"
    RESOLVED = "incident.resolved"
    SUPPRESSED = "incident.suppressed"
    REFERRED = "incident.referred"
    CONFIRMED = "incident.confirmed"
    CANCELLED = "incident.cancelled"


class ReviewStatus(StrEnum):
    """How far the review of an incident by a person has come."""

    BEFORE_WARNING = "before_warning"  # somebody is asked, and nothing is said aloud before
    BEFORE_ORDER = "before_order"  # somebody is asked, and no work order is opened before
    CONFIRMED = "confirmed"  # a person says that it is a violation
    UNANSWERED = "unanswered"  # nobody said anything in time


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningRecord:
    """One attempt at a warning and what became of it; ``result`` None while no answer came.

    ``speaker`` is the one that played it, or may have.
    """

    n: int
    asked: datetime
    result: Result | None = None
    answered: datetime | None = None
    reason: str = ""
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEvent:
    """One event of one incident, complete in itself.

    ``seq`` counts from 1 within the incident; ``delivered`` is the number of warnings played so far; ``stage`` is
    that number at the end, or ``after_order``; ``end`` is the last sighting; spans are seconds on the dwell clock.
    Where a command made it happen, ``verb`` is which, ``by`` whose, and ``note`` what that person wrote. ``media_at``
    is what the camera had come to, where that is not ``at``: a command is carried out between two looks. ``review`` is
    where a person's review stands, ``confirmed_by`` who confirmed it, ``review_until`` when the limit is over if the
    thing stays in view.
    Where a command made it happen, ``verb`` is which, and ``by`` whose. ``media_at`` is what the camera had come
    to, where that is not ``at``: a command is carried out between two looks. ``strike`` is where the party stands.
    ``recurrence`` is in how many earlier incidents the ``plate`` was, ``watched`` why it is on the watch-list.
    """

    type: Happening
    id: str
    incident: str
    seq: int
    camera: str
    zone: str
    kind: str
    at: datetime
    opened: datetime
    dwell_s: float
    unobservable_s: float
    delivered: int
    box: Box
    codes: dict[str, str]
    text: dict[str, str]
    warnings: tuple[WarningRecord, ...] = ()
    n: int | None = None
    stage: int | str | None = None
    end: datetime | None = None
    reason: str | None = None
    recurred: int = 0
    shop: str | None = None
    work_order: str | None = None
    by: str | None = None
    verb: str | None = None
    policy_sha256: str = ""
    media_at: datetime | None = None
    review: ReviewStatus | None = None
    review_until: datetime | None = None
    confirmed_by: str | None = None
    note: str | None = None
    strike: StrikeCount | None = None
    plate: PlateReading | None = None
    vehicle: VehicleLook | None = None
    recurrence: int | None = None
    watched: str | None = None


def derived_id(prefix: str, *parts: object) -> str:
    """A short stable id from the data that makes a thing what it is."""
    text = "\x1f".join(part.isoformat() if isinstance(part, datetime) else str(part) for part in parts)
    return f"{prefix}-{blake2b(text.encode(), digest_size=8).hexdigest()}"


def place_words(place: Box) -> str:
    """A place as text for an id, rounded so that it reads the same on every machine."""
    return ",".join(f"{side:.4f}" for side in (place.x0, place.y0, place.x1, place.y1))


class Role(StrEnum):
    """What somebody is to the matter."""

    MERCHANT = "merchant"
    STEWARD = "steward"
    OFFICER = "officer"
    RESPONSIBLE = "responsible"
    OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who is told; ``contact`` is an id in the centre's register, never a number or an address."""

    role: Role
    contact: str


STANDARD: Final = "GB/T 47678.5-2026"
LANGUAGE: Final = "zh-CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """Who is in charge of a matter; ``code`` is its unified social credit code (统一社会信用代码)."""

    code: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a kind is in the national codes: its name there, and who is in charge of it."""

    name: str
    department: Department = Department()


@dataclass(frozen=True, slots=True, kw_only=True)
class National:
    """The block itself, by the standard's own keys."""

    SXDM: str | None = None
    SXMC: str | None = None
    ZGBMDM: str | None = None
    ZGBMMC: str | None = None
    SFWZ: str | None = None
    SZDYWGBSM: str | None = None

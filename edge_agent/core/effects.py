"""What must now be done: the right-hand seam, committed with the world in one transaction.

Effects are data. The core returns them and performs none; replay collects the very same ones and does
nothing with them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from edge_agent.core.commands import CommandOutcome
from edge_agent.core.events import Witness
from edge_agent.core.feed.incidents import IncidentEvent, Role
from edge_agent.core.feed.strikes import Strike
from edge_agent.core.feed.work_orders import WorkOrder
from edge_agent.core.geometry import Box

HiddenBy = dict[str, float]  # seconds by cause: ``behind:bus``, the name of a camera's trouble, ``silence``


@dataclass(frozen=True, slots=True, kw_only=True)
class Speak:
    """Ask for warning ``n`` of ``incident``, attempt ``attempt``; not to be played after ``expires_at``.

    ``text`` is the message by language tag (``zh-CN``, ``en``). ``id`` names this very request. ``step`` is that of the
    party's strikes whose own words these are, empty where nothing is said otherwise.
    """

    id: str
    at: datetime
    incident: str
    zone: str
    kind: str
    n: int
    attempt: int
    expires_at: datetime
    text: dict[str, str]
    step: str = ""
    type: Literal["speak"] = "speak"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAgain:
    """Ask for a second look at ``box`` for things of ``labels`` before anything is said.

    ``confirm`` of the last ``confirm_of`` pictures must show one. ``score`` is how sure the detector was of it on the
    whole. ``again``: an incident is open already, and its next step is due.
    """

    at: datetime
    case: str
    kind: str
    labels: frozenset[str]
    box: Box
    confirm: int = 2
    confirm_of: int = 3
    score: float = 1.0
    again: bool = False
    type: Literal["look_again"] = "look_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlate:
    """Ask for the number plate of the vehicle at ``box`` to be read, and what the vehicle looks like.

    Nothing waits for the answer.
    """

    at: datetime
    case: str
    zone: str
    kind: str
    box: Box
    type: Literal["read_plate"] = "read_plate"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSnapshot:
    """Keep the picture of ``at`` (full frame and subject crop) as evidence of one stage.

    ``hide_plate``: the subject's own number plate is made unreadable in the copies, as that of any other vehicle.
    """

    at: datetime
    incident: str
    event: str
    stage: str
    box: Box
    hide_plate: bool = False
    type: Literal["snapshot"] = "snapshot"


@dataclass(frozen=True, slots=True)
class PublishIncident:
    """Deliver one event of an incident to the operations centre.

    ``case``, ``hidden_by`` and ``since`` (as in ``Note``) and the ``permit`` it is under are for explanations and stay
    in the box.
    """

    event: IncidentEvent
    case: str = ""
    hidden_by: HiddenBy = field(default_factory=dict)
    since: datetime | None = None
    permit: str = ""
    type: Literal["publish"] = "publish"


@dataclass(frozen=True, slots=True)
class OpenWorkOrder:
    """Hand the matter to a person."""

    order: WorkOrder
    type: Literal["work_order"] = "work_order"


@dataclass(frozen=True, slots=True)
class UpdateWorkOrder:
    """Something became of a work order: what the centre said of it, that it is late, or what the camera saw."""

    order: WorkOrder
    type: Literal["work_order_updated"] = "work_order_updated"


@dataclass(frozen=True, slots=True)
class RecordStrike:
    """Somebody has a strike more, or one of his does not count any more."""

    strike: Strike
    type: Literal["strike"] = "strike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Ask the operations centre to let somebody know, who is a ``contact`` in its own register.

    It comes with warning ``n``, or with the work order where that is None; ``seq`` counts those of one incident from 1.
    """

    id: str
    at: datetime
    incident: str
    seq: int
    camera: str
    zone: str
    kind: str
    role: Role
    contact: str
    text: dict[str, str]
    n: int | None = None
    shop: str | None = None
    work_order: str | None = None
    type: Literal["notify"] = "notify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Tell the centre what became of its ``command``: the one answer that it gets.

    ``by`` is who gave it; ``zone`` and ``until`` are those of an instruction that stands. ``media_at`` is what the
    camera had come to, where that is not ``at``.
    """

    command: str
    at: datetime
    camera: str
    verb: str
    outcome: CommandOutcome
    reason: str = ""
    zone: str = ""
    by: str = ""
    until: datetime | None = None
    media_at: datetime | None = None
    type: Literal["receipt"] = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHealth:
    """Say how a camera is doing; ``state`` is ``ok`` or the named trouble."""

    at: datetime
    camera: str
    state: str
    type: Literal["health"] = "health"


class Remark(StrEnum):
    """Why nothing came of a case, so far or for good."""

    LEFT_EARLY = "left before the dwell was reached"
    HOURS_ENDED = "the zone's hours ended"
    DISAGREED = "the second look did not agree"
    NOT_THERE = "not seen when the second look answered"
    ZONE_REMOVED = "the zone is not watched any more"
    LOST_SIGHT = "out of sight for too long before the dwell was reached"
    UNCONFIRMED = "left before a second look agreed"
    SILENCED = "nothing might be said in the zone"
    NOT_PLAYED = "a warning was not played"
    STILL_THERE = "still there at the end"
    OFF_HOURS = "the zone's hours did not run"
    OUTSIDE = "not far enough inside the zone"
    INCOMPLETE = "no violation by itself"
    NO_SHOP = "not beyond the line of a known shop"
    SELDOM_SEEN = "seen in too few looks"
    FAINT = "too faint in most looks"
    PART = "part of a stronger thing that it touches"
    BINNED = "in the place of a closed bin"
    SAME_MATTER = "the matter of a stricter rule already"
    AGREED = "the witnesses of the second look agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Why something did, or did not, happen to a case: the material of explanations. Never leaves the box by itself.

    ``needed_s`` is the span the case fell short of, where it did. ``hidden_by`` says how many of the unobservable
    seconds are put down to which cause. ``n`` is the warning it is about, ``reason`` what its speaker said, or how many
    pictures of the second look showed the thing, ``share`` how much of its foot lay in the zone, or in how many of
    the looks it was seen. It stood at ``box`` from ``since`` to ``last_seen``. ``witnesses`` were heard
    at a second look.
    """

    at: datetime
    camera: str
    case: str
    zone: str
    kind: str
    what: Remark
    dwell_s: float
    unobservable_s: float
    needed_s: float | None = None
    hidden_by: HiddenBy = field(default_factory=dict)
    n: int | None = None
    reason: str = ""
    share: float | None = None
    box: Box | None = None
    since: datetime | None = None
    last_seen: datetime | None = None
    witnesses: tuple[Witness, ...] = ()
    type: Literal["note"] = "note"


Effect = (
    Speak
    | LookAgain
    | ReadPlate
    | SaveSnapshot
    | PublishIncident
    | OpenWorkOrder
    | UpdateWorkOrder
    | RecordStrike
    | Notify
    | Receipt
    | ReportHealth
    | Note
)

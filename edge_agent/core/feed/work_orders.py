"""Work orders: the matter handed to a person when three warnings did not help.

Theory. The box opens an order and sees that the place is clear; everything between is the operations centre's, told by
command: the box never invents its steps. ``EDGES`` is the whole table; the picture in ``docs/ladder.md`` is
generated from it, and a test proves that each edge is taken and no other.

::

    opened ─▶ dispatched ─▶ accepted ─▶ handled ─▶ verified ─▶ closed
       └────────── the camera sees the place clear ───▲

An order is *late* once its limit is over and nobody has said that it is handled. So are its acceptance and somebody's
being there, by limits of their own: each is told once, as it passes. Nobody tells the box that he has arrived, so what
is handled by then was reached in time.

What I dislike about it: an order whose place nobody can see any more is closed on the word of whoever handled it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from edge_agent.core.feed.incidents import WarningRecord, derived_id
from edge_agent.core.geometry import Box
from edge_agent.core.plate.reading import PlateReading, VehicleLook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.feed.incidents import IncidentEvent

LAPSED_AFTER: Final = timedelta(days=30)  # of an order about a place that nobody watches any more


class OrderStatus(StrEnum):
    """Where a work order stands."""

    OPENED = "opened"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    HANDLED = "handled"
    VERIFIED = "verified"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


LIVE: Final = (OrderStatus.OPENED, OrderStatus.DISPATCHED, OrderStatus.ACCEPTED, OrderStatus.HANDLED)
UNHANDLED: Final = (OrderStatus.OPENED, OrderStatus.DISPATCHED, OrderStatus.ACCEPTED)
UNACCEPTED: Final = (OrderStatus.OPENED, OrderStatus.DISPATCHED)
LATE: Final = "limit_over"  # why an order is told late
ACCEPT_LATE: Final = "accept_limit_over"
ARRIVE_LATE: Final = "arrive_limit_over"
ALL_LATE: Final = frozenset({LATE, ACCEPT_LATE, ARRIVE_LATE})
EDGES: Final[frozenset[tuple[OrderStatus, OrderStatus]]] = frozenset(
    {
        *((before, OrderStatus.DISPATCHED) for before in LIVE),  # to a named person, or to another one
        (OrderStatus.OPENED, OrderStatus.ACCEPTED),  # somebody took it without being sent
        (OrderStatus.DISPATCHED, OrderStatus.ACCEPTED),
        *((before, OrderStatus.HANDLED) for before in UNHANDLED),
        *((before, OrderStatus.VERIFIED) for before in LIVE),  # the camera saw the place clear, or a person did
        (OrderStatus.VERIFIED, OrderStatus.CLOSED),
        *((before, OrderStatus.CLOSED) for before in LIVE),  # nobody can see: on the handler's word, or lapsed
        *((before, OrderStatus.REJECTED) for before in LIVE),  # it never was a violation
        *((before, OrderStatus.WITHDRAWN) for before in LIVE),  # cancelled, allowed now, or no longer watched for
        (OrderStatus.CLOSED, OrderStatus.OPENED),  # the thing came back
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """One work order; at most one an incident.

    ``seq`` counts its changes from 1; ``at`` is the last one's instant. ``party`` is who is responsible for the zone
    and kind, ``due`` when it must be handled, ``late`` whether it was not; ``accept_due`` and ``arrive_due`` are when
    it must have been accepted, and when somebody must be there; ``accept_late`` and ``arrive_late`` are True where that
    passed, False where it was kept, None while neither is known. ``to`` is the person it was given to, ``by``
    whose command the last change was, ``note`` what they wrote and ``photo`` the picture they named. ``verified_by`` is
    ``camera`` where that saw the place clear, ``person`` where somebody did, ``nobody`` where it was closed unseen.
    What it is about (``box`` in fractions of the picture, ``text``, ``codes``, ``shop``, ``plate``, ``vehicle``) and
    the ``warnings_given`` before it are those of the event that opened it. ``media_at`` is what the camera had come to,
    where that is not ``at``.
    """

    id: str
    incident: str
    camera: str
    zone: str
    kind: str
    opened: datetime
    at: datetime
    why: str
    delivered: int
    warnings: int
    seq: int = 1
    status: OrderStatus = OrderStatus.OPENED
    party: str | None = None
    due: datetime | None = None
    accept_due: datetime | None = None
    arrive_due: datetime | None = None
    late: bool = False
    accept_late: bool | None = None
    arrive_late: bool | None = None
    to: str | None = None
    by: str | None = None
    reason: str | None = None
    verified_by: str | None = None
    closed: datetime | None = None
    box: Box | None = None
    text: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    warnings_given: tuple[WarningRecord, ...] = ()
    shop: str | None = None
    media_at: datetime | None = None
    note: str | None = None
    photo: str | None = None
    plate: PlateReading | None = None
    vehicle: VehicleLook | None = None

    @property
    def live(self) -> bool:
        """Whether something is still to come of it."""
        return self.status in LIVE


def order_id(incident: str) -> str:
    """The id of an incident's one work order."""
    return derived_id("wo", incident)


def drafted(
    event: IncidentEvent,
    *,
    warnings: int,
    party: str | None = None,
    due: datetime | None = None,
    accept_due: datetime | None = None,
    arrive_due: datetime | None = None,
    before: WorkOrder | None = None,
) -> WorkOrder:
    """The work order that an event asks for; ``before`` is the same one, where its thing came back."""
    return WorkOrder(
        id=order_id(event.incident),
        incident=event.incident,
        camera=event.camera,
        zone=event.zone,
        kind=event.kind,
        opened=event.at,
        at=event.at,
        why=f"{event.delivered} of {warnings} warnings delivered"
        if warnings
        else "nobody is spoken to about this kind",
        delivered=event.delivered,
        warnings=warnings,
        seq=1 if before is None else before.seq + 1,
        party=party,
        due=due,
        accept_due=accept_due,
        arrive_due=arrive_due,
        box=event.box,
        text=event.text,
        codes=event.codes,
        warnings_given=event.warnings,
        shop=event.shop,
        media_at=event.media_at,
        plate=event.plate,
        vehicle=event.vehicle,
    )


def moved(
    order: WorkOrder,
    status: OrderStatus,
    at: datetime,
    *,
    by: str | None = None,
    to: str | None = None,
    reason: str | None = None,
    verified_by: str | None = None,
    media_at: datetime | None = None,
) -> WorkOrder:
    """The order after one change; raises ValueError for one that is not in the table."""
    if (order.status, status) not in EDGES:
        msg = f"work order {order.id}: {order.status} cannot become {status}"
        raise ValueError(msg)
    return replace(
        order,
        status=status,
        at=at,
        media_at=media_at,
        seq=order.seq + 1,
        by=by,
        to=order.to if to is None else to,
        reason=reason,
        verified_by=verified_by or order.verified_by,
        note=None,
        photo=None,
        closed=None if status in (*LIVE, OrderStatus.VERIFIED) else at,
        accept_late=_kept(order.accept_due, was=order.accept_late, status=status, by=KEEPS_ACCEPT),
        arrive_late=_kept(order.arrive_due, was=order.arrive_late, status=status, by=KEEPS_ARRIVE),
    )


KEEPS_ACCEPT: Final = (OrderStatus.ACCEPTED, OrderStatus.HANDLED)
KEEPS_ARRIVE: Final = (OrderStatus.HANDLED,)


def _kept(due: datetime | None, *, was: bool | None, status: OrderStatus, by: tuple[OrderStatus, ...]) -> bool | None:
    """Whether a limit passed, after a step: a step of those keeps it for good, also where it is undone later."""
    return False if due is not None and was is None and status in by else was


def late(order: WorkOrder, at: datetime) -> WorkOrder | None:
    """The order as it is told late, by the earliest of its limits that is over at ``at`` and that nobody has kept."""
    return min(_lates(order, at), key=lambda each: each.at, default=None)


def _lates(order: WorkOrder, until: datetime) -> Iterator[WorkOrder]:
    """The order as told by each limit that is over, dated to its end."""
    told = replace(order, media_at=None, seq=order.seq + 1, by=None, note=None, photo=None)
    accept, arrive, handle = order.accept_due, order.arrive_due, order.due
    if accept is not None and accept <= until and order.accept_late is None and order.status in UNACCEPTED:
        yield replace(told, accept_late=True, at=accept, reason=ACCEPT_LATE)
    if arrive is not None and arrive <= until and order.arrive_late is None and order.status in UNHANDLED:
        yield replace(told, arrive_late=True, at=arrive, reason=ARRIVE_LATE)
    if handle is not None and handle <= until and not order.late and order.status in UNHANDLED:
        yield replace(told, late=True, at=handle, reason=LATE)

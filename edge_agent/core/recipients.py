"""Recipients: who else is told of an incident, one step further with each warning and with the work order.

::

    merchant (the shop's contact) ─▶ those that the zone names, in their order: street steward ─▶ officer ─▶ …
         warning 1                        warning 2                    warning 3                  the order: the last

The n-th is told with warning n, and the last of them once more with the work order. Who they are is known to the
operations centre alone: a contact is a reference into its register, and it is the centre that writes to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.core.zones import Zone


class Role(StrEnum):
    """What somebody is to the matter."""

    MERCHANT = "merchant"
    STEWARD = "steward"
    OFFICER = "officer"
    RESPONSIBLE = "responsible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who is told; ``contact`` is an id in the centre's register, never a number or an address."""

    role: Role
    contact: str


def recipients(zone: Zone, shop: str | None) -> tuple[Recipient, ...]:
    """Whoever is told of an incident in a zone, in order; the merchant first, where the shop has a contact."""
    contact = next((each.contact for each in zone.shops if each.id == shop), None)
    merchant = () if contact is None else (Recipient(role=Role.MERCHANT, contact=contact),)
    return (*merchant, *zone.recipients)


def told_next(zone: Zone, shop: str | None, n: int | None) -> Recipient | None:
    """Who is told with warning ``n``, or with the work order where it is None; nobody where there is no step left."""
    ladder = recipients(zone, shop)
    if n is None:
        return ladder[-1] if ladder else None
    return ladder[n - 1] if n <= len(ladder) else None

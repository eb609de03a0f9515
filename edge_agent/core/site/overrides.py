"""Standing instructions: what the operations centre has told a camera about its zones, until it says otherwise.

They are remembered in the world, beside what the files say: a silence, a permit granted for a while, a permit of the
file that holds no longer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from edge_agent.core.commands import Grant, Silence
from edge_agent.core.site.hours_and_permits import Always, Permit

if TYPE_CHECKING:
    from edge_agent.core.site.zones import Zone


@dataclass(frozen=True, slots=True)
class Revoked:
    """A permit of a zone's file that holds no longer."""

    zone: str
    permit: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who gave an instruction that stands: a silence of a zone, or the ``permit`` granted in it."""

    zone: str
    permit: str | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """An instruction that stands: what it is, where, until when, and who gave it (empty where that was not kept)."""

    verb: str
    zone: str
    until: datetime
    by: str
    permit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """All of them, for one camera; at most one silence a zone, and one granted permit an id and zone."""

    silences: tuple[Silence, ...] = ()
    grants: tuple[Grant, ...] = ()
    revoked: tuple[Revoked, ...] = ()
    authors: tuple[Author, ...] = ()

    def in_force(self, at: datetime) -> tuple[InForce, ...]:
        """The silences and granted permits that are not over at ``at``."""
        by = {(each.zone, each.permit): each.by for each in self.authors}
        silences = (
            InForce(verb=each.verb, zone=each.zone, until=each.until, by=by.get((each.zone, None), ""))
            for each in self.silences
        )
        grants = (
            InForce(
                verb=each.verb,
                zone=each.zone,
                until=each.valid_to,
                by=by.get((each.zone, each.permit), ""),
                permit=each.permit,
            )
            for each in self.grants
        )
        return tuple(each for each in (*silences, *grants) if at < each.until)

    def silent(self, zone: str, at: datetime) -> bool:
        """Whether nothing may be said in a zone at ``at``."""
        return any(each.zone == zone and at < each.until for each in self.silences)

    def permits(self, zone: Zone) -> tuple[Permit, ...]:
        """The permits that hold in a zone: those of its file that were not revoked, and those granted."""
        if not self.grants and not self.revoked:
            return zone.permits
        gone = {each.permit for each in self.revoked if each.zone == zone.id}
        own = tuple(permit for permit in zone.permits if permit.id not in gone)
        return own + tuple(granted_permit(grant, zone) for grant in self.grants if grant.zone == zone.id)


def silenced(standing: Overrides, silence: Silence, at: datetime, by: str = "") -> Overrides:
    """With one more silence, given ``by`` somebody; what is past is forgotten."""
    others = (each for each in standing.silences if each.zone != silence.zone)
    silences = tuple(each for each in (*others, silence) if at < each.until)
    return _signed(replace(standing, silences=silences), Author(silence.zone, None, by))


def granted(standing: Overrides, grant: Grant, at: datetime, by: str = "") -> Overrides:
    """With one more permit, in the place of one of the same id; what is past is forgotten."""
    others = (each for each in standing.grants if (each.zone, each.permit) != (grant.zone, grant.permit))
    grants = tuple(each for each in (*others, grant) if at < each.valid_to)
    return _signed(replace(standing, grants=grants), Author(grant.zone, grant.permit, by))


def _signed(standing: Overrides, author: Author) -> Overrides:
    """With the latest author; those of what stands no more are forgotten."""
    silences = {(each.zone, None) for each in standing.silences}
    stands = silences | {(each.zone, each.permit) for each in standing.grants}
    others = (each for each in standing.authors if (each.zone, each.permit) != (author.zone, author.permit))
    known = tuple(each for each in (*others, author) if (each.zone, each.permit) in stands and each.by)
    return replace(standing, authors=known)


def revoked(standing: Overrides, zone: Zone, permit: str) -> Overrides:
    """Without a permit; of the zone, only revocations of permits that its file still names are remembered."""
    grants = tuple(each for each in standing.grants if (each.zone, each.permit) != (zone.id, permit))
    written = {each.id for each in zone.permits}
    revoked_all = (*(each for each in standing.revoked if each.zone == zone.id), Revoked(zone.id, permit))
    here = dict.fromkeys(each for each in revoked_all if each.permit in written)
    return replace(
        standing, grants=grants, revoked=(*(each for each in standing.revoked if each.zone != zone.id), *here)
    )


def granted_permit(grant: Grant, zone: Zone) -> Permit:
    """The permit that a grant is in its zone; raises ValueError where its hours cannot be read there."""
    return Permit(
        id=grant.permit,
        holder=grant.holder,
        hours=zone.read_hours(grant.hours) if grant.hours else Always(),
        polygon=grant.polygon,
        capacity=grant.capacity,
        goods=frozenset(grant.goods),
        plates=frozenset(grant.plates),
        kinds=frozenset(grant.kinds),
        shop=grant.shop,
        valid_from=grant.valid_from,
        valid_to=grant.valid_to,
    )

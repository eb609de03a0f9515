"""What is no mistake in a site, and will not do what somebody may expect of it: ``check`` tells it beforehand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from edge_agent.config.fields.spans_and_sizes import duration_text
from edge_agent.config.fields.values import Reading
from edge_agent.config.site.policy_file import read_policy
from edge_agent.core.site.frontages import Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.site.loading import LoadedSite


def remarks(loaded: LoadedSite) -> Iterator[str]:
    """A sentence for each such thing."""
    yield from _unasked(loaded)
    yield from _half_of_the_garbage(loaded)
    yield from _waited_for(loaded)
    yield from _unsaid_streets(loaded)


def _unasked(loaded: LoadedSite) -> Iterator[str]:
    """Kinds of the site's own policy that no zone is watched for."""
    shipped, _ = read_policy(None, Reading(folder=Path(), timezone=ZoneInfo("UTC"), environ={}))
    known = frozenset(shipped.kinds) if shipped is not None else frozenset()
    asked = {each.kind for each in loaded.asked}
    for name in loaded.site.policy.kinds:
        if name not in known and name not in asked:
            yield f"kind '{name}' never fires: the policy has it, and no zone asks for it under kinds"


def _half_of_the_garbage(loaded: LoadedSite) -> Iterator[str]:
    """Zones that asked for overflowing bins before these were a kind of their own."""
    kinds = loaded.site.policy.kinds
    for zone in loaded.site.zones:
        sought = {label for name in zone.rules for label in kinds[name].labels}
        if "exposed_garbage" in zone.rules and "overflow" not in sought:
            yield f"zone {zone.id} asks for exposed_garbage alone: of a bin that overflows, bin_overflow tells"


def _waited_for(loaded: LoadedSite) -> Iterator[str]:
    """Rules that wait longer for what nobody can see than they say, because their dwell is longer."""
    for zone in loaded.site.zones:
        for name, rule in zone.rules.items():
            if rule.out_of_sight > rule.resume_window:
                window, dwell = duration_text(rule.resume_window), duration_text(rule.dwell)
                longer = f"its dwell ({dwell}) is longer than resume_window ({window})"
                yield f"zone {zone.id}, kind '{name}': {longer}, so what is out of sight is waited for as long as that"


def _unsaid_streets(loaded: LoadedSite) -> Iterator[str]:
    """Frontages whose street side nobody has said, and which was taken."""
    for zone in loaded.site.zones:
        for shop, side in zip(zone.shops, zone.streets, strict=True):
            if shop.street is None and side is not None:
                other = Side.LEFT if side is Side.RIGHT else Side.RIGHT
                taken = f"the street is taken to lie to the {side} of its frontage"
                yield f"zone {zone.id}, shop {shop.id}: {taken}; if that is wrong, say street: {other}"

"""What is no mistake in a site, and will not do what somebody may expect of it: ``check`` tells it beforehand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from edge_agent.config.fields.spans_and_sizes import duration_text
from edge_agent.config.fields.values import Reading
from edge_agent.config.site.policy_file import read_policy
from edge_agent.config.site.site_file import Stream
from edge_agent.core.site.policy import Review, Unreviewed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.site.loading import LoadedSite


def remarks(loaded: LoadedSite) -> Iterator[str]:
    """A sentence for each such thing."""
    yield from _unasked(loaded)
    yield from _begun_anew(loaded)
    yield from _unheard(loaded)


def _unasked(loaded: LoadedSite) -> Iterator[str]:
    """Kinds of the site's own policy that no zone is watched for."""
    shipped, _ = read_policy(None, Reading(folder=Path(), timezone=ZoneInfo("UTC"), environ={}))
    known = frozenset(shipped.kinds) if shipped is not None else frozenset()
    asked = {each.kind for each in loaded.asked}
    for name in loaded.site.policy.kinds:
        if name not in known and name not in asked:
            yield f"kind '{name}' never fires: the policy has it, and no zone asks for it under kinds"


def _begun_anew(loaded: LoadedSite) -> Iterator[str]:
    """Dwells so long that an outage which is no rarity begins them anew."""
    for zone in loaded.site.zones:
        for name, rule in zone.rules.items():
            if rule.dwell > rule.resume_window:
                window = duration_text(rule.resume_window)
                begins = f"a thing out of sight for longer than resume_window ({window}) begins anew its dwell"
                asks = f"of {duration_text(rule.dwell)}, so a daily outage may keep it from ever firing"
                yield f"zone {zone.id}, kind '{name}': {begins} {asks}"


def _unheard(loaded: LoadedSite) -> Iterator[str]:
    """Reviews that nobody can answer, for a box that plays recordings hears no command."""
    for zone in loaded.site.zones:
        camera = loaded.cameras.get(zone.camera)
        if camera is None or isinstance(camera.source, Stream):
            continue
        for name, rule in zone.rules.items():
            if rule.review is not Review.OFF:
                limit = duration_text(rule.review_limit)
                after = "goes on without" if rule.unreviewed is Unreviewed.PROCEED else "is dropped"
                why = f"review {rule.review}, and a recording hears no command: after {limit} each incident {after}"
                yield f"zone {zone.id}, kind '{name}': {why}"

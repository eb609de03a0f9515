"""What is no mistake in a site, and will not do what somebody may expect of it: ``check`` tells it beforehand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from edge_agent.config.fields.hours import OsmHours
from edge_agent.config.fields.spans_and_sizes import duration_text
from edge_agent.config.fields.values import Reading
from edge_agent.config.site.policy_file import read_policy
from edge_agent.config.site.site_file import Stream
from edge_agent.core.site.policy import Review, Unreviewed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.site.hours_and_permits import Hours
    from edge_agent.core.site.site import Site

SOON: Final = timedelta(days=60)  # before a year begins: its holidays are announced in November


def remarks(loaded: LoadedSite, now: datetime) -> Iterator[str]:
    """A sentence for each such thing; ``now`` is when somebody asks."""
    yield from _unasked(loaded)
    yield from _begun_anew(loaded)
    yield from _unheard(loaded)
    yield from _unknown_years(loaded, now)


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


def _unknown_years(loaded: LoadedSite, now: datetime) -> Iterator[str]:
    """Years that are near, of whose holidays nothing is known, where hours ask for them."""
    local = now.astimezone(loaded.timezone)
    for year in sorted({local.year, (local + SOON).year}):
        asking = [name for name, hours in _all_hours(loaded.site) if hours.days is not None and _unknown(hours, year)]
        if asking:
            more = f" and {len(asking) - 1} more" if len(asking) > 1 else ""
            yield (
                f"the holidays of {year} are not known, and hours ask for them ({asking[0]}{more}): until a newer "
                "release or the holidays file says them, it has none, and its working days are Monday to Friday"
            )


def _unknown(hours: OsmHours, year: int) -> bool:
    return hours.days is not None and year not in hours.days.years


def _all_hours(site: Site) -> Iterator[tuple[str, OsmHours]]:
    """Every hours of a site, and whose they are."""
    named: list[tuple[str, Hours | None]] = [("working_hours", site.working)]
    named += [("exams", each.hours) for each in site.exams]
    for zone in site.zones:
        named.append((f"zone {zone.id}", zone.hours))
        named += [(f"permit {each.id}", each.hours) for each in zone.permits]
        named += [(f"quiet_hours of zone {zone.id}", rule.quiet_hours) for rule in zone.rules.values()]
    yield from ((name, hours) for name, hours in named if isinstance(hours, OsmHours))

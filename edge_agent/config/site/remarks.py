"""What is no mistake in a site, and will not do what somebody may expect of it: ``check`` tells it beforehand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from edge_agent.config.broker.broker_settings import USUAL_PORTS, BrokerSettings
from edge_agent.config.fields.hours import OsmHours
from edge_agent.config.fields.spans_and_sizes import duration_text
from edge_agent.config.fields.values import Reading
from edge_agent.config.policy.policy_file import read_policy
from edge_agent.config.site.site_file import Stream
from edge_agent.core.site.frontages import Side
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
    yield from _half_of_the_garbage(loaded)
    yield from _waited_for(loaded)
    yield from _unsaid_streets(loaded)
    yield from _unheard(loaded)
    yield from _unknown_years(loaded, now)
    yield from _odd_connections(loaded)


def _unasked(loaded: LoadedSite) -> Iterator[str]:
    """Kinds of the site's own policy that no zone is watched for."""
    shipped, _ = read_policy(None, Reading(folder=Path(), timezone=ZoneInfo("UTC"), environ={}))
    known = frozenset(shipped.kinds) if shipped is not None else frozenset()
    kinds = {each.kind for each in loaded.zone_kinds}
    for name in loaded.site.policy.kinds:
        if name not in known and name not in kinds:
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


def _odd_connections(loaded: LoadedSite) -> Iterator[str]:
    """TLS where there usually is none, and what holds for streams only."""
    broker = loaded.broker
    if isinstance(broker, BrokerSettings) and broker.tls is not None and broker.port == USUAL_PORTS[False, False]:
        yield f"broker: tls on port {broker.port}, where brokers usually speak none; with TLS most listen on 8883"
    for name, camera in loaded.cameras.items():
        urls = [each.url for each in (camera.source, camera.main) if isinstance(each, Stream)]
        secure = any(url.missing or url.reveal().startswith("rtsps://") for url in urls)
        if camera.tls is not None and not secure:
            yield f"camera {name}: tls has no meaning for a source that does not begin with rtsps://"

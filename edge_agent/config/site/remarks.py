"""What is no mistake in a site, and will not do what somebody may expect of it: ``check`` tells it beforehand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from edge_agent.config.fields.spans_and_sizes import duration_text
from edge_agent.config.fields.values import Reading
from edge_agent.config.site.broker_settings import USUAL_PORTS, BrokerSettings
from edge_agent.config.site.policy_file import read_policy
from edge_agent.config.site.site_file import Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.config.site.loading import LoadedSite


def remarks(loaded: LoadedSite) -> Iterator[str]:
    """A sentence for each such thing."""
    yield from _unasked(loaded)
    yield from _begun_anew(loaded)
    yield from _odd_connections(loaded)


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

"""Delivery in a live agent: its troubles are health like any other, and shown while they last."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from edge_agent import __version__
from edge_agent.app.evidence.sealing import signer_of
from edge_agent.app.feed.delivery import Delivery
from edge_agent.app.feed.home_assistant import discovery
from edge_agent.app.feed.messages import agent_health
from edge_agent.app.feed.standing import StandingMessages
from edge_agent.app.health.degraded import AgentPart, Degraded
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.wire.standing_data import EvidenceKey
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.ports import Measure

if TYPE_CHECKING:
    from edge_agent.adapters.clock import SteadyClock
    from edge_agent.adapters.metrics import PrometheusMetrics
    from edge_agent.adapters.mqtt import MqttPublisher
    from edge_agent.adapters.store.sqlite import SqliteStore
    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.site.site import Site
    from edge_agent.ports import Metrics


_log = logging.getLogger(__name__)


def show(metrics: Metrics, part: AgentPart, missing: bool) -> None:  # noqa: FBT001 - as it is called
    """Measure whether a part is missing."""
    metrics.level(Measure.DEGRADED, missing, part=part)


def standing_of(loaded: LoadedSite, store: SqliteStore) -> StandingMessages:
    """What the broker keeps of a box; without a key where its own cannot be had, which sealing says too."""
    key = None
    try:
        signer = signer_of(loaded.state)
        key = EvidenceKey(algorithm=signer.algorithm, id=signer.key, pem=signer.public.read_text())
    except (OutsideError, BadInputError, OSError) as error:
        _log.warning("nobody is told the public key of this box: %s", error)
    return StandingMessages(
        site=loaded.site,
        book=store.open,
        software=__version__,
        timezone=loaded.timezone.key,
        key=key,
        also=partial(discovered, loaded),
    )


def discovered(loaded: LoadedSite, site: Site) -> dict[str, bytes]:
    """What Home Assistant is told of a site, by topic; nothing where nobody has asked for it."""
    if loaded.home_assistant is None:
        return {}
    prefix = loaded.broker.topic_prefix if isinstance(loaded.broker, BrokerSettings) else None
    return discovery(site, loaded.home_assistant, topic_prefix=prefix, software=__version__)


def delivery_of(
    loaded: LoadedSite,
    store: SqliteStore,
    publisher: MqttPublisher,
    metrics: PrometheusMetrics,
    *,
    clock: SteadyClock,
    degraded: Degraded,
) -> tuple[Delivery, StandingMessages]:
    """Delivery from the store to the publisher, and what the broker keeps of the box.

    What delivery says of itself is queued like everything else.
    """
    site = loaded.site

    def tell(state: str, reason: str) -> None:
        now = clock.now()
        store.queue((agent_health(site, now, state, reason),), now)

    without = partial(degraded.without, AgentPart.BROKER)
    delivery = Delivery(store, publisher, salt=site.agent, metrics=metrics, tell=tell, without=without)
    delivery.standing = standing = standing_of(loaded, store)
    return delivery, standing

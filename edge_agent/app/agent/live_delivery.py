"""Delivery in a live agent: its troubles are health like any other, and shown while they last."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from edge_agent.app.feed.delivery import Delivery
from edge_agent.app.feed.messages import agent_health
from edge_agent.app.health.degraded import Degraded, Part
from edge_agent.ports import Measure

if TYPE_CHECKING:
    from edge_agent.adapters.clock import SteadyClock
    from edge_agent.adapters.metrics import PrometheusMetrics
    from edge_agent.adapters.mqtt import MqttPublisher
    from edge_agent.adapters.store.sqlite import SqliteStore
    from edge_agent.core.site.site import Site
    from edge_agent.ports import Metrics


def show(metrics: Metrics, part: Part, missing: bool) -> None:  # noqa: FBT001 - as it is called
    """Measure whether a part is missing."""
    metrics.level(Measure.DEGRADED, missing, part=part)


def delivery_of(
    site: Site,
    store: SqliteStore,
    publisher: MqttPublisher,
    metrics: PrometheusMetrics,
    *,
    clock: SteadyClock,
    degraded: Degraded,
) -> Delivery:
    """Delivery from the store to the publisher; what is to be said of itself is queued like everything else."""

    def tell(state: str, reason: str) -> None:
        now = clock.now()
        store.queue((agent_health(site, now, state, reason),), now)

    without = partial(degraded.without, Part.BROKER)
    return Delivery(store, publisher, salt=site.agent, metrics=metrics, tell=tell, without=without)

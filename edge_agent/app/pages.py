"""The pages that a live agent serves to whoever looks after the box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.metrics import CONTENT_TYPE
from edge_agent.adapters.monitoring import Page
from edge_agent.app.tallies import json_text, sections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from zoneinfo import ZoneInfo

    from edge_agent.adapters.metrics import PrometheusMetrics
    from edge_agent.app.degraded import Degraded
    from edge_agent.app.watchdog import Watchdog
    from edge_agent.core.outcomes import Outcome

HEALTH: Final = "/healthz"
DEGRADED: Final = "degraded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What they are made of; ``outcomes`` are those that the statistics count."""

    metrics: PrometheusMetrics
    watchdog: Watchdog
    degraded: Degraded
    outcomes: Callable[[], Iterable[Outcome]]
    timezone: ZoneInfo

    def by_path(self) -> Mapping[str, Callable[[], Page]]:
        """Each page by its path."""
        return {"/metrics": self._metrics, HEALTH: self._health, "/stats": self._stats}

    def _metrics(self) -> Page:
        return Page(body=self.metrics.text(), type=CONTENT_TYPE)

    def _health(self) -> Page:
        """Not well is what a restart mends; what is missing outside is said, and no reason for one."""
        trouble, missing = self.watchdog.trouble(), self.degraded.sentence()
        said = trouble or (f"{DEGRADED}: {missing}" if missing else "ok")
        return Page(body=f"{said}\n".encode(), ok=not trouble)

    def _stats(self) -> Page:
        return Page(body=json_text(sections(self.outcomes(), self.timezone)).encode(), type="application/json")

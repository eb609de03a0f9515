"""The pages that a live agent serves to whoever looks after the box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.metrics import CONTENT_TYPE
from edge_agent.app.feed.statistics import json_text, sections
from edge_agent.app.health.instructions import in_words
from edge_agent.core.printable import printable
from edge_agent.web.monitoring import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from zoneinfo import ZoneInfo

    from edge_agent.adapters.metrics import PrometheusMetrics
    from edge_agent.app.agent.threads import Watchdog
    from edge_agent.app.health.degraded import Degraded
    from edge_agent.core.score.outcomes import IncidentOutcome
    from edge_agent.core.site.overrides import InForce

HEALTH: Final = "/healthz"
DEGRADED: Final = "degraded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What they are made of: ``outcomes`` for the statistics, the centre's ``instructions`` in force.

    ``unseen`` says which cameras have not been seen since the start.
    """

    metrics: PrometheusMetrics
    watchdog: Watchdog
    degraded: Degraded
    instructions: Callable[[], tuple[InForce, ...]]
    outcomes: Callable[[], Iterable[IncidentOutcome]]
    timezone: ZoneInfo
    unseen: Callable[[], str]

    def by_path(self) -> Mapping[str, Callable[[], Page]]:
        """Each page by its path."""
        return {"/metrics": self._metrics, HEALTH: self._health, "/stats": self._stats}

    def _metrics(self) -> Page:
        return Page(body=self.metrics.text(), type=CONTENT_TYPE)

    def _health(self) -> Page:
        """Not well is what a restart mends; what is missing outside is said, and no reason for one."""
        trouble = self.watchdog.trouble()
        missing = "; ".join(filter(None, (self.degraded.sentence(), self.unseen())))
        state = trouble or (f"{DEGRADED}: {missing}" if missing else "ok")
        lines = "\n".join((state, *map(in_words, self.instructions()), ""))
        return Page(body=printable(lines).encode(), ok=not trouble)

    def _stats(self) -> Page:
        text = json_text(sections(self.outcomes(), self.timezone), self.instructions())
        return Page(body=text.encode(), type="application/json")

"""Instructions that stand: the silences and permits of the centre, shown wherever somebody looks after a box.

In the log when they are given, in health whenever there are others than before, in the metrics, on ``/healthz`` and in
the statistics. Those that were stored before there was a longest term stay, and are shown too.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from edge_agent.config.wire.events import instant_text
from edge_agent.ports import Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from edge_agent.core.effects import Receipt
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.overrides import InForce
    from edge_agent.ports import Metrics

STATE: Final = "instructions_stand"  # as health says it
_log = logging.getLogger(__name__)


def log_receipt(receipt: Receipt) -> None:
    """Say in the log what became of a command, and who gave it."""
    zone = f" zone {receipt.zone}" if receipt.zone else ""
    until = f" until {instant_text(receipt.until)}" if receipt.until is not None else ""
    reason = f" ({receipt.reason})" if receipt.reason else ""
    _log.info(
        "command %s%s%s by %s: %s%s", receipt.verb, zone, until, receipt.by or "nobody named", receipt.outcome, reason
    )


def in_words(each: InForce) -> str:
    """One instruction in words: what, where, until when, by whom."""
    what = f"permit {each.permit} in" if each.permit is not None else "silence of"
    return f"{what} zone {each.zone} until {instant_text(each.until)} by {each.by or 'nobody named'}"


def plain_instructions(standing: Iterable[InForce]) -> list[dict[str, object]]:
    """The same for JSON."""
    return [
        {
            "verb": each.verb,
            "zone": each.zone,
            "until": instant_text(each.until),
            "by": each.by or None,
            "permit": each.permit,
        }
        for each in standing
    ]


class Instructions:
    """Looks every so often which instructions stand; ``tell`` gets a state of health and its reason."""

    def __init__(
        self,
        cameras: Iterable[str],
        load: Callable[[str], World | None],
        metrics: Metrics,
        tell: Callable[[str, str], None],
    ) -> None:
        self._cameras = tuple(cameras)
        self._load = load
        self._metrics = metrics
        self._tell = tell
        self.in_force: tuple[InForce, ...] = ()

    def look(self, now: datetime) -> None:
        """Show those that stand at ``now``; raises OutsideError where the store cannot be read."""
        worlds = (self._load(camera) for camera in self._cameras)
        in_force = tuple(each for world in worlds if world is not None for each in world.standing.in_force(now))
        before, self.in_force = self.in_force, in_force
        if in_force == before:
            return
        for each in before:
            self._metrics.level(Measure.STANDING, 0, **_labels(each))
        for each in in_force:
            self._metrics.level(Measure.STANDING, each.until.timestamp(), **_labels(each))
        if in_force:
            self._tell(STATE, "; ".join(map(in_words, in_force)))
        else:
            self._tell("ok", "no instruction stands any more")


def _labels(each: InForce) -> Mapping[str, str]:
    return {"verb": each.verb, "zone": each.zone, "permit": each.permit or "", "by": each.by}

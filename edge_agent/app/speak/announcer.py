"""The announcer: has a warning said by the first speaker of its zone's route that can, and says which it was.

::

    Speak ─▶ route of its zone: gate ──failed, or not free in time──▶ square ──failed──▶ failed, with all reasons
                                 └ played, or may have been ────────────┴─▶ answered, by whom

A speaker that failed has been tried twice by then (``speaker_queue.py``). What may have been heard is not said again by
another: the ladder asks in its own time. After the last one the ladder asks again, as it does of any failed warning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from edge_agent.core.events import Result
from edge_agent.core.site.policy import Rule, quiet_at
from edge_agent.core.site.quiet_hours import Quiet
from edge_agent.ports import SpeakerAnswer

if TYPE_CHECKING:
    from edge_agent.app.speak.speaker_queue import SpeakerQueue
    from edge_agent.core.effects import Speak
    from edge_agent.core.site.site import Site
    from edge_agent.core.site.zones import Stations, Zone
    from edge_agent.ports import Answered

SAY: Final = "say"  # the kind of what the centre has said: a person decided it, at whatever hour


def quietness(site: Callable[[], Site]) -> Callable[[Speak, datetime], Quiet | None]:
    """How it is quiet for a request at an instant, by the site as it is then."""

    def quiet(request: Speak, at: datetime) -> Quiet | None:
        zone = _zone(site(), request.zone)
        if zone is None or request.kind == SAY:
            return None
        return quiet_at(zone.rules.get(request.kind) or Rule(), site().exams, zone.id, at)

    return quiet


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerAnnouncer:
    """The speakers of a site, and the ways to them; ``site`` is the one that is judged by now."""

    queues: Mapping[str, SpeakerQueue]
    stations: Stations
    site: Callable[[], Site]
    quiet: Callable[[Speak, datetime], Quiet | None]

    def ask(self, request: Speak, answered: Answered) -> None:
        """Have it said; ``answered`` is called once, from any thread, with what became of it."""
        self._try(request, self._route(request, request.at), answered, ())

    def recall(self, request: Speak) -> SpeakerAnswer:
        """What became of a request asked before a power cut: what any speaker had begun with counts."""
        for queue in self.queues.values():
            recalled = queue.recall(request)
            if recalled is not None and recalled.result is not Result.FAILED:
                return recalled
        return SpeakerAnswer(result=Result.FAILED, reason="not played")

    def turn(self) -> datetime | None:
        """Let every speaker do what is due now; returns when to do it again. Instead of a thread for each."""
        while True:
            instants = [until for queue in self.queues.values() if (until := queue.turn()) is not None]
            if not any(queue.called for queue in self.queues.values()):  # by one that could not serve a request
                return min(instants, default=None)

    def close(self) -> None:
        """End after the messages being said."""
        for queue in self.queues.values():
            queue.close()

    def release(self) -> None:
        """Give back what the outlets hold; once their threads have ended."""
        for queue in self.queues.values():
            queue.release()

    def _route(self, request: Speak, at: datetime) -> tuple[str, ...]:
        light = self.quiet(request, at) is Quiet.LIGHT
        return self.stations.route(_zone(self.site(), request.zone), light=light)

    def _try(self, request: Speak, route: tuple[str, ...], answered: Answered, reasons: tuple[str, ...]) -> None:
        """Ask the first of the route; the others, in order, where it fails."""
        if not route:
            answered(
                request, SpeakerAnswer(result=Result.FAILED, reason="; ".join(reasons) or "no speaker for this zone")
            )
            return
        name, *rest = route

        def heard(answer: SpeakerAnswer) -> None:
            if answer.result is Result.FAILED:
                self._try(request, tuple(rest), answered, (*reasons, f"{name}: {answer.reason}"))
            else:
                answered(request, answer)

        self.queues[name].ask(request, heard)


def lit_beside(queues: Mapping[str, SpeakerQueue], lamp: str | None) -> Callable[[Speak], None]:
    """Has a lamp lit while a speaker says something; what becomes of that counts for nothing but the lamp's health."""

    def light(request: Speak) -> None:
        if lamp is not None:
            queues[lamp].ask(replace(request, id=f"{request.id}-{lamp}"), lambda _: None)

    return light


def _zone(site: Site, name: str) -> Zone | None:
    return next((zone for zone in site.zones if zone.id == name), None)

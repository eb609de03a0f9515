"""Saying one warning now, as the agent would: its words, its sounds, how it is quiet, which way it would take.

For the person who sets up a site: nothing is remembered of it, no incident follows from it, and the gap and the hourly
cap of a speaker, which belong to the agent, are not asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from edge_agent.adapters.broker import HOST
from edge_agent.app.speak.announcements import announced
from edge_agent.app.speak.outlets import OutletFactory
from edge_agent.config.broker.broker_settings import BrokerSettings, EmbeddedBrokerSettings
from edge_agent.config.site.speaker_routes import stations_of
from edge_agent.config.speaker.speakers import RelaySpeaker
from edge_agent.core.effects import Speak
from edge_agent.core.errors import BadInputError
from edge_agent.core.site.policy import quiet_at
from edge_agent.core.site.quiet_hours import Quiet
from edge_agent.core.speak.messages import warning_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.site.zones import Zone
    from edge_agent.ports import Clock, Sound, SpeakerAnswer

_T = TypeVar("_T")
SAY: Final = "say"
EXPIRY: Final = timedelta(minutes=5)  # a person waits for it


@dataclass(frozen=True, slots=True, kw_only=True)
class SayRequest:
    """Which warning: ``kind`` and ``shop`` may be left out where the zone has only one; ``speaker`` is tried alone."""

    zone: str
    n: int
    kind: str | None = None
    shop: str | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What is to be said, how it is quiet in its zone, and the speakers in the order in which they are tried."""

    request: Speak
    quiet: Quiet | None
    route: tuple[str, ...]


def saying(pending: SayRequest, loaded: LoadedSite, at: datetime) -> Saying:
    """Work out what the agent would say at ``at``.

    Raises:
        BadInputError: The site has no such zone, kind, warning, shop or speaker.
    """
    zone = _known("zone", pending.zone, {each.id: each for each in loaded.site.zones})
    kind = _only("kind", pending.kind, {each: each for each in zone.rules}, zone)
    rule = zone.rules[kind]
    if not 1 <= pending.n <= rule.warnings:
        raise BadInputError(f"--warning {pending.n}: expected 1 to {rule.warnings}, as {kind} has in zone {zone.id}")
    shops = {each.id: each.id for each in zone.shops}
    shop = _only("shop", pending.shop, shops, zone) if pending.shop is not None or len(shops) == 1 else None
    text = warning_text(loaded.site.policy.kinds[kind], zone, rule, n=pending.n, shop=shop, at=at)
    ident = f"{SAY}-{at:%Y%m%dT%H%M%S}"
    request = Speak(
        id=ident,
        at=at,
        incident=ident,
        zone=zone.id,
        kind=kind,
        n=pending.n,
        attempt=1,
        expires_at=at + EXPIRY,
        text=text,
    )
    quiet = quiet_at(rule, loaded.site.exams, zone.id, at)
    return Saying(request=request, quiet=quiet, route=_route(pending, zone, loaded, quiet))


def play(
    announced_text: Saying, name: str, sounds: Mapping[str, Sound], loaded: LoadedSite, clock: Clock
) -> SpeakerAnswer:
    """Have one speaker of the route say it; returns when it has been said, or has failed."""
    settings, now = loaded.speakers[name], clock.now()
    volume = settings.limits.loud(now, softer=announced_text.quiet is Quiet.SOFTER)
    outlet = _workshop(loaded, name, clock).outlet(settings)
    try:
        return outlet.play(announced((announced_text.request,), (sounds,), at=now, volume=volume))
    finally:
        outlet.close()


def _route(request: SayRequest, zone: Zone, loaded: LoadedSite, quiet: Quiet | None) -> tuple[str, ...]:
    if request.speaker is not None:
        return (_known("speaker", request.speaker, {name: name for name in loaded.speakers}),)
    return stations_of(loaded.speakers).route(zone, light=quiet is Quiet.LIGHT)


def _workshop(loaded: LoadedSite, name: str, clock: Clock) -> OutletFactory:
    settings = loaded.speakers[name]
    broker = loaded.broker
    if isinstance(broker, EmbeddedBrokerSettings):
        if isinstance(settings, RelaySpeaker) and settings.topic is not None:
            raise BadInputError(f"speaker {name}: the embedded broker that it listens to is the running agent's alone")
        broker = BrokerSettings(host=HOST)
    return OutletFactory(clock=clock, broker=broker, name=f"{loaded.site.agent}-{SAY}")


def _known(what: str, name: str, known: Mapping[str, _T]) -> _T:
    if name not in known:
        raise BadInputError(f"--{what} {name}: found no such {what}, expected one of: {', '.join(known)}")
    return known[name]


def _only(what: str, name: str | None, known: Mapping[str, str], zone: Zone) -> str:
    """The one that is named, or the only one there is."""
    if name is not None:
        return _known(what, name, known)
    if len(known) != 1:
        raise BadInputError(f"--{what}: expected one of {', '.join(known)}, for zone {zone.id} has several")
    return next(iter(known.values()))

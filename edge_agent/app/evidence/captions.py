"""Captions: what is written below the picture of a stage, so that it says by itself where, when and what."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from edge_agent.core.effects import PublishIncident
from edge_agent.ports import Caption

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, tzinfo

    from edge_agent.app.feed.messages import ClockMark
    from edge_agent.core.effects import Effect, SaveSnapshot
    from edge_agent.core.feed.incidents import IncidentEvent
    from edge_agent.core.site.site import Site


def caption_of(
    request: SaveSnapshot, shown: datetime, effects: Iterable[Effect], site: Site, clock: ClockMark | None
) -> Caption | None:
    """The caption of a picture that was taken at ``shown``; None where no event of ``effects`` belongs to it."""
    events = (each.event for each in effects if isinstance(each, PublishIncident))
    event = next((each for each in events if each.incident == request.incident), None)
    return None if event is None else _caption(event, request, shown, site, clock)


def _caption(
    event: IncidentEvent, request: SaveSnapshot, shown: datetime, site: Site, clock: ClockMark | None
) -> Caption:
    zone = next((each for each in site.zones if (each.camera, each.id) == (event.camera, event.zone)), None)
    kind = site.policy.kinds.get(event.kind)
    place = (*_words({} if zone is None else zone.name, event.zone), *_given(None if zone is None else zone.address))
    return Caption(
        zone=None if zone is None else zone.polygon,
        lines=(
            (*place, *_camera(site, event.camera), f"{site.agent} / {event.camera}"),
            (_time(shown, None if zone is None else zone.timezone), _quality(clock)),
            (*_words({} if kind is None else kind.title, event.kind), request.stage, request.incident),
        ),
    )


def _words(by_language: Mapping[str, str], ident: str) -> tuple[str, ...]:
    """Chinese first, for it is read there; an id where nobody has given it a name."""
    names = [by_language[language] for language in sorted(by_language, reverse=True)]
    return tuple(dict.fromkeys(names)) or (ident,)


def _camera(site: Site, camera: str) -> tuple[str, ...]:
    """What the camera is called, if it has a name."""
    card = site.cameras.get(camera)
    return () if card is None or not card.name else _words(card.name, camera)


def _given(text: str | None) -> tuple[str, ...]:
    return () if text is None else (text,)


def _time(at: datetime, zone: tzinfo | None) -> str:
    text = at.astimezone(zone or UTC).isoformat(sep=" ", timespec="milliseconds")
    return f"{text[:-6]} UTC{text[-6:]}"


def _quality(clock: ClockMark | None) -> str:
    """How far the time can be trusted; a recording's is what its file says."""
    if clock is None or clock.synchronised is None:
        quality = "时钟未知 clock not known"
    elif clock.synchronised:
        quality = "时钟已校准 clock synchronised"
    else:
        quality = "时钟未校准 clock not synchronised"
    off = 0.0 if clock is None else clock.offset.total_seconds()
    return f"{quality}, {off:+.1f} s" if abs(off) >= 1 else quality

"""The way back: what a live agent needs to hear commands, to do them and to answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from edge_agent.adapters.mqtt.commands import CommandListener
from edge_agent.app.commands import Desk, Hands
from edge_agent.app.degraded import Part
from edge_agent.app.errands import Errands
from edge_agent.app.feed import command_topics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.app.live_camera import LiveCamera
    from edge_agent.app.live_parts import Around
    from edge_agent.app.upkeep import Upkeep
    from edge_agent.config.commands import Given
    from edge_agent.ports import Announcer


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """The desk, and who listens for it; each has a thread."""

    desk: Desk
    listener: CommandListener


def way_back(
    around: Around, cameras: Mapping[str, LiveCamera], announcer: Announcer, upkeep: Upkeep, *, model: str
) -> WayBack:
    """Put it together; commands are listened for under the agent's id with ``-commands`` behind it."""
    started = around.plan.loaded.site

    def tell(camera: str, given: Given) -> None:
        if camera in cameras:  # the store may remember one that is no longer watched: the command then expires
            cameras[camera].command(given)

    errands = Errands(
        site=upkeep.reload.site,
        cameras={name: camera.shown for name, camera in cameras.items()},
        announcer=announcer,
        clock=around.clock,
        evidence=around.plan.loaded.state / "evidence",
        model=model,
        reload=upkeep.adopt,
    )
    hands = Hands(camera=tell, errand=errands.do, wake=around.wake)
    desk = Desk(upkeep.reload.site, around.store.commands, around.clock, around.metrics, hands)
    listener = CommandListener(
        broker=around.plan.broker,
        topics=command_topics(started),
        client_id=f"{started.agent}-commands",
        heard=desk.hear,
        without=partial(around.degraded.without, Part.COMMANDS),
    )
    return WayBack(desk=desk, listener=listener)

"""Is the box fit: its clock, its disk, what it remembers, and the agent that may be running on it?"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.state_folder import DATABASE, StateFolder, standing, write_time
from edge_agent.adapters.store.history import inspect
from edge_agent.app.agent.pages import DEGRADED, HEALTH
from edge_agent.app.doctor.findings import Finding, doubtful, ill, well
from edge_agent.config.fields.spans_and_sizes import size_text
from edge_agent.config.site.site_file import Stream
from edge_agent.web.monitoring import fetched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.ports import Chronometer

BEHIND: Final = timedelta(minutes=1)
SLOW: Final = timedelta(milliseconds=200)  # a look waits for it
MANY: Final = 1000  # messages
SET_TIME: Final = "let systemd-timesyncd or chrony keep the time (timedatectl set-ntp true), or set it by hand"


def clock(chronometer: Chronometer, last: Iterable[datetime]) -> Iterator[Finding]:
    """Whether something keeps the system's clock right, and whether it is behind what was recorded already."""
    now = chronometer.now() + chronometer.offset()
    behind = max((at - now for at in last), default=timedelta(0))
    seconds = max(0.0, behind.total_seconds())
    if behind > BEHIND:
        yield ill("clock", f"the system clock is {seconds:.0f} s behind the latest record", SET_TIME, behind_s=seconds)
        return
    match chronometer.synchronised():
        case True:
            yield well("clock", f"synchronised, {now:%Y-%m-%d %H:%M:%S} UTC")
        case False:
            yield doubtful("clock", f"nothing keeps it right; it says {now:%Y-%m-%d %H:%M:%S} UTC", SET_TIME)
        case None:
            text = f"the kernel does not say whether it is synchronised; it says {now:%Y-%m-%d %H:%M:%S} UTC"
            yield doubtful("clock", text, "compare it with a clock you trust")


def disk(loaded: LoadedSite, chronometer: Chronometer) -> Iterator[Finding]:
    """Whether there is room, and how long a write takes to be safe."""
    taken = write_time(loaded.state, chronometer)
    room, wanted = StateFolder(standing(loaded.state), {}).room(), loaded.storage.keep_free
    figures = {"free_bytes": float(room.free), "write_s": taken.total_seconds()}
    text = f"{size_text(room.free)} free, a write is safe after {taken.total_seconds() * 1000:.1f} ms"
    if room.free < wanted:
        todo = f"free some: the site wants {size_text(wanted)} (storage.keep_free), else evidence goes before its time"
        yield doubtful("disk", text, todo, **figures)
    elif taken > SLOW:
        yield doubtful("disk", text, "give the state folder a faster disk: looks wait for it", **figures)
    else:
        yield well("disk", text, **figures)


def remembered(loaded: LoadedSite) -> dict[str, datetime]:
    """When each camera on the network was last recorded; of recordings the time is not the box's."""
    path = loaded.state / DATABASE
    if not path.exists():
        return {}
    live = {camera for camera, settings in loaded.cameras.items() if isinstance(settings.source, Stream)}
    return {camera: at for camera, at in inspect(path).last.items() if camera in live}


def state(loaded: LoadedSite) -> Iterator[Finding]:
    """Whether the database is whole, and how much waits in it."""
    path = loaded.state / DATABASE
    if not path.exists():
        yield well("state", f"nothing in {loaded.state} yet")
        return
    if not os.access(path, os.W_OK):
        yield ill("state", f"{path} may not be written", "run as the user to whom the state folder belongs")
        return
    inspected = inspect(path)
    waits = inspected.backlog
    figures = {"messages": waits.messages, "warnings": waits.warnings, "work_orders": waits.work_orders}
    text = f"whole; {waits.messages} messages and {waits.warnings} warnings wait, {waits.work_orders} open work orders"
    if inspected.damage:
        text = f"{path} is damaged: {inspected.damage[0]}"
        yield ill("state", text, "stop the agent, move it away, and restore a backup or start anew")
    elif waits.messages > MANY:
        yield doubtful("state", text, "look at the broker: messages pile up", **figures)
    else:
        yield well("state", text, **figures)


def agent(loaded: LoadedSite) -> Iterator[Finding]:
    """Whether an agent runs here, and what it says of itself."""
    where = loaded.monitoring
    answer = fetched(where.host, where.port, HEALTH) if where.port else None
    if answer is None:
        yield well("agent", f"none answers on {where.host}:{where.port}")
        return
    text = answer.body.decode("utf-8", "replace").strip()
    if answer.ok and text.startswith(DEGRADED):
        yield doubtful(
            "agent", f"runs, {text}", "the street is watched; mend what is missing, it is tried again for ever"
        )
    elif answer.ok:
        yield well("agent", f"runs: {text}")
    else:
        yield ill("agent", f"is stuck: {text}", "look at its log (journalctl -u edge-agent); systemd restarts it")

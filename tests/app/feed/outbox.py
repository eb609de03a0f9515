"""An outbox with messages in it, such as ``i1-3``: the third of incident i1."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from edge_agent.core.events import Tick
from edge_agent.core.incident.world import World
from edge_agent.ports import Message

if TYPE_CHECKING:
    from edge_agent.adapters.store import SqliteStore
    from tests.app.feed.publishers import ScriptedPublisher

AT: Final = datetime(2026, 11, 1, 8, tzinfo=UTC)


def queue(store: SqliteStore, *names: str) -> None:
    """Queue messages such as ``i1-3``: the third of incident i1."""
    messages = tuple(
        Message(id=name, key=name.partition("-")[0], topic=f"t/{name}", payload=name.encode()) for name in names
    )
    store.commit(World(camera="c1", at=AT), (Tick(AT),), (), messages)


def heard(publisher: ScriptedPublisher) -> list[str]:
    """The names of what the broker took, in order."""
    return [payload.decode() for _topic, payload in publisher.taken]

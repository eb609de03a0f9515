"""What a store has been given to tell, delivered or not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from edge_agent.adapters.store.database import BUSY_SECONDS, translated

if TYPE_CHECKING:
    from pathlib import Path


def told(path: Path) -> tuple[bytes, ...]:
    """The payload of every message that is or was in the outbox, in its order.

    Raises:
        OutsideError: The store cannot be opened or read.
    """
    address = f"{path.absolute().as_uri()}?mode=ro"
    with translated(path), closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as reader:
        return tuple(bytes(payload) for (payload,) in reader.execute("SELECT payload FROM outbox ORDER BY position"))

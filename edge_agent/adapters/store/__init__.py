"""What a box remembers across a power cut, in SQLite."""

from edge_agent.adapters.store.sqlite import SqliteStore

__all__ = ["SqliteStore"]

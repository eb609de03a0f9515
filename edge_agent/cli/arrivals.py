"""What a receiver makes of a feed that is delivered at least once: one of each event, in order, and gaps are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

REMEMBERED: Final = 100_000  # events, and incidents: what comes again comes sooner than that

Message = dict[str, Any]
Value = TypeVar("Value")


@dataclass(slots=True)
class Arrivals:
    """Takes messages as they come; ``gaps`` are sentences about what is missing, for the caller to tell and clear.

    One that comes before its turn is kept until those before it have come, or until `late` says that nobody waits any
    longer. The first that is heard of an incident begins it: who comes late has missed nothing that could be told.
    """

    gaps: list[str] = field(default_factory=list)
    _known: dict[tuple[str, str], None] = field(default_factory=dict)
    _next: dict[tuple[str, str], int] = field(default_factory=dict)
    _early: dict[tuple[str, str], dict[int, Message]] = field(default_factory=dict)

    def take(self, message: Message) -> list[Message]:
        """What may be told now that ``message`` is there."""
        known = (str(message.get("source", "")), str(message["id"]))
        if known in self._known:
            return []
        _remember(self._known, known, None)
        data = message["data"]
        if not isinstance(data.get("seq"), int) or "incident" not in data:
            return [message]
        incident, seq = (known[0], str(data["incident"])), data["seq"]
        if seq > self._next.get(incident, seq):
            self._early.setdefault(incident, {})[seq] = message
            return []
        return [message, *self._following(incident, max(seq + 1, self._next.get(incident, 0)))]

    def late(self) -> list[Message]:
        """What came before its turn, in order: what is missing will not come."""
        told = []
        for incident, early in tuple(self._early.items()):
            seq, due = min(early), self._next[incident]
            missing = str(due) if seq == due + 1 else f"{due} to {seq - 1}"
            self.gaps.append(f"incident {incident[1]}: event {missing} is missing")
            told += self._following(incident, seq)
        return told

    def _following(self, incident: tuple[str, str], seq: int) -> list[Message]:
        early, told = self._early.get(incident, {}), []
        while seq in early:
            told.append(early.pop(seq))
            seq += 1
        if not early:
            self._early.pop(incident, None)
        _remember(self._next, incident, seq)
        return told


def _remember(memory: dict[tuple[str, str], Value], key: tuple[str, str], value: Value) -> None:
    memory.pop(key, None)
    memory[key] = value
    if len(memory) > REMEMBERED:
        del memory[next(iter(memory))]

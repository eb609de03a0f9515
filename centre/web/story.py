"""The story of an incident: everything that happened to it, in the order in which it happened. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

SHOWN: Final = 200  # moments
OF_INCIDENTS: Final = ("n", "reason", "stage", "by", "note", "review_until", "work_order")
OF_ORDERS: Final = ("to", "reason", "note", "photo", "verified_by", "due")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line of the timeline. ``group`` and ``name`` are the key of its words."""

    at: datetime
    group: str
    name: str
    seq: int = 0
    detail: tuple[tuple[str, str], ...] = ()
    good: bool | None = None


def moments(messages: list[dict[str, Any]], commands: list[dict[str, Any]]) -> list[Moment]:
    """What the messages of an incident and its order, and the commands about it, come to; oldest first."""
    dated = [moment for message in messages if (moment := _of_message(message)) is not None]
    dated.extend(_of_command(each) for each in commands)
    return sorted(dated, key=lambda each: (each.at, each.seq))[-SHOWN:]


def _of_message(message: dict[str, Any]) -> Moment | None:
    group, _, event = str(message["type"]).partition(".")
    data = message["data"]
    at, seq = datetime.fromisoformat(message["time"]), int(data.get("seq", 0))
    match group:
        case "incident":
            return Moment(at=at, group="event", name=event, seq=seq, detail=_details(data, OF_INCIDENTS))
        case "work_order":
            status = str(data.get("status"))
            return Moment(at=at, group="status", name=status, seq=seq, detail=_details(data, OF_ORDERS))
        case "notify":
            return Moment(at=at, group="event", name="notify", seq=seq, detail=_details(data, ("role", "contact")))
        case "evidence":
            return Moment(at=at, group="event", name="stored")
        case _:
            return None


def _of_command(command: dict[str, Any]) -> Moment:
    detail = [("by", str(command["by"]))]
    if command["reason"]:
        detail.append(("reason", str(command["reason"])))
    outcome = command["outcome"]
    detail.append(("outcome", str(outcome or "waiting")))
    good = None if outcome is None else outcome in {"accepted", "already_done"}
    return Moment(at=command["issued"], group="verb", name=str(command["verb"]), detail=tuple(detail), good=good)


def _details(data: dict[str, Any], keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((key, str(data[key])) for key in keys if data.get(key) not in (None, ""))

"""Lines: each message of the feed as a person reads it, in the local time of its box."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from edge_agent.core.printable import printable_line

Told = Mapping[str, Any]  # a message, as on the feed


def feed_line(message: Told, zone: tzinfo) -> str:
    """One message on one line: when, whose it is, what happened.

    Raises:
        LookupError, TypeError, ValueError, AttributeError, OverflowError: It lacks what is shown of its type.
    """
    data = message["data"]
    kind, _, happened = str(message.get("type", data.get("type"))).partition(".")
    at = datetime.fromisoformat(data["at"]).astimezone(zone)
    match kind:
        case "incident":
            step = f"{happened} {data['n']}" if "n" in data else happened
            who, what = data.get("incident", "-"), f"{step:<10} {_texts(data)}"
        case "work_order":
            who, what = data["work_order"], _order(data)
        case "notify":
            who, what = data["incident"], f"notify {data['role']} {data['contact']}: {_texts(data)}"
        case "camera":
            who, what = data["camera"], f"health {data['state']}"
        case "agent":
            who, what = data["agent"], f"health {data['state']}{_because(data)}"
        case "command":
            who, what = data["command"], f"receipt {data['verb']}: {data['outcome']}{_because(data)}"
        case _:
            who, what = str(message["subject"]), f"{kind}.{happened}"
    return printable_line(f"{at:%Y-%m-%d %H:%M:%S %Z}  {who}  {what}")


def _order(data: Told) -> str:
    """Where a work order stands, of which incident, with whom and until when."""
    parts = [
        f"order {data['status']} of {data['incident']}",
        f"to {data['to']}" if "to" in data else "",
        f"due {data['due']}" if "due" in data else "",
        "late" if data["late"] else "",
    ]
    return f"{', '.join(part for part in parts if part)}{_because(data)}: {_texts(data)}"


def _because(data: Told) -> str:
    return f" ({data['reason']})" if data.get("reason") else ""


def _texts(data: Told) -> str:
    return f"{data['text']['en']} | {data['text']['zh-CN']}"

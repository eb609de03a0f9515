"""Writes the worked examples as files: a detection log and a site with its zone, for the command line to fold.

The lines are put together here by hand, after the documented format and not with the program's own writer, so that a
log of somebody else's making is what is read.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tests.golden.examples import Example, Row
from tests.street import START, at, moments

HEADER: Final = {
    "type": "header",
    "version": 1,
    "camera": "c1",
    "size": [1920, 1080],
    "model": "0" * 64,
    "started": "2026-11-01T08:00:00Z",
}
SITE: Final = """\
version: 1
agent: box-01
adcode: "320402"
timezone: UTC
model: street.onnx
cameras:
  c1: {source: street.mp4, zones: c1.yaml}
"""
ZONE: Final = """\
version: 1
camera: c1
zones:
  - id: z
    polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]
"""


def write_log(example: Example, per_second: float, folder: Path) -> Path:
    """The example as a camera of that rate would have logged it."""
    path = folder / f"{example.name}.detections.jsonl"
    lines = [HEADER, *_events(example, per_second)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def write_site(example: Example, folder: Path) -> Path:
    """A site with one zone over the whole picture, with the example's hours and permit."""
    hours = "" if example.hours_until is None else f"    hours: {_hours(example.hours_until)}\n"
    paper = "" if example.permit_until is None else _permit(example.permit_until)
    kinds = f"    kinds: {{{example.kind}: {{dwell: 60s}}}}\n"
    (folder / "c1.yaml").write_text(ZONE + kinds + hours + paper, encoding="utf-8")
    (folder / "site.yaml").write_text(SITE, encoding="utf-8")
    return folder / "site.yaml"


def rows_of_lines(lines: list[str]) -> tuple[Row, ...]:
    """The result lines of ``replay --json`` as rows."""
    events = [json.loads(line) for line in lines]
    incidents = list(dict.fromkeys(event["incident"] for event in events))
    return tuple(
        Row(
            what=event["type"].removeprefix("incident."),
            second=_second(event["at"]),
            n=event.get("n"),
            stage=event.get("stage"),
            end=_second(event["end"]) if "end" in event else None,
            reason=event.get("reason"),
            delivered=event.get("delivered"),
            incident=incidents.index(event["incident"]) + 1,
        )
        for event in events
    )


def _events(example: Example, per_second: float) -> list[dict[str, object]]:
    gap = example.lost or example.silent
    seconds = [s for s in moments(example.until, per_second) if gap is None or not gap[0] < s < gap[1]]
    lines = [(second, 1, _frame(example, second)) for second in seconds]
    if example.lost is not None:
        first, last = example.lost
        lines.append((first, 2, {"type": "lost", "at": _text(first), "reason": "no_connection"}))
        lines.append((last, 0, {"type": "back", "at": _text(last)}))
    return [line for _, _, line in sorted(lines, key=lambda each: each[:2])]


def _frame(example: Example, second: float) -> dict[str, object]:
    detections: list[dict[str, object]] = []
    for thing in example.things(second):
        box = thing.box
        event: dict[str, object] = {
            "label": thing.label,
            "score": thing.score,
            "box": [box.x0, box.y0, box.x1, box.y1],
        }
        if thing.appearance is not None:
            event["appearance"] = list(thing.appearance)
        detections.append(event)
    return {"type": "frame", "at": _text(second), "detections": detections}


def _text(second: float) -> str:
    return at(second).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _second(text: str) -> float:
    return (datetime.fromisoformat(text) - START).total_seconds()


def _hours(until: float) -> str:
    """Opening hours from midnight to a second of the story, which must be a whole minute."""
    return f'"00:00-{START + timedelta(seconds=until):%H:%M}"'


def _permit(until: float) -> str:
    return f"    permits:\n      - {{id: p1, holder: Li's fruit, hours: {_hours(until)}}}\n"

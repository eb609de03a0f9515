"""Replaying: what stands on a street, written as a detection log and folded by ``edge-agent replay``.

The files are put together by hand, after their documented formats, as somebody else's would be.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from typer.testing import CliRunner

from edge_agent.cli.commands import app
from tests.golden.detection_logs import HEADER, SITE
from tests.street import at, second_of

if TYPE_CHECKING:
    from tests.street import Things

ZONES: Final = "version: 1\ncamera: c1\nzones:\n"


def zone_of(
    ident: str, polygon: list[list[float]], kinds: str = "{illegal_parking: {dwell: 60s}}", more: str = ""
) -> str:
    """One zone as a file has it; ``more`` are further keys, a line each."""
    keys = "".join(f"    {line}\n" for line in more.splitlines())
    return f"  - id: {ident}\n    polygon: {polygon}\n    kinds: {kinds}\n{keys}"


def written(folder: Path, things: Things, zones: str, *, until: float, step: float = 1, policy: str = "") -> list[str]:
    """The arguments of a replay of ``things``, looked at every ``step`` seconds, in ``zones``."""
    (folder / "c1.yaml").write_text(ZONES + zones, encoding="utf-8")
    (folder / "site.yaml").write_text(SITE + ("policy: policy.yaml\n" if policy else ""), encoding="utf-8")
    if policy:
        (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    log = folder / "c1.detections.jsonl"
    frames = [_frame(things, n * step) for n in range(int(until / step) + 1)]
    log.write_text("".join(json.dumps(line) + "\n" for line in (HEADER, *frames)), encoding="utf-8")
    return ["--log", str(log), "--site", str(folder / "site.yaml")]


def replayed(arguments: list[str]) -> list[dict[str, object]]:
    """The events that a replay tells."""
    done = CliRunner().invoke(app, ["replay", *arguments, "--json"])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def story(events: list[dict[str, object]]) -> list[str]:
    """What happened, when and in which zone: ``opened@60[kerb]``."""
    return [f"{_what(event)}@{_second(event):g}[{event['zone']}]" for event in events]


def _what(event: dict[str, object]) -> str:
    return str(event["type"]).removeprefix("incident.") + str(event.get("n") or "")


def _second(event: dict[str, object]) -> float:
    return second_of(datetime.fromisoformat(str(event["at"])))


def _frame(things: Things, second: float) -> dict[str, object]:
    detections = []
    for thing in things(second):
        box = thing.box
        look = {} if thing.appearance is None else {"appearance": list(thing.appearance)}
        detections.append({"label": thing.label, "score": thing.score, "box": [box.x0, box.y0, box.x1, box.y1], **look})
    return {"type": "frame", "at": at(second).isoformat().replace("+00:00", "Z"), "detections": detections}

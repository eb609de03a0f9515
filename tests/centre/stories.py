"""Messages of a box as the contract has them: an incident from its opening to its order, and beyond."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import cv2
import numpy as np

START: Final = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
SOURCE: Final = "cityops/v1/320402/box-01"
NAME: Final = {"zh-CN": "校园路路边", "en": "the kerb of Campus Road"}


def picture(shade: int = 120, size: tuple[int, int] = (320, 240)) -> bytes:
    """A small JPEG."""
    image = np.full((size[1], size[0], 3), shade, np.uint8)
    cv2.rectangle(image, (60, 80), (260, 190), (60, 160, 240), 6)
    cv2.putText(image, "van", (90, 150), cv2.FONT_HERSHEY_SIMPLEX, 2, (255, 255, 255), 4)
    return bytes(cv2.imencode(".jpg", image)[1].tobytes())


def thumbnail(shade: int = 120) -> dict[str, Any]:
    """The same, as a message carries it."""
    return {
        "media_type": "image/jpeg",
        "width": 320,
        "height": 240,
        "data": base64.b64encode(picture(shade)).decode(),
    }


def evidence(digit: str) -> dict[str, Any]:
    """A file that a message names."""
    return {"role": "annotated", "media_type": "image/jpeg", "bytes": 9, "sha256": digit * 64, "redacted": False}


@dataclass(slots=True)
class Street:
    """Makes the messages of one incident, each with the next number. ``minutes`` is the time since ``START``."""

    incident: str = "inc-1"
    source: str = SOURCE
    kind: str = "illegal_parking"
    zone: str = "kerb"
    more: dict[str, Any] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def order(self) -> str:
        """The id of its work order."""
        return f"wo-{self.incident}"

    def opened(self, minutes: float = 0, **more: object) -> dict[str, Any]:
        """The first message."""
        return self.event("opened", minutes, **more)

    def warned(self, n: int, minutes: float) -> dict[str, Any]:
        """A warning was played."""
        at = instant(minutes)
        self.warnings.append({"n": n, "asked": at, "result": "played", "answered": at, "reason": ""})
        return self.event("warned", minutes, n=n, delivered=n, warnings=list(self.warnings))

    def event(self, event: str, minutes: float, **more: object) -> dict[str, Any]:
        """Any event of the incident."""
        data = {
            "incident": self.incident,
            "opened": instant(0),
            "dwell_s": 60.0 + 60 * minutes,
            "unobservable_s": 0.0,
            "delivered": len(self.warnings),
            "box": [0.4, 0.4, 0.5, 0.5],
            "codes": {"GB/T 47678.5-2026": "09009"},
            "warnings": list(self.warnings),
            "recurred": 0,
            "responsible": "校园路街道综合执法队",
            "position": {"lonlat": [119.9742, 31.8106], "left_out_m": 0.1, "crs": "EPSG:4490"},
            "national": {"SXDM": "32040209009", "SXMC": "机动车乱停放", "SFWZ": "常州市天宁区校园路12号门前"},
        }
        return self._message(f"incident.{event}", self.incident, minutes, {**data, **self.more, **more})

    def ordered(self, status: str, minutes: float, **more: object) -> dict[str, Any]:
        """A work order was opened, or has changed."""
        event = "opened" if status == "opened" else "updated"
        data = {
            "work_order": self.order,
            "incident": self.incident,
            "opened": instant(15),
            "status": status,
            "why": "3 of 3 warnings delivered",
            "delivered": 3,
            "responsible": "校园路街道综合执法队",
            "due": instant(135),
            "late": False,
        }
        return self._message(f"work_order.{event}", self.order, minutes, {**data, **more})

    def ladder(self) -> list[dict[str, Any]]:
        """Three warnings, an order, accepted, handled, verified and closed by the camera."""
        return [
            self.opened(thumbnail=thumbnail(), evidence=[evidence("1"), evidence("2")]),
            *(self.warned(n, 5 * (n - 1)) for n in (1, 2, 3)),
            self.event(
                "escalated", 15, work_order=self.order, reason="unheeded", evidence=[evidence("2"), evidence("3")]
            ),
            self.ordered("opened", 15, thumbnail=thumbnail(40), evidence=[evidence("3")]),
            self.ordered("dispatched", 16, to="officer-1"),
            self.ordered("accepted", 17, to="officer-1"),
            self.ordered("handled", 27, to="officer-1"),
            self.event("resolved", 30, work_order=self.order, reason="left", stage="after_order", end=instant(29)),
            self.ordered("verified", 30, to="officer-1", verified_by="camera"),
            self.ordered("closed", 30, to="officer-1", verified_by="camera", closed=instant(30)),
        ]

    def stored(self, minutes: float) -> dict[str, Any]:
        """A file has arrived in the store."""
        at, files = instant(minutes), [evidence("2") | {"url": "https://store.example/2"}]
        data = {"id": f"{self.incident}-stored", "incident": self.incident, "at": at, "evidence": files}
        return envelope("evidence.stored", f"{self.incident}-evidence", at, data, source=self.source)

    def _message(self, kind: str, subject: str, minutes: float, data: dict[str, Any]) -> dict[str, Any]:
        seq = self.seqs[subject] = self.seqs.get(subject, 0) + 1
        at = instant(minutes)
        head = {"type": kind, "id": f"{subject}-{seq}", "seq": seq, "camera": "campus", "zone": self.zone}
        common = {"kind": self.kind, "at": at, "zone_name": NAME, "text": _text(kind)}
        return envelope(kind, subject, at, {**head, **common, **data}, source=self.source)


def envelope(kind: str, subject: str, at: str, data: dict[str, Any], source: str = SOURCE) -> dict[str, Any]:
    """A CloudEvent as a box sends it."""
    return {
        "specversion": "1.0",
        "id": data.get("id", f"{subject}-{at}"),
        "source": source,
        "type": kind,
        "subject": subject,
        "time": at,
        "datacontenttype": "application/json",
        "data": data,
    }


def receipt(command: str, verb: str, outcome: str, at: str, **more: object) -> dict[str, Any]:
    """The answer to a command."""
    data = {"id": f"receipt-{command}", "command": command, "at": at, "verb": verb, "outcome": outcome, **more}
    return envelope("command.receipt", command, at, data)


def topic_of(message: dict[str, Any]) -> str:
    """Where a box publishes it."""
    source, kind = message["source"], message["type"]
    what, _, event = kind.partition(".")
    match what:
        case "camera":
            return f"{source}/cam/{message['subject']}/health"
        case "agent":
            return f"{source}/health"
        case "command":
            return f"{source}/receipt/{message['subject']}"
        case _:
            return f"{source}/{what}/{message['data'].get('kind', 'any')}/{event}"


def payload_of(message: dict[str, Any]) -> bytes:
    """Its bytes."""
    return json.dumps(message, ensure_ascii=False).encode()


def instant(minutes: float) -> str:
    """So many minutes after the start, as the contract writes it."""
    return (START + timedelta(minutes=minutes)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text(kind: str) -> dict[str, str]:
    return {"zh-CN": f"校园路路边：机动车违停（{kind}）", "en": f"the kerb of Campus Road: Illegal parking ({kind})"}

"""What a message changes, as rows of tables: one function a table, pure.

Each row is a mapping of column to value in JSON's types, so that a whole batch reaches the database as one array.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Final

from centre.contract.messages import Evidence, Incident, Message, Notification, Stored, WorkOrder
from centre.contract.topics import adcode_of

Row = dict[str, object]

ENDED: Final = frozenset({"resolved", "suppressed", "cancelled"})
DONE: Final = frozenset({"closed", "rejected", "withdrawn"})
SEVERITY: Final = {"low": 1, "middle": 2, "high": 3}
PICTURE_STARTS: Final = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG", "image/webp": b"RIFF"}
LARGEST_THUMBNAIL: Final = 64 * 1024


def incident_row(message: Message, data: Incident) -> Row:
    """Where the incident stands by this message."""
    lon, lat = data.position.lonlat if data.position else (None, None)
    ended = message.event in ENDED
    return {
        "source": message.source,
        "incident": data.incident,
        "adcode": adcode_of(message.source),
        "seq": data.seq,
        "stage": message.event,
        "open": not ended,
        "camera": data.camera,
        "zone": data.zone,
        "kind": data.kind,
        "opened": data.opened.isoformat(),
        "at": data.at.isoformat(),
        "ended": (data.end or data.at).isoformat() if ended else None,
        "reason": data.reason,
        "ended_stage": None if data.stage is None else str(data.stage),
        "delivered": data.delivered,
        "recurred": data.recurred,
        "dwell_s": data.dwell_s,
        "severity": SEVERITY.get(data.severity or "middle", 2),
        "responsible": data.responsible,
        "shop": data.shop,
        "plate": counted_plate(data),
        "work_order": data.work_order,
        "lon": lon,
        "lat": lat,
        "data": without_picture(message),
    }


def counted_plate(data: Incident) -> str | None:
    """The plate, or its hash, by which the incident counts; one whose province is unsure counts against nobody."""
    return data.plate.text if data.plate is not None and data.plate.province_sure else None


def work_order_row(message: Message, data: WorkOrder) -> Row:
    """Where the work order stands by this message."""
    return {
        "source": message.source,
        "work_order": data.work_order,
        "incident": data.incident,
        "adcode": adcode_of(message.source),
        "seq": data.seq,
        "status": data.status,
        "open": data.status not in DONE,
        "opened": data.opened.isoformat(),
        "at": data.at.isoformat(),
        "due": data.due.isoformat() if data.due else None,
        "late": data.late,
        "assignee": data.to,
        "responsible": data.responsible,
        "reason": data.reason,
        "verified_by": data.verified_by,
        "data": without_picture(message),
    }


def step_row(message: Message, data: WorkOrder) -> Row:
    """One change of a work order."""
    return {
        "source": message.source,
        "work_order": data.work_order,
        "seq": data.seq,
        "status": data.status,
        "at": data.at.isoformat(),
        "assignee": data.to,
    }


def notification_row(message: Message, data: Notification) -> Row:
    """Whom the box wants told."""
    return {
        "source": message.source,
        "id": message.id,
        "incident": data.incident,
        "seq": data.seq,
        "at": data.at.isoformat(),
        "role": data.role,
        "contact": data.contact,
        "texts": data.text,
        "work_order": data.work_order,
    }


def evidence_rows(message: Message, data: Incident | Stored) -> list[Row]:
    """The files that a message names."""
    stored = data.at.isoformat() if isinstance(data, Stored) else None
    return [_evidence(message, data, each, stored) for each in data.evidence]


def thumbnail_row(message: Message, data: Incident) -> Row | None:
    """The small picture of a message, if it has one that is what it says it is."""
    if data.thumbnail is None:
        return None
    picture = picture_of(data.thumbnail.data, data.thumbnail.media_type)
    if picture is None:
        return None
    return {
        "source": message.source,
        "incident": data.incident,
        "seq": data.seq,
        "at": data.at.isoformat(),
        "media_type": data.thumbnail.media_type,
        "picture": "\\x" + picture.hex(),
    }


def picture_of(text: str, media_type: str) -> bytes | None:
    """The bytes of a picture in base64; None where it is none of that type, or too large."""
    try:
        picture = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    begins = PICTURE_STARTS.get(media_type)
    good = begins is not None and picture.startswith(begins) and len(picture) <= LARGEST_THUMBNAIL
    return picture if good else None


def newest(rows: Iterable[Row], key: str) -> list[Row]:
    """Of the rows of one subject the one with the highest number, in the order of their keys."""
    best: dict[tuple[str, str], Row] = {}
    for row in rows:
        name = (str(row["source"]), str(row[key]))
        if name not in best or _seq(row) > _seq(best[name]):
            best[name] = row
    return [best[name] for name in sorted(best)]


def without_picture(message: Message) -> dict[str, object]:
    """The data of a message, whole but for the picture in it."""
    return {key: value for key, value in message.raw.items() if key != "thumbnail"}


def _seq(row: Row) -> int:
    seq = row["seq"]
    return seq if isinstance(seq, int) else 0


def _evidence(message: Message, data: Incident | Stored, file: Evidence, stored: str | None) -> Row:
    return {
        "source": message.source,
        "incident": data.incident,
        "sha256": file.sha256,
        "role": file.role,
        "media_type": file.media_type,
        "bytes": file.bytes,
        "url": file.url,
        "width": file.width,
        "height": file.height,
        "redacted": bool(file.redacted),
        "stage": message.event,
        "at": data.at.isoformat(),
        "stored": stored,
    }

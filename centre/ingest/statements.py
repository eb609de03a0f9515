"""The SQL of ingest, each statement for a whole batch."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, LiteralString

import psycopg
from psycopg.types.json import Jsonb

from centre.contract.messages import Health, Message
from centre.contract.retained import OpenList, Retained, SiteCamera, SiteDescription, Status
from centre.contract.topics import TopicParts

Connection = psycopg.Connection[tuple[Any, ...]]
MONTHS: Final[set[date]] = set()
"""Months whose partitions this process has seen to; asking again does no harm."""

KNOWN: Final = """
SELECT m.source, m.id FROM unnest(%s::text[], %s::text[]) AS n (source, id) JOIN message m USING (source, id)"""
ADD_MESSAGES: Final = """
INSERT INTO message (source, id, type, subject, seq, agentseq, time, event)
SELECT source, id, type, subject, seq, agentseq, time, event
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[], %s::timestamptz[])
  WITH ORDINALITY AS n (source, id, type, subject, seq, agentseq, time, place)
  JOIN jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS e (event, place) USING (place)
ORDER BY source, id
ON CONFLICT DO NOTHING RETURNING source, id"""
HEARD_BOXES: Final = """
INSERT INTO agent (source, adcode, agent, seqs, clock_ok)
SELECT source, split_part(source, '/', 3), split_part(source, '/', 4), seqs::int8multirange, clock_ok
FROM unnest(%s::text[], %s::text[], %s::bool[]) AS n (source, seqs, clock_ok) ORDER BY source
ON CONFLICT (source) DO UPDATE SET heard = now(), seqs = agent.seqs + excluded.seqs, clock_ok = excluded.clock_ok"""
HEARD_SUBJECTS: Final = """
INSERT INTO subject (source, subject, seqs)
SELECT source, subject, range_agg(int4range(seq, seq, '[]'))
FROM unnest(%s::text[], %s::text[], %s::int[]) AS n (source, subject, seq)
GROUP BY source, subject ORDER BY source, subject
ON CONFLICT (source, subject) DO UPDATE SET seqs = subject.seqs + excluded.seqs, heard = now()"""
ADD_DEAD_LETTER: Final = "INSERT INTO dead_letter (topic, bytes, reason, payload) VALUES (%s, %s, %s, %s)"
DROP_DEAD_LETTERS: Final = "DELETE FROM dead_letter WHERE n <= (SELECT max(n) - %s FROM dead_letter)"
ANSWER: Final = """
UPDATE command SET outcome = %s, reason = %s, answered = %s, receipt = %s::jsonb
WHERE id = %s AND source = %s AND outcome IS NULL RETURNING incident, camera"""
LOOKED: Final = """
INSERT INTO thumbnail (source, incident, seq, at, media_type, picture) VALUES (%s, %s, 0, %s, 'image/jpeg', %s)
ON CONFLICT (source, incident, seq) DO UPDATE SET at = excluded.at, picture = excluded.picture
WHERE thumbnail.at <= excluded.at"""
LOOKED_AT_CAMERA: Final = """
INSERT INTO camera_picture (source, camera, at, picture) VALUES (%s, %s, %s, %s)
ON CONFLICT (source, camera) DO UPDATE SET at = excluded.at, picture = excluded.picture
WHERE camera_picture.at <= excluded.at"""

_INCIDENT: Final = """
INSERT INTO incident (source, incident, adcode, seq, stage, open, camera, zone, kind, opened, at, ended, reason,
  ended_stage, delivered, recurred, dwell_s, severity, responsible, shop, plate, work_order, lon, lat, data)
SELECT source, incident, adcode, seq, stage, open, camera, zone, kind, opened, at, ended, reason,
  ended_stage, delivered, recurred, dwell_s, severity, responsible, shop, plate, work_order, lon, lat, data
FROM jsonb_populate_recordset(NULL::incident, %s::jsonb)
ON CONFLICT (source, incident) DO UPDATE SET seq = excluded.seq, stage = excluded.stage, open = excluded.open,
  camera = excluded.camera, zone = excluded.zone, kind = excluded.kind, opened = excluded.opened, at = excluded.at,
  ended = excluded.ended, reason = excluded.reason, ended_stage = excluded.ended_stage,
  delivered = excluded.delivered, recurred = excluded.recurred, dwell_s = excluded.dwell_s,
  severity = excluded.severity, responsible = excluded.responsible, shop = excluded.shop, plate = excluded.plate,
  work_order = excluded.work_order, lon = excluded.lon, lat = excluded.lat, data = excluded.data
WHERE incident.seq < excluded.seq"""
_WORK_ORDER: Final = """
INSERT INTO work_order (source, work_order, incident, adcode, seq, status, open, opened, at, due, late, assignee,
  responsible, reason, verified_by, data)
SELECT source, work_order, incident, adcode, seq, status, open, opened, at, due, late, assignee,
  responsible, reason, verified_by, data
FROM jsonb_populate_recordset(NULL::work_order, %s::jsonb)
ON CONFLICT (source, work_order) DO UPDATE SET incident = excluded.incident, seq = excluded.seq,
  status = excluded.status, open = excluded.open, opened = excluded.opened, at = excluded.at, due = excluded.due,
  late = excluded.late, assignee = excluded.assignee, responsible = excluded.responsible, reason = excluded.reason,
  verified_by = excluded.verified_by, data = excluded.data
WHERE work_order.seq < excluded.seq"""
_STEP: Final = """
INSERT INTO order_step (source, work_order, seq, status, at, assignee)
SELECT source, work_order, seq, status, at, assignee FROM jsonb_populate_recordset(NULL::order_step, %s::jsonb)
ORDER BY source, work_order, seq ON CONFLICT DO NOTHING"""
_NOTIFICATION: Final = """
INSERT INTO notification (source, id, incident, seq, at, role, contact, texts, work_order)
SELECT source, id, incident, seq, at, role, contact, texts, work_order
FROM jsonb_populate_recordset(NULL::notification, %s::jsonb)
ORDER BY source, id ON CONFLICT DO NOTHING"""
_EVIDENCE: Final = """
INSERT INTO evidence (source, incident, sha256, role, media_type, bytes, url, width, height, redacted, stage, at,
  stored)
SELECT source, incident, sha256, (array_agg(role ORDER BY at, stage))[1], (array_agg(media_type ORDER BY at, stage))[1],
  max(bytes), max(url), max(width), max(height), bool_and(redacted), (array_agg(stage ORDER BY at, stage))[1], min(at),
  min(stored)
FROM jsonb_populate_recordset(NULL::evidence, %s::jsonb)
GROUP BY source, incident, sha256 ORDER BY source, incident, sha256
ON CONFLICT (source, incident, sha256) DO UPDATE SET
  url = greatest(evidence.url, excluded.url), stored = least(evidence.stored, excluded.stored),
  redacted = evidence.redacted AND excluded.redacted, at = least(evidence.at, excluded.at),
  stage = CASE WHEN (excluded.at, excluded.stage) < (evidence.at, evidence.stage) THEN excluded.stage
    ELSE evidence.stage END"""
_THUMBNAIL: Final = """
INSERT INTO thumbnail SELECT * FROM jsonb_populate_recordset(NULL::thumbnail, %s::jsonb)
ORDER BY source, incident, seq ON CONFLICT DO NOTHING"""
TABLES: Final[dict[str, LiteralString]] = {
    "incident": _INCIDENT,
    "work_order": _WORK_ORDER,
    "order_step": _STEP,
    "notification": _NOTIFICATION,
    "evidence": _EVIDENCE,
    "thumbnail": _THUMBNAIL,
}
"""Each takes the rows of a batch as one JSON array."""

_CAMERA_HEALTH: Final = """
INSERT INTO camera (source, camera, state, state_at, reason) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (source, camera) DO UPDATE SET state = excluded.state, state_at = excluded.state_at,
  reason = excluded.reason
WHERE camera.state_at IS NULL OR camera.state_at <= excluded.state_at"""
_AGENT_HEALTH: Final = """
UPDATE agent SET health = %s, health_at = %s, reason = %s
WHERE source = %s AND (health_at IS NULL OR health_at <= %s)"""
_STATUS: Final = """
INSERT INTO agent (source, adcode, agent, status, software) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (source) DO UPDATE SET status = excluded.status, heard = now(),
  software = coalesce(excluded.software, agent.software),
  status_at = CASE WHEN agent.status = excluded.status THEN agent.status_at ELSE now() END"""
_SITE: Final = """
INSERT INTO agent (source, adcode, agent, software, site) VALUES (%s, %s, %s, %s, %s::jsonb)
ON CONFLICT (source) DO UPDATE SET site = excluded.site, software = coalesce(excluded.software, agent.software)"""
_OPEN: Final = """
INSERT INTO agent (source, adcode, agent, open) VALUES (%s, %s, %s, %s::jsonb)
ON CONFLICT (source) DO UPDATE SET open = excluded.open"""
_SITE_CAMERA: Final = """
INSERT INTO camera (source, camera, name, lon, lat, legal) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (source, camera) DO UPDATE SET name = excluded.name, lon = excluded.lon, lat = excluded.lat,
  legal = excluded.legal"""
_SITE_ZONE: Final = """
INSERT INTO zone (source, zone, camera, name, address, kinds, polygon, outline)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (source, zone) DO UPDATE SET camera = excluded.camera, name = excluded.name,
  address = excluded.address, kinds = excluded.kinds, polygon = excluded.polygon,
  outline = excluded.outline"""


def keep_health(connection: Connection, message: Message, health: Health) -> None:
    """Write down how a camera or an agent is doing, unless we have heard later news."""
    if message.type == "camera.health":
        camera = health.camera or message.subject
        connection.execute(_CAMERA_HEALTH, (message.source, camera, health.state, health.at, health.reason))
    else:
        row = (health.state, health.at, health.reason, message.source, health.at)
        connection.execute(_AGENT_HEALTH, row)


def keep_retained(connection: Connection, place: TopicParts, retained: Retained, text: str) -> None:
    """Write down what the broker keeps of a box."""
    box = (place.source, place.adcode, place.agent)
    match retained:
        case Status():
            connection.execute(_STATUS, (*box, retained.state, retained.software))
        case SiteDescription():
            connection.execute(_SITE, (*box, retained.software, text))
            _keep_site(connection, place.source, retained)
        case OpenList():
            connection.execute(_OPEN, (*box, text))


def _keep_site(connection: Connection, source: str, site: SiteDescription) -> None:
    for camera in site.cameras:
        connection.execute(_SITE_CAMERA, _camera(source, camera))
    for zone in site.zones:
        kinds = sorted(zone.kinds)
        shapes = Jsonb(zone.polygon), Jsonb(zone.outline.lonlats if zone.outline else ())
        row = (source, zone.id, zone.camera, Jsonb(zone.name), zone.address, kinds, *shapes)
        connection.execute(_SITE_ZONE, row)
    zones = [zone.id for zone in site.zones]
    connection.execute("DELETE FROM zone WHERE source = %s AND NOT zone = ANY(%s)", (source, zones))


def _camera(source: str, camera: SiteCamera) -> tuple[object, ...]:
    lon, lat = camera.position.lonlat if camera.position else (None, None)
    name = camera.name if isinstance(camera.name, dict) else {"": camera.name}
    legal = None if camera.legal is None else Jsonb(camera.legal)
    return source, camera.id, Jsonb(name), lon, lat, legal

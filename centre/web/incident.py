"""The page of one incident, and what can be done about it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, Final

from psycopg.rows import dict_row
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from centre.contract.commands import REASONS, Value, command
from centre.contract.topics import ROOT
from centre.errors import BadInputError
from centre.web.boxes import numbers
from centre.web.cases import Case, case_of
from centre.web.map import shown
from centre.web.people import audit
from centre.web.story import moments
from centre.web.strikes import forgive, strikes_of
from centre.web.visit import Visit, number

LONGEST_REASON: Final = 200  # that a box reads
MISSING: Final = 404
SILENCES: Final = (30, 60, 240, 1440)  # minutes
BEFORE_ORDER: Final = frozenset({"opened", "warned", "recurred", "referred", "confirmed"})
OF_A_PERSON: Final = {  # what a form of a verb asks for beside the incident
    "dispatch": ("to",),
    "resolve": ("reason",),
    "cancel": ("reason",),
    "confirm": ("note",),
    "reject": ("reason", "note"),
    "verify": ("reason", "note", "photo"),
    "return": ("reason", "note", "photo"),
}
MESSAGES: Final = """
SELECT event - 'specversion' || jsonb_build_object('data', (event -> 'data') - 'thumbnail')
FROM message WHERE source = %s AND subject = ANY(%s) ORDER BY time, seq LIMIT 400"""
COMMANDS: Final = """
SELECT id, verb, by, issued, expires, sent, tries, heard, outcome, reason, answered,
  payload::jsonb ->> 'to' AS to_person, payload::jsonb ->> 'reason' AS given_reason, payload::jsonb ->> 'note' AS note,
  payload::jsonb ->> 'photo' AS photo, payload::jsonb ->> 'elsewhere' AS elsewhere
FROM command WHERE source = %s AND incident = %s ORDER BY issued DESC LIMIT 100"""
PICTURES: Final = """
SELECT seq, at FROM thumbnail WHERE source = %s AND incident = %s ORDER BY (seq = 0) DESC, seq DESC LIMIT 20"""
FILES: Final = """
SELECT e.sha256, e.role, e.media_type, e.bytes, e.width, e.height, e.redacted, e.stage, e.at, e.stored, e.url,
  EXISTS (SELECT FROM stored_file f WHERE f.source = e.source AND f.sha256 = e.sha256) AS here
FROM evidence e WHERE e.source = %s AND e.incident = %s ORDER BY e.at, e.role, e.width DESC NULLS LAST LIMIT 60"""
GAPS: Final = """
SELECT int4multirange(int4range(1, upper(seqs))) - seqs FROM subject
WHERE source = %s AND subject = ANY(%s) AND NOT seqs @> int4multirange(int4range(1, upper(seqs)))"""
NOTICES: Final = """
SELECT contact, channel, state, tries, made,
  (SELECT detail FROM notice_attempt a WHERE a.notice = n.id ORDER BY a.n DESC LIMIT 1) AS detail
FROM notice n WHERE source = %s AND incident = %s ORDER BY made LIMIT 50"""
CAMERAS: Final = "SELECT camera, name, lon, lat FROM camera WHERE source = %s AND lon IS NOT NULL LIMIT 100"
ADD: Final = """
INSERT INTO command (id, source, verb, incident, zone, camera, by, issued, expires, payload)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""


def show(visit: Visit) -> Response:
    """All of one incident."""
    case = _case(visit)
    return visit.render("incident.html", place=_place(visit, case), **_all_of(visit, case))


def part(visit: Visit) -> Response:
    """What of it changes by itself: for the page that is open already."""
    return visit.render("incident_live.html", **_all_of(visit, _case(visit)))


def act(visit: Visit) -> Response:
    """Give the box a command about it, and show the page with that command in it."""
    case = _case(visit)
    visit.need("dispatcher", case.adcode)
    verb = visit.field("verb")
    try:
        keys, zone = _keys(visit, case, verb)
        give(visit, verb, case.source, keys, incident=case.incident, zone=zone)
    except BadInputError as error:
        return visit.render("incident_live.html", **_all_of(visit, case, trouble=str(error)))
    if visit.by_htmx:
        return visit.render("incident_live.html", **_all_of(visit, case))
    return RedirectResponse(case.path, 303)


def pardon(visit: Visit) -> Response:
    """Take it out of the strike ledger, and tell the box, which keeps one too: its words and orders follow from it."""
    case = _case(visit)
    answer = forgive(visit, case)
    keys: dict[str, Value] = {"incident": case.incident, "reason": visit.field("reason")[:LONGEST_REASON]}
    give(visit, "forgive", case.source, keys, incident=case.incident)
    return answer


def give(
    visit: Visit,
    verb: str,
    source: str,
    keys: dict[str, Value],
    *,
    incident: str | None = None,
    zone: str | None = None,
    camera: str | None = None,
) -> str:
    """Write a command down, to be sent by ingest, and who has given it; gives its id.

    Raises:
        BadInputError: It is not as the contract wants it.
    """
    ident = f"c-{secrets.token_hex(8)}"
    given = command(verb, source, ident=ident, by=visit.person.name, at=visit.at, keys=keys)
    row = (ident, source, verb, incident, zone, camera, given.by, given.issued, given.expires, given.payload())
    with visit.connection.transaction():
        visit.connection.execute(ADD, row)
        thing = incident or zone or camera or source
        audit(visit.connection, visit.at, visit.person.name, visit.address, f"command.{verb}", thing, **keys)
        visit.connection.execute("SELECT pg_notify('changed', '[\"*\"]')")
    return ident


def _keys(visit: Visit, case: Case, verb: str) -> tuple[dict[str, Value], str | None]:
    """The keys that a verb needs, out of the form; and the zone, where it is about one."""
    if verb == "silence":
        minutes = number(visit.field("minutes"), least=1, most=7 * 24 * 60, name="minutes")
        until = (visit.at + timedelta(minutes=minutes)).isoformat(timespec="seconds").replace("+00:00", "Z")
        return {"zone": case.zone, "until": until, "reason": visit.field("reason")}, case.zone
    if verb == "say":
        text = visit.field("text")
        if not text:
            raise BadInputError(visit.words("error.text"))
        return {"zone": case.zone, "text": {"zh-CN": text, "en": text}}, case.zone
    keys: dict[str, Value] = {name: visit.field(name) for name in OF_A_PERSON.get(verb, ())}
    return keys | {"incident": case.incident}, None


def _place(visit: Visit, case: Case) -> dict[str, Any] | None:
    """What is drawn on the small map: the incident, and the cameras of its box; None where nothing is known."""
    if case.lon is None or case.lat is None:
        return None
    cameras = visit.connection.execute(CAMERAS, (case.source,)).fetchall()
    near = [{"at": shown(visit, lon, lat), "text": visit.words.of(name, camera)} for camera, name, lon, lat in cameras]
    if not near and not visit.centre.settings.tiles:
        return None  # a point on nothing says nothing
    return {"at": shown(visit, case.lon, case.lat), "near": near}


def _case(visit: Visit) -> Case:
    source = f"{ROOT}/{visit.path['adcode']}/{visit.path['agent']}"
    case = case_of(visit.connection, source, visit.path["incident"])
    if case is None:
        raise HTTPException(MISSING, visit.words("error.missing"))
    visit.need("viewer", case.adcode)
    return case


def _all_of(visit: Visit, case: Case, trouble: str = "") -> dict[str, Any]:
    connection = visit.connection
    subjects = [case.incident, f"{case.incident}-notify", *([case.work_order] if case.work_order else [])]
    messages = [row[0] for row in connection.execute(MESSAGES, (case.source, subjects))]
    gaps = [numbers(row[0]) for row in connection.execute(GAPS, (case.source, subjects))]
    with connection.cursor(row_factory=dict_row) as cursor:
        key = (case.source, case.incident)
        commands = cursor.execute(COMMANDS, key).fetchall()
        pictures = cursor.execute(PICTURES, key).fetchall()
        files = cursor.execute(FILES, key).fetchall()
        persons = cursor.execute(
            "SELECT id, name FROM person WHERE on_duty AND adcode IN ('*', %s) ORDER BY name", (case.adcode,)
        ).fetchall()
        notices = cursor.execute(NOTICES, key).fetchall()
    outside = visit.centre.settings.outside
    for file in files:
        if outside is not None and file["stored"] is not None and outside.path_of(file["url"], case.agent) is not None:
            file["here"] = True
    return {
        "case": case,
        "story": moments(messages, commands),
        "gaps": ", ".join(gaps),
        "commands": commands,
        "pictures": pictures,
        "files": files,
        "persons": persons,
        "strikes": strikes_of(visit, case),
        "notices": notices,
        "may_forgive": visit.person.may("manager", case.adcode),
        "trouble": trouble,
        "reasons": REASONS,
        "silences": SILENCES,
        "before_order": case.stage in BEFORE_ORDER and case.status is None,
        "may_act": visit.person.may("dispatcher", case.adcode),
    }

"""The page of one incident, and what can be done about it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, Final

from psycopg.rows import dict_row
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from centre.contract.commands import Value, command
from centre.contract.topics import ROOT
from centre.errors import BadInputError
from centre.web.boxes import numbers
from centre.web.cases import Case, case_of
from centre.web.people import audit
from centre.web.story import moments
from centre.web.strikes import forgive, strikes_of
from centre.web.visit import Visit, number

MISSING: Final = 404
REASONS: Final = ("nothing_there", "allowed", "unloading", "wrong_place", "wrong_kind", "other")
SILENCES: Final = (30, 60, 240, 1440)  # minutes
BEFORE_ORDER: Final = frozenset({"opened", "warned", "recurred"})
MESSAGES: Final = """
SELECT event - 'specversion' || jsonb_build_object('data', (event -> 'data') - 'thumbnail')
FROM message WHERE source = %s AND subject = ANY(%s) ORDER BY time, seq LIMIT 400"""
COMMANDS: Final = """
SELECT id, verb, by, issued, expires, sent, tries, heard, outcome, reason, answered,
  payload::jsonb ->> 'to' AS to_person
FROM command WHERE source = %s AND incident = %s ORDER BY issued DESC LIMIT 100"""
PICTURES: Final = """
SELECT seq, at FROM thumbnail WHERE source = %s AND incident = %s ORDER BY (seq = 0) DESC, seq DESC LIMIT 20"""
FILES: Final = """
SELECT e.sha256, e.role, e.media_type, e.bytes, e.width, e.height, e.redacted, e.stage, e.at, e.stored,
  EXISTS (SELECT FROM stored_file f WHERE f.source = e.source AND f.sha256 = e.sha256) AS here
FROM evidence e WHERE e.source = %s AND e.incident = %s ORDER BY e.at, e.role, e.width DESC NULLS LAST LIMIT 60"""
GAPS: Final = """
SELECT int4multirange(int4range(1, upper(seqs))) - seqs FROM subject
WHERE source = %s AND subject = ANY(%s) AND NOT seqs @> int4multirange(int4range(1, upper(seqs)))"""
NOTICES: Final = """
SELECT contact, channel, state, tries, made,
  (SELECT detail FROM notice_attempt a WHERE a.notice = n.id ORDER BY a.n DESC LIMIT 1) AS detail
FROM notice n WHERE source = %s AND incident = %s ORDER BY made LIMIT 50"""
ADD: Final = """
INSERT INTO command (id, source, verb, incident, zone, by, issued, expires, payload)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"""


def show(visit: Visit) -> Response:
    """All of one incident."""
    return visit.render("incident.html", **_all_of(visit, _case(visit)))


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
    """Take it out of the strike ledger."""
    return forgive(visit, _case(visit))


def give(
    visit: Visit,
    verb: str,
    source: str,
    keys: dict[str, Value],
    *,
    incident: str | None = None,
    zone: str | None = None,
) -> str:
    """Write a command down, to be sent by ingest, and who has given it; gives its id.

    Raises:
        BadInputError: It is not as the contract wants it.
    """
    ident = f"c-{secrets.token_hex(8)}"
    given = command(verb, source, ident=ident, by=visit.person.name, at=visit.at, keys=keys)
    row = (ident, source, verb, incident, zone, given.by, given.issued, given.expires, given.payload())
    with visit.connection.transaction():
        visit.connection.execute(ADD, row)
        thing = incident or zone or source
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
    keys: dict[str, Value] = {"incident": case.incident}
    if verb == "dispatch":
        keys["to"] = visit.field("to")
    if verb in {"reject", "return", "resolve", "cancel"}:
        reason = visit.field("reason")
        keys["reason"] = ": ".join(part for part in (reason, visit.field("note")) if part)[:500]
    return keys, None


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

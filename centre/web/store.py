"""A store of evidence for cities that have none: boxes bring files by PUT or WebDAV, people see them by incident.

A file is written beside its place, reaches the disk, and is moved there; one that is there already is never changed.
What a file is called and what its message says of it is not believed: it is found by the SHA-256 that is counted here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import psycopg
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response

from centre.contract.topics import ROOT
from centre.errors import OutsideError
from centre.web.api import digest
from centre.web.people import audit
from centre.web.setting import Centre
from centre.web.visit import Visit

MISSING: Final = 404
BAD_GATEWAY: Final = 502
LARGEST: Final = 256 * 1024 * 1024  # bytes
SEGMENT: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")
DEEPEST: Final = 8
SHOWN: Final = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG", "image/png"), (b"RIFF", "image/webp"))
VIDEO: Final = b"ftyp"  # at the fifth byte of an MP4
ADD: Final = """
INSERT INTO stored_file (source, path, sha256, bytes) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"""
FOUND: Final = """
SELECT f.path, e.redacted FROM evidence e JOIN stored_file f ON f.source = e.source AND f.sha256 = e.sha256
WHERE e.source = %s AND e.incident = %s AND e.sha256 = %s LIMIT 1"""


NAMED: Final = """
SELECT url, redacted FROM evidence WHERE source = %s AND incident = %s AND sha256 = %s AND stored IS NOT NULL"""


async def bring(request: Request) -> Response:
    """What a box does with its own files: PUT, and what WebDAV's clients ask besides."""
    centre: Centre = request.app.state.centre
    source = f"{ROOT}/{request.path_params['adcode']}/{request.path_params['agent']}"
    path = request.path_params["path"].strip("/")
    if centre.settings.store is None:
        raise HTTPException(MISSING, "this centre keeps no files")
    if not await run_in_threadpool(_known, centre, request, source):
        return Response("a token of this box is wanted\n", 401, {"www-authenticate": 'Basic realm="store"'})
    if path and not _good(path):
        raise HTTPException(400, "expected at most eight names of letters, digits, '.', '-' and '_'")
    place = centre.settings.store.joinpath(*source.split("/")[2:], *path.split("/"))
    match request.method:
        case "PUT" if path:
            return await _put(request, centre, source, path, place)
        case "MKCOL":
            return Response(status_code=201)
        case "PROPFIND":
            return _described(request.url.path, place)
        case _ if place.is_file():
            return FileResponse(place, media_type="application/octet-stream")
        case _:
            return Response(status_code=MISSING)


async def _put(request: Request, centre: Centre, source: str, path: str, place: Path) -> Response:
    await run_in_threadpool(place.parent.mkdir, 0o700, parents=True, exist_ok=True)
    beside = place.with_name(f".{secrets.token_hex(8)}")
    counted, size = hashlib.sha256(), 0
    try:
        with beside.open("xb") as file:
            async for part in request.stream():
                size += len(part)
                if size > LARGEST:
                    return Response(f"expected at most {LARGEST} bytes\n", 413)
                counted.update(part)
                await run_in_threadpool(file.write, part)
            await run_in_threadpool(os.fsync, file.fileno())
        return await run_in_threadpool(_settle, centre, (source, path, counted.hexdigest(), size), beside, place)
    except ClientDisconnect:
        return Response(status_code=400)
    except (OSError, psycopg.OperationalError) as error:
        return Response(f"the store cannot take it now: {type(error).__name__}\n", 507)
    finally:
        beside.unlink(missing_ok=True)


def _settle(centre: Centre, row: tuple[str, str, str, int], beside: Path, place: Path) -> Response:
    with centre.pool.connection(timeout=5) as connection, connection.transaction():
        cell = connection.execute("SELECT sha256 FROM stored_file WHERE source = %s AND path = %s", row[:2]).fetchone()
        if cell is not None:
            return Response(status_code=204) if cell[0] == row[2] else Response("there is another file\n", 409)
        beside.replace(place)
        connection.execute(ADD, row)
    return Response(status_code=201)


def show(visit: Visit) -> Response:
    """A file of an incident. A picture is shown as a picture, a film as a film, anything else is handed over closed."""
    visit.need("viewer", visit.path["adcode"])
    source = f"{ROOT}/{visit.path['adcode']}/{visit.path['agent']}"
    key = (source, visit.path["incident"], visit.path["sha256"])
    row = visit.connection.execute(FOUND, key).fetchone()
    store = visit.centre.settings.store
    if row is None or store is None:
        return _fetched(visit, key)
    path, redacted = row
    if not redacted:
        audit(visit.connection, visit.at, visit.person.name, visit.address, "view_original", key[1], sha256=key[2])
    place = store.joinpath(*source.split("/")[2:], *path.split("/"))
    with place.open("rb") as file:
        kind = kind_of(file.read(12))
    headers = {"cache-control": "private, max-age=86400"}
    if kind is None:
        return FileResponse(place, filename=place.name, media_type="application/octet-stream", headers=headers)
    return FileResponse(place, media_type=kind, headers=headers)


def _fetched(visit: Visit, key: tuple[str, str, str]) -> Response:
    """The same of a file that lies in the city's own store."""
    outside = visit.centre.settings.outside
    row = visit.connection.execute(NAMED, key).fetchone()
    path = None if outside is None or row is None else outside.path_of(row[0], key[0].split("/")[3])
    if outside is None or row is None or path is None:
        raise HTTPException(MISSING, visit.words("error.missing"))
    if not row[1]:
        audit(visit.connection, visit.at, visit.person.name, visit.address, "view_original", key[1], sha256=key[2])
    try:
        content = outside.fetch(path, key[2])
    except OutsideError as error:
        raise HTTPException(BAD_GATEWAY, str(error)) from error
    kind = kind_of(content[:12])
    headers = {"cache-control": "private, max-age=86400"}
    if kind is None:
        headers["content-disposition"] = f'attachment; filename="{path.rpartition("/")[2]}"'
    return Response(content, media_type=kind or "application/octet-stream", headers=headers)


def kind_of(begins: bytes) -> str | None:
    """What a file is by its first twelve bytes, if it is something that is shown."""
    if begins[4:8] == VIDEO:
        return "video/mp4"
    return next((kind for start, kind in SHOWN if begins.startswith(start)), None)


def _known(centre: Centre, request: Request, source: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return False
    query = "SELECT 1 FROM box_token WHERE digest = %s AND source = %s"
    with centre.pool.connection(timeout=5) as connection:
        return connection.execute(query, (digest(given), source)).fetchone() is not None


def _good(path: str) -> bool:
    names = path.split("/")
    return len(names) <= DEEPEST and all(SEGMENT.fullmatch(name) for name in names)


def _described(address: str, place: Path) -> Response:
    """The least that a WebDAV client wants to know of a file or folder. Every folder is there."""
    if place.is_file():
        kind, size = "", f"<D:getcontentlength>{place.stat().st_size}</D:getcontentlength>"
    elif place.suffix:
        return Response(status_code=MISSING)
    else:
        kind, size = "<D:collection/>", ""
    text = (
        '<?xml version="1.0" encoding="utf-8"?><D:multistatus xmlns:D="DAV:"><D:response>'
        f"<D:href>{escape(address)}</D:href><D:propstat><D:prop><D:resourcetype>{kind}</D:resourcetype>{size}"
        "<D:getlastmodified>Thu, 01 Jan 1970 00:00:00 GMT</D:getlastmodified></D:prop>"
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>"
    )
    return Response(text, 207, media_type="application/xml")

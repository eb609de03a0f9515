"""The registers: persons, parties, shops, permits, channels, recipients; and the cameras' public notices, to read."""

from __future__ import annotations

import base64
import csv
import io
import secrets
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from centre.cases.tables import as_csv
from centre.errors import BadInputError
from centre.notices.webhooks import signed
from centre.web.people import EVERYWHERE, audit
from centre.web.visit import FORBIDDEN, Visit

MISSING: Final = 404
MANY: Final = 5000
LARGEST: Final = 4 * 1024 * 1024  # bytes of a file that is brought


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A table that people fill in; ``role`` is who may.

    ``hidden`` columns are written and never shown, ``seen`` ones shown and never written. ``everywhere`` needs the role
    in all districts: what is written there reaches beyond one's own.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    role: str = "manager"
    hidden: frozenset[str] = frozenset()
    choices: dict[str, tuple[str, ...]] | None = None
    instants: frozenset[str] = frozenset()
    seen: tuple[str, ...] = ()
    everywhere: bool = False


REGISTERS: Final = {
    each.name: each
    for each in (
        Register(name="person", columns=("id", "name", "party", "adcode", "role", "on_duty"), key=("id",)),
        Register(name="party", columns=("name", "phone", "note"), key=("name",)),
        Register(name="shop", columns=("code", "name", "address", "adcode", "contact"), key=("code",)),
        Register(
            name="permit",
            columns=("id", "source", "zone", "holder", "valid_from", "valid_to", "kinds", "shop"),
            key=("id",),
            instants=frozenset({"valid_from", "valid_to"}),
        ),
        Register(
            name="channel",
            columns=("name", "kind", "url", "secret", "template", "sender", "per_minute", "active"),
            key=("name",),
            role="admin",
            hidden=frozenset({"url", "secret"}),
            choices={"kind": ("wecom", "dingtalk", "feishu", "smtp", "http")},
        ),
        Register(
            name="recipient",
            columns=("contact", "channel", "address", "language"),
            key=("contact", "channel", "address"),
        ),
        Register(
            name="webhook",
            columns=("name", "url", "secret", "types", "districts", "active"),
            key=("name",),
            role="admin",
            hidden=frozenset({"url", "secret"}),
            seen=("told", "trouble"),
            everywhere=True,
        ),
        Register(name="strike_rule", columns=("by", "window_days", "steps"), key=("by",)),
    )
}
FLAGS: Final = frozenset({"on_duty", "active"})


def show(visit: Visit, trouble: str = "") -> Response:
    """One register, with a form to add to it."""
    visit.need("viewer")
    register = _register(visit)
    rows = _rows(visit, register)
    may = visit.person.may(register.role) and (not register.everywhere or EVERYWHERE in visit.person.roles)
    legal = _cameras(visit) if register.name == "permit" else []
    boxes = visit.connection.execute("SELECT source FROM agent ORDER BY source LIMIT 500").fetchall()
    return visit.render(
        "registers.html",
        register=register,
        registers=REGISTERS,
        rows=rows,
        may=may,
        trouble=trouble,
        cameras=legal,
        boxes=[row[0] for row in boxes],
        flags=FLAGS,
    )


def save(visit: Visit) -> Response:
    """Add a row, or change the one with this key."""
    register = _register(visit)
    _need(visit, register)
    given = {name: visit.field(name) for name in register.columns if name in visit.form}
    try:
        with visit.connection.transaction():
            put(visit, register, given)
    except (BadInputError, psycopg.errors.IntegrityError, psycopg.errors.DataError) as error:
        return show(visit, trouble=str(error).splitlines()[0])
    return RedirectResponse(f"/registers/{register.name}", 303)


def remove(visit: Visit) -> Response:
    """Take a row out."""
    register = _register(visit)
    _need(visit, register)
    key = [visit.field(f"key_{name}") for name in register.key]
    where = sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in register.key)
    query = sql.SQL("DELETE FROM {} WHERE ").format(sql.Identifier(register.name)) + where
    with visit.connection.transaction():
        visit.connection.execute(query, key)
        audit(visit.connection, visit.at, visit.person.name, visit.address, f"remove.{register.name}", " ".join(key))
    return RedirectResponse(f"/registers/{register.name}", 303)


def bring(visit: Visit) -> Response:
    """Take in a CSV file with the columns of the register: all of it or nothing."""
    register = _register(visit)
    _need(visit, register)
    try:
        rows = read_csv(content_of(visit), register)
        with visit.connection.transaction():
            for row in rows:
                put(visit, register, row)
    except UnicodeDecodeError:
        return show(visit, trouble="file: expected UTF-8")
    except (BadInputError, psycopg.errors.IntegrityError, psycopg.errors.DataError) as error:
        return show(visit, trouble=str(error).splitlines()[0])
    return RedirectResponse(f"/registers/{register.name}", 303)


def content_of(visit: Visit) -> bytes:
    """The bytes of the file that a form brings.

    Raises:
        BadInputError: There is none, or it is too large.
    """
    file = visit.form.get("file")
    content = file.file.read(LARGEST + 1) if isinstance(file, UploadFile) else b""
    if not content or len(content) > LARGEST:
        raise BadInputError(f"file: found {len(content)} bytes, expected 1 to {LARGEST}")
    return content


def take(visit: Visit) -> Response:
    """The register as CSV, which can be brought back unchanged."""
    register = _register(visit)
    names = [name for name in register.columns if name not in register.hidden]
    rows = [[_text(row[name]) for name in names] for row in _rows(visit, register)]
    headers = {"content-disposition": f'attachment; filename="{register.name}.csv"'}
    return Response(as_csv(names, rows), media_type="text/csv; charset=utf-8", headers=headers)


def read_csv(content: bytes, register: Register) -> list[dict[str, str]]:
    """The rows of a CSV file.

    Raises:
        BadInputError: A column is unknown, or the key is missing.
        UnicodeDecodeError: It is no UTF-8.
    """
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    names = list(reader.fieldnames or [])
    if unknown := [name for name in names if name not in register.columns]:
        raise BadInputError(f"column {unknown[0]!r}: expected {', '.join(register.columns)}")
    if missing := [name for name in register.key if name not in names]:
        raise BadInputError(f"column {missing[0]!r} is missing")
    rows = [{name: (row[name] or "").strip() for name in names} for row in reader]
    return [
        {name: text[1:] if text[:2] in {"'=", "'+", "'-", "'@"} else text for name, text in row.items()} for row in rows
    ]


def put(visit: Visit, register: Register, given: dict[str, str]) -> None:
    """Write one row.

    Raises:
        BadInputError: Its key is empty, or a webhook's secret cannot sign.
    """
    if register.name == "webhook":
        given = {"secret": f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"} | {
            name: text for name, text in given.items() if name != "secret" or text
        }
        signed(given["secret"], ident="", body=b"", at=visit.at)
    if any(not given.get(name) for name in register.key if name != "address"):
        raise BadInputError(f"{register.name}: {' and '.join(register.key)} must not be empty")
    for flag in FLAGS & set(register.columns):
        given[flag] = "false" if given.get(flag, "").lower() in {"", "0", "false", "no"} else "true"
    values: dict[str, Any] = {
        name: (None if text == "" and name in register.instants | {"party"} else text) for name, text in given.items()
    }
    names = [sql.Identifier(name) for name in values]
    changes = [sql.SQL("{0} = excluded.{0}").format(name) for name in names]
    query = sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO UPDATE SET {}").format(
        sql.Identifier(register.name),
        sql.SQL(", ").join(names),
        sql.SQL(", ").join([sql.Placeholder()] * len(names)),
        sql.SQL(", ").join(sql.Identifier(name) for name in register.key),
        sql.SQL(", ").join(changes),
    )
    visit.connection.execute(query, list(values.values()))
    thing = " ".join(given.get(name, "") for name in register.key)
    shown = {name: text for name, text in given.items() if name not in register.hidden}
    audit(visit.connection, visit.at, visit.person.name, visit.address, f"save.{register.name}", thing, **shown)


def _need(visit: Visit, register: Register) -> None:
    visit.need(register.role)
    if register.everywhere and visit.person.roles.get(EVERYWHERE) != register.role:
        raise HTTPException(FORBIDDEN, visit.words("accounts.whole_city"))


def _register(visit: Visit) -> Register:
    register = REGISTERS.get(visit.path["register"])
    if register is None:
        raise HTTPException(MISSING, visit.words("error.missing"))
    return register


def _rows(visit: Visit, register: Register) -> list[dict[str, Any]]:
    query = sql.SQL("SELECT {} FROM {} ORDER BY {} LIMIT {}").format(
        sql.SQL(", ").join(map(sql.Identifier, register.columns + register.seen)),
        sql.Identifier(register.name),
        sql.SQL(", ").join(map(sql.Identifier, register.key)),
        sql.Literal(MANY),
    )
    with visit.connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query).fetchall()


def _cameras(visit: Visit) -> list[dict[str, Any]]:
    with visit.connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "SELECT source, camera, name, legal FROM camera WHERE legal IS NOT NULL ORDER BY source, camera LIMIT 500"
        ).fetchall()


def _text(value: object) -> str:
    if isinstance(value, list):
        return "{" + ",".join(map(str, value)) + "}"
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)

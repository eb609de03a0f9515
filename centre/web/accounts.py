"""Accounts: everybody's own page with password and sessions, and, for administrators of the whole city, all of them."""

from __future__ import annotations

import re
from typing import Final

from psycopg.rows import dict_row
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from centre.errors import BadInputError
from centre.web.people import (
    EVERYWHERE,
    ROLES,
    audit,
    end_sessions,
    log_in,
    new_account,
    save_roles,
    set_password,
)
from centre.web.people import TooManyTriesError as TooManyTries
from centre.web.visit import FORBIDDEN, Visit

MISSING: Final = 404
NAME: Final = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
DISTRICT: Final = re.compile(r"[0-9]{6}|\*")
ALL: Final = """
SELECT a.name, a.title, a.active, a.made, a.issuer,
  (SELECT json_object_agg(r.adcode, r.role) FROM account_role r WHERE r.account = a.name) AS roles,
  (SELECT max(s.used) FROM session s WHERE s.account = a.name) AS used
FROM account a ORDER BY a.active DESC, a.name LIMIT 2000"""


def me(visit: Visit, trouble: str = "", done: str = "") -> Response:
    """One's own page."""
    (sessions,) = visit.connection.execute(
        "SELECT count(*) FROM session WHERE account = %s", (visit.person.name,)
    ).fetchone() or (0,)
    issuer = visit.connection.execute("SELECT issuer FROM account WHERE name = %s", (visit.person.name,)).fetchone()
    return visit.render(
        "me.html", trouble=trouble, done=done, sessions=sessions, issuer=issuer and issuer[0], roles=visit.person.roles
    )


def change_password(visit: Visit) -> Response:
    """A new password for oneself; every other session ends."""
    new = visit.field_as_it_is("new")
    if new != visit.field_as_it_is("again"):
        return me(visit, trouble=visit.words("me.differ"))
    try:
        known = log_in(
            visit.connection, visit.person.name, visit.field_as_it_is("old"), visit.address, visit.at, lasting=False
        )
        if known is None:
            return me(visit, trouble=visit.words("me.wrong"))
        set_password(visit.connection, visit.person.name, new)
    except TooManyTries:
        return me(visit, trouble=visit.words("login.wait"))
    except BadInputError as error:
        return me(visit, trouble=str(error))
    end_sessions(visit.connection, visit.person.name, but=visit.person.csrf)
    audit(visit.connection, visit.at, visit.person.name, visit.address, "password", visit.person.name)
    return me(visit, done=visit.words("me.changed"))


def leave_elsewhere(visit: Visit) -> Response:
    """End one's sessions at every other browser."""
    end_sessions(visit.connection, visit.person.name, but=visit.person.csrf)
    audit(visit.connection, visit.at, visit.person.name, visit.address, "end_sessions", visit.person.name)
    return me(visit, done=visit.words("me.ended"))


def show(visit: Visit, trouble: str = "") -> Response:
    """All accounts."""
    _need_whole_city(visit)
    with visit.connection.cursor(row_factory=dict_row) as cursor:
        accounts = cursor.execute(ALL).fetchall()
    return visit.render("accounts.html", accounts=accounts, roles=ROLES, trouble=trouble)


def save(visit: Visit) -> Response:
    """Make an account, or change one: title, roles, and the password where one is given."""
    _need_whole_city(visit)
    try:
        name, roles = _name(visit.field("name")), _roles(visit.field("districts"), visit.field("role"))
        password = visit.field_as_it_is("password")
        if name == visit.person.name and roles.get(EVERYWHERE) != "admin":
            return show(visit, trouble=visit.words("accounts.yourself"))
        with visit.connection.transaction():
            new_account(visit.connection, name, title=visit.field("title") or name, password=password)
            save_roles(visit.connection, name, roles)
            audit(visit.connection, visit.at, visit.person.name, visit.address, "save.account", name, **roles)
    except BadInputError as error:
        return show(visit, trouble=str(error))
    return RedirectResponse("/accounts", 303)


def switch(visit: Visit) -> Response:
    """Let an account in, or keep it out at once. It stays in the record, so none is ever taken away."""
    _need_whole_city(visit)
    name, active = visit.field("name"), visit.field("active") == "true"
    if name == visit.person.name:
        return show(visit, trouble=visit.words("accounts.yourself"))
    with visit.connection.transaction():
        row = visit.connection.execute(
            "UPDATE account SET active = %s WHERE name = %s RETURNING name", (active, name)
        ).fetchone()
        if row is None:
            raise HTTPException(MISSING, visit.words("error.missing"))
        end_sessions(visit.connection, name)
        what = "account.in" if active else "account.out"
        audit(visit.connection, visit.at, visit.person.name, visit.address, what, name)
    return RedirectResponse("/accounts", 303)


def _need_whole_city(visit: Visit) -> None:
    """Who gives roles can give himself any: so only an administrator of all districts may."""
    if visit.person.roles.get(EVERYWHERE) != "admin":
        raise HTTPException(FORBIDDEN, visit.words("accounts.whole_city"))


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise BadInputError(f"name {text[:80]!r}: expected 1 to 64 letters, digits, '.', '_', '@' or '-'")
    return text


def _roles(districts: str, role: str) -> dict[str, str]:
    """``320402, 320404=manager`` with the role of those that name none."""
    roles: dict[str, str] = {}
    for part in re.split(r"[\s,，]+", districts.strip()) if districts.strip() else []:
        district, _, own = part.partition("=")
        if not DISTRICT.fullmatch(district):
            raise BadInputError(f"district {district[:40]!r}: expected six digits, or * for all")
        if (own or role) not in ROLES:
            raise BadInputError(f"role {(own or role)[:40]!r}: expected one of {', '.join(ROLES)}")
        roles[district] = own or role
    if not roles:
        raise BadInputError("districts: found none, expected six digits each, or * for all")
    return roles

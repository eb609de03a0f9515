"""Accounts, sessions and what each may do. Passwords are kept as argon2id, sessions as the digest of their cookie."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from psycopg.types.json import Jsonb

from centre.errors import BadInputError

Connection = psycopg.Connection[tuple[Any, ...]]
ROLES: Final = ("viewer", "dispatcher", "manager", "admin")
EVERYWHERE: Final = "*"
IDLE: Final = timedelta(hours=12)
LONGEST: Final = timedelta(days=7)
WINDOW: Final = timedelta(minutes=5)
TRIES_OF_A_NAME: Final = 5
TRIES_OF_AN_ADDRESS: Final = 30
SHORTEST: Final = 10  # characters of a password
_HASHER: Final = PasswordHasher()
_NOBODYS: Final = _HASHER.hash("nobody has this password")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is logged in."""

    name: str
    title: str
    language: str | None
    csrf: str
    roles: Mapping[str, str]

    def may(self, role: str, adcode: str = EVERYWHERE) -> bool:
        """Whether this role, or a higher one, is theirs in a district; without one, in any."""
        held = self.roles.values() if adcode == EVERYWHERE else (self.roles.get(EVERYWHERE), self.roles.get(adcode))
        return any(each is not None and ROLES.index(each) >= ROLES.index(role) for each in held)

    @property
    def districts(self) -> list[str] | None:
        """The districts that they may see; None for all."""
        return None if EVERYWHERE in self.roles else sorted(self.roles)


class TooManyTriesError(Exception):
    """Too many failed logins of late: of this name, or from this address."""


def log_in(
    connection: Connection, name: str, password: str, address: str, at: datetime, *, lasting: bool = True
) -> str | None:
    """The cookie of a new session; None where name and password do not belong together.

    Without ``kept`` nothing comes of it but the answer: for somebody who is asked for the password once more.

    Raises:
        TooManyTriesError: One has to wait.
    """
    tries = connection.execute(
        "SELECT count(*) FILTER (WHERE name = %s), count(*) FILTER (WHERE address = %s) "
        "FROM login_attempt WHERE at > %s",
        (name, address, at - WINDOW),
    ).fetchone() or (0, 0)
    if tries[0] >= TRIES_OF_A_NAME or tries[1] >= TRIES_OF_AN_ADDRESS:
        raise TooManyTriesError
    row = connection.execute("SELECT password FROM account WHERE name = %s AND active", (name,)).fetchone()
    if not _verified(row[0] if row else _NOBODYS, password) or row is None:
        connection.execute("INSERT INTO login_attempt (at, name, address) VALUES (%s, %s, %s)", (at, name, address))
        connection.execute("DELETE FROM login_attempt WHERE at < %s", (at - WINDOW * 12,))
        return None
    return begun_session(connection, name, address, at) if lasting else ""


def begun_session(connection: Connection, name: str, address: str, at: datetime, by: str = "") -> str:
    """The cookie of a new session of somebody who has shown who they are: by a password, or ``by`` a provider."""
    cookie = secrets.token_urlsafe(32)
    with connection.transaction():
        connection.execute("DELETE FROM session WHERE made < %s OR used < %s", (at - LONGEST, at - IDLE))
        connection.execute(
            "INSERT INTO session (digest, account, csrf, made, used) VALUES (%s, %s, %s, %s, %s)",
            (_digest(cookie), name, secrets.token_urlsafe(24), at, at),
        )
        audit(connection, at, name, address, "login", by)
    return cookie


def log_out(connection: Connection, cookie: str) -> None:
    """End a session."""
    connection.execute("DELETE FROM session WHERE digest = %s", (_digest(cookie),))


def person_of(connection: Connection, cookie: str, at: datetime) -> Person | None:
    """Whose session it is, unless it has ended or was idle for too long."""
    digest = _digest(cookie)
    row = connection.execute(
        "SELECT a.name, a.title, a.language, s.csrf, s.used FROM session s JOIN account a ON a.name = s.account "
        "WHERE s.digest = %s AND s.made > %s AND s.used > %s AND a.active",
        (digest, at - LONGEST, at - IDLE),
    ).fetchone()
    if row is None:
        return None
    name, title, language, csrf, used = row
    if at - used > timedelta(minutes=1):
        connection.execute("UPDATE session SET used = %s WHERE digest = %s", (at, digest))
    held = connection.execute("SELECT adcode, role FROM account_role WHERE account = %s", (name,)).fetchall()
    roles: dict[str, str] = dict(held)
    return Person(name=name, title=title, language=language, csrf=csrf, roles=roles)


def add_account(connection: Connection, name: str, *, title: str, password: str, roles: Mapping[str, str]) -> None:
    """Make an account, or set an existing one to this password and these roles.

    Raises:
        BadInputError: The password is too short, or a role is none.
    """
    with connection.transaction():
        new_account(connection, name, title=title, password="")
        set_password(connection, name, password)
        connection.execute("UPDATE account SET active = true WHERE name = %s", (name,))
        end_sessions(connection, name)
        save_roles(connection, name, roles)


def new_account(connection: Connection, name: str, *, title: str, password: str) -> None:
    """Make an account, or change an existing one's title, and its password where one is given.

    A new one without a password can be entered by way of the city's provider alone.

    Raises:
        BadInputError: The password is too short.
    """
    connection.execute(
        "INSERT INTO account (name, title, password) VALUES (%s, %s, '') ON CONFLICT (name) DO UPDATE "
        "SET title = excluded.title",
        (name, title),
    )
    if password:
        set_password(connection, name, password)
        end_sessions(connection, name)


def set_password(connection: Connection, name: str, password: str) -> None:
    """Set a new password.

    Raises:
        BadInputError: It is too short.
    """
    if len(password) < SHORTEST:
        raise BadInputError(f"password: found {len(password)} characters, expected at least {SHORTEST}")
    connection.execute("UPDATE account SET password = %s WHERE name = %s", (_HASHER.hash(password), name))


def end_sessions(connection: Connection, name: str, but: str = "") -> None:
    """End all sessions of an account, but for the one with this token."""
    connection.execute("DELETE FROM session WHERE account = %s AND csrf <> %s", (name, but))


def save_roles(connection: Connection, name: str, roles: Mapping[str, str]) -> None:
    """Give an account these roles by district, and no others.

    Raises:
        BadInputError: A role is none.
    """
    if wrong := [role for role in roles.values() if role not in ROLES]:
        raise BadInputError(f"role {wrong[0]!r}: expected one of {', '.join(ROLES)}")
    connection.execute("DELETE FROM account_role WHERE account = %s", (name,))
    for adcode, role in roles.items():
        row = (name, adcode, role)
        connection.execute("INSERT INTO account_role (account, adcode, role) VALUES (%s, %s, %s)", row)


def audit(
    connection: Connection, at: datetime, account: str, address: str, action: str, thing: str = "", **detail: object
) -> None:
    """Add a line to the record of who did what."""
    connection.execute(
        "INSERT INTO audit (at, account, address, action, thing, detail) VALUES (%s, %s, %s, %s, %s, %s)",
        (at, account, address, action, thing, Jsonb(detail)),
    )


def _verified(stored_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()

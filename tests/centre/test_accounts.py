"""Accounts: one's own password and sessions; and all of them, for an administrator of the whole city."""

from __future__ import annotations

import argon2
import psycopg
import pytest
import requests

from centre.web import people
from tests.centre.asking import Visitor
from tests.centre.console import PASSWORD

NEW = "another horse entirely"


@pytest.fixture
def admin(pages: str) -> Visitor:
    """An administrator of all districts."""
    visitor_made = Visitor(pages)
    visitor_made.enters("admin")
    return visitor_made


def test_a_password_is_changed_by_who_knows_the_old_one(visitor: Visitor, connection: psycopg.Connection) -> None:
    """The other sessions end, this one stays; the old password is no good any more."""
    elsewhere = Visitor(visitor.url)
    elsewhere.enters("manager")
    for form, text in (
        ({"old": "wrong password", "new": NEW, "again": NEW}, "old password is not right"),
        ({"old": PASSWORD, "new": NEW, "again": NEW + "x"}, "differ"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "at least 10"),
    ):
        assert text in visitor.post("/me/password", **form).text
    assert elsewhere.get("/me").url.endswith("/me")
    answer = visitor.post("/me/password", old=PASSWORD, new=NEW, again=NEW)
    assert "is changed" in answer.text
    assert visitor.get("/me").url.endswith("/me")
    assert "/login" in elsewhere.get("/me").url
    assert visitor.session.post(
        f"{visitor.url}/login", {"name": "manager", "password": PASSWORD}, timeout=60
    ).status_code == (requests.codes.unauthorized)
    actions = [row[0] for row in connection.execute("SELECT action FROM audit ORDER BY n")]
    assert actions[-1] == "password"


def test_guessing_the_old_password_has_to_wait_too(visitor: Visitor) -> None:
    """As at the login."""
    for _ in range(5):
        visitor.post("/me/password", old="wrong password", new=NEW, again=NEW)
    assert "wait" in visitor.post("/me/password", old=PASSWORD, new=NEW, again=NEW).text


def test_one_can_log_out_everywhere_else(visitor: Visitor) -> None:
    """And stays here."""
    elsewhere = Visitor(visitor.url)
    elsewhere.enters("manager")
    visitor.post("/me/elsewhere")
    assert "/login" in elsewhere.get("/me").url
    assert visitor.get("/me").ok


def test_an_account_is_made_and_used(admin: Visitor, connection: psycopg.Connection) -> None:
    """With a role in each district; it can be changed, kept out at once, and let in again."""
    assert admin.post(
        "/accounts",
        name="li.na",
        title="李娜",
        districts="320402, 320404=manager",
        role="dispatcher",
        password=PASSWORD,
    ).ok
    rows = connection.execute("SELECT adcode, role FROM account_role WHERE account = 'li.na' ORDER BY 1").fetchall()
    assert rows == [("320402", "dispatcher"), ("320404", "manager")]
    hers = Visitor(admin.url)
    hers.enters("li.na")
    assert "李娜" in hers.get("/me").text
    admin.post("/accounts", name="li.na", title="李娜", districts="320404", role="viewer", password="")
    assert "320402" not in hers.get("/me").text
    admin.post("/accounts/switch", name="li.na", active="false")
    assert "/login" in hers.get("/me").url
    admin.post("/accounts/switch", name="li.na", active="true")
    hers.enters("li.na")
    assert "OIDC" not in admin.get("/accounts").text


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ({"name": "a b", "districts": "*", "role": "viewer"}, "expected 1 to 64"),
        ({"name": "x", "districts": "3204", "role": "viewer"}, "expected six digits"),
        ({"name": "x", "districts": "", "role": "viewer"}, "found none"),
        ({"name": "x", "districts": "320402", "role": "king"}, "expected one of viewer"),
        ({"name": "x", "districts": "320402", "role": "viewer", "password": "short"}, "at least 10"),
        ({"name": "admin", "districts": "320402", "role": "viewer"}, "cannot take your own rights away"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    admin: Visitor, connection: psycopg.Connection, form: dict[str, str], text: str
) -> None:
    """In one sentence; nothing of it is kept."""
    before = connection.execute("SELECT count(*), max(title) FROM account").fetchone()
    assert text in admin.post("/accounts", **form).text
    assert connection.execute("SELECT count(*), max(title) FROM account").fetchone() == before


def test_without_a_password_nobody_enters_by_one(admin: Visitor) -> None:
    """An account for the city's login alone."""
    admin.post("/accounts", name="sso.only", districts="320402", role="viewer", password="")
    for password in ("", "x", PASSWORD):
        answer = requests.post(f"{admin.url}/login", {"name": "sso.only", "password": password}, timeout=60)
        assert answer.status_code == requests.codes.unauthorized


def test_only_an_administrator_of_the_whole_city_may(visitor: Visitor, connection: psycopg.Connection) -> None:
    """Not a manager, and not the administrator of one district, who could make himself another."""
    connection.execute("UPDATE account_role SET adcode = '320402', role = 'admin' WHERE account = 'wang.fang'")
    local = Visitor(visitor.url)
    local.enters("wang.fang")
    for asking in (visitor, local):
        assert asking.get("/accounts").status_code == requests.codes.forbidden
        answer = asking.post("/accounts", name="mine", districts="*", role="admin", password=PASSWORD)
        assert answer.status_code == requests.codes.forbidden
    assert connection.execute("SELECT FROM account WHERE name = 'mine'").fetchone() is None


def test_a_password_is_hashed_with_as_much_work_as_is_recommended() -> None:
    """RFC 9106, section 4: the second choice, 64 MiB and three passes; tests alone do with less."""
    parameters = argon2.extract_parameters(people._NOBODYS)  # noqa: SLF001 - the hash that was made before any test
    assert parameters == argon2.profiles.RFC_9106_LOW_MEMORY

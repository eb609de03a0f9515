"""Webhooks: each message that a program wants, in order, signed, again until it is taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta

import psycopg
import pytest

from centre.clock import now
from centre.errors import BadInputError
from centre.ingest.keep import keep
from centre.notices.webhooks import DAY, signed, tell_one
from tests.centre.asking import Visitor
from tests.centre.receiver import Receiver, receiving
from tests.centre.stories import START, Street
from tests.centre.test_keep import arrived

KEY = bytes(range(24))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


def add(connection: psycopg.Connection, url: str, types: str = "", districts: str = "", name: str = "city") -> None:
    """A program that is told."""
    connection.execute(
        "INSERT INTO webhook (name, url, secret, types, districts) VALUES (%s, %s, %s, %s, %s)",
        (name, url, SECRET, types, districts),
    )


def tell_all(connection: psycopg.Connection, at: datetime | None = None) -> None:
    """As many turns as there is something to do at one instant."""
    for _ in range(20):
        tell_one(connection, at or now())


def ids(receiver: Receiver) -> list[str]:
    """What has come."""
    return [each["id"] for each in receiver.came]


def test_a_program_is_told_what_it_wants_in_order(connection: psycopg.Connection) -> None:
    """From when it was set up, by type and district, once while it answers."""
    keep(connection, arrived(Street("inc-0").opened()), START)
    street, far = Street("inc-1"), Street("inc-2", source="cityops/v1/110101/box-9")
    with receiving() as receiver:
        add(connection, receiver.url, types="work_order., incident.opened", districts="320402")
        keep(connection, arrived(*street.ladder()), START)
        keep(connection, arrived(far.opened()), START)
        tell_all(connection)
    assert ids(receiver) == ["inc-1-1", *(f"wo-inc-1-{n}" for n in range(1, 7))]
    assert receiver.came[0]["data"]["thumbnail"]["media_type"] == "image/jpeg"
    assert connection.execute("SELECT told, trouble FROM webhook").fetchone() == (7, "")


def test_a_message_is_signed_as_standard_webhooks_have_it(connection: psycopg.Connection) -> None:
    """HMAC-SHA256 over id, time and body, with the key that the secret holds."""
    with receiving() as receiver:
        add(connection, receiver.url)
        keep(connection, arrived(Street("inc-1").opened()), START)
        tell_all(connection)
    (headers,) = receiver.headers
    ident, stamp = headers["webhook-id"], headers["webhook-timestamp"]
    text = f"{ident}.{stamp}.".encode() + receiver.bodies[0]
    expected = base64.b64encode(hmac.new(KEY, text, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert ident == "cityops/v1/320402/box-01/inc-1-1"
    assert json.loads(receiver.bodies[0])["id"] == "inc-1-1"


def test_the_example_of_the_standard_is_signed_alike() -> None:
    """The one in the text of Standard Webhooks 1.0."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of their text
    at = datetime.fromtimestamp(1614265330, tz=START.tzinfo)
    headers = signed(secret, ident="msg_p5jXN8AQM9LWM0D4loKWxJek", body=b'{"test": 2432232314}', at=at)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["", "plain", "whsec_short", "whsec_***"])
def test_a_secret_that_is_none_is_named(secret: str) -> None:
    """And nothing is sent unsigned."""
    with pytest.raises(BadInputError, match="whsec_"):
        signed(secret, ident="x", body=b"", at=START)


def test_what_is_refused_comes_again_before_what_follows(connection: psycopg.Connection) -> None:
    """Later each time; the order holds."""
    street = Street("inc-1")
    with receiving() as receiver:
        add(connection, receiver.url)
        keep(connection, arrived(street.opened(), street.warned(1, 5)), START)
        receiver.status = 500
        at = now()
        tell_all(connection, at)
        assert ids(receiver) == ["inc-1-1"]
        assert connection.execute("SELECT tries, trouble FROM webhook").fetchone() == (1, "HTTP 500")
        tell_all(connection, at + timedelta(seconds=60))
        receiver.status = 204
        tell_all(connection, at + timedelta(seconds=120))
        tell_all(connection, at + timedelta(seconds=180))
    assert ids(receiver) == ["inc-1-1", "inc-1-1", "inc-1-1", "inc-1-2"]


def test_after_a_day_the_next_one_is_told(connection: psycopg.Connection) -> None:
    """What was missed is written down with the reason."""
    street = Street("inc-1")
    with receiving() as receiver:
        add(connection, receiver.url)
        keep(connection, arrived(street.opened(), street.warned(1, 5)), START)
        receiver.status = 410
        tell_one(connection, now())
        connection.execute("UPDATE webhook SET since = since - %s, next_at = now()", (DAY,))
        tell_one(connection, now())
        assert connection.execute("SELECT id, reason FROM webhook_missed").fetchall() == [("inc-1-1", "HTTP 410")]
        receiver.status = 200
        tell_all(connection, now() + timedelta(minutes=2))
    assert ids(receiver)[-1] == "inc-1-2"


def test_nobody_there_is_no_loss(connection: psycopg.Connection) -> None:
    """A program that is away is told when it is back."""
    with receiving() as receiver:
        gone = receiver.url
    add(connection, gone)
    keep(connection, arrived(Street("inc-1").opened()), START)
    tell_all(connection)
    (trouble,) = connection.execute("SELECT trouble FROM webhook").fetchone() or ("",)
    assert trouble.startswith("no answer")
    with receiving() as receiver:
        connection.execute("UPDATE webhook SET url = %s, next_at = now()", (receiver.url,))
        tell_all(connection, now() + timedelta(minutes=1))
    assert ids(receiver) == ["inc-1-1"]


def test_a_worker_that_died_is_followed_by_another(connection: psycopg.Connection) -> None:
    """What it may have posted is posted again under the same id; nothing is left out."""
    with receiving() as receiver:
        add(connection, receiver.url)
        keep(connection, arrived(Street("inc-1").opened()), START)
        connection.execute("UPDATE webhook SET next_at = now() + interval '40 seconds'")  # as one that died has left it
        tell_all(connection)
        assert receiver.came == []
        tell_all(connection, now() + timedelta(seconds=41))
    assert ids(receiver) == ["inc-1-1"]


def test_a_webhook_is_set_up_on_the_page(pages: str, connection: psycopg.Connection) -> None:
    """By an administrator; a secret is made where none is given, and never shown; how it does is."""
    admin = Visitor(pages)
    admin.enters("admin")
    assert admin.post("/registers/webhook", name="city", url="https://city.example/hook", secret="", active="true").ok
    (made,) = connection.execute("SELECT secret FROM webhook").fetchone() or ("",)
    assert signed(made, ident="x", body=b"", at=START)
    connection.execute("UPDATE webhook SET trouble = 'HTTP 500', told = 41")
    page = admin.get("/registers/webhook").text
    assert ("HTTP 500" in page, "41" in page, made in page) == (True, True, False)
    refused = admin.post("/registers/webhook", name="other", url="https://x", secret="plain", active="true")  # noqa: S106
    assert "whsec_" in refused.text
    assert connection.execute("SELECT name FROM webhook").fetchall() == [("city",)]
    connection.execute("UPDATE account_role SET role = 'admin' WHERE account = 'wang.fang'")  # of one district
    for name in ("manager", "wang.fang"):
        other = Visitor(pages)
        other.enters(name)
        assert other.post("/registers/webhook", name="mine", url="https://x", active="true").status_code == 403

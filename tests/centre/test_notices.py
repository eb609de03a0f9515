"""Notices: what each channel is sent, and that nobody is told twice, whatever dies."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import random  # noqa: TID251 - seeded
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from centre.errors import BadInputError
from centre.ingest.keep import keep
from centre.notices.forms import Channel, filled, refusal, request
from centre.notices.notifier import TRIES, make, send_one
from tests.architecture import ROOT
from tests.centre.receiver import receiving
from tests.centre.stories import START, Street, envelope, instant
from tests.centre.test_keep import arrived

NOW = datetime(2026, 11, 1, 8, 5, tzinfo=UTC)


def sent_by(channel: Channel) -> dict[str, Any]:
    """The body of a notice by a channel."""
    body: dict[str, Any] = json.loads(request(channel, ident="n1", address="13800000000", text="路边违停", at=NOW).body)
    return body


def test_each_robot_is_sent_what_it_documents() -> None:
    """Text, whom to mention, and the signature."""
    assert sent_by(Channel(name="w", kind="wecom", url="https://x/send?key=1")) == {
        "msgtype": "text",
        "text": {"content": "路边违停", "mentioned_mobile_list": ["13800000000"]},
    }
    ding = Channel(name="d", kind="dingtalk", url="https://x/send?access_token=1", secret="SEC1")  # noqa: S106
    assert sent_by(ding)["at"] == {"atMobiles": ["13800000000"], "isAtAll": False}
    query = parse_qs(urlsplit(request(ding, ident="n", address="", text="x", at=NOW).url).query)
    stamp = str(round(NOW.timestamp() * 1000))
    digest = hmac.new(b"SEC1", f"{stamp}\nSEC1".encode(), hashlib.sha256).digest()
    assert query == {"access_token": ["1"], "timestamp": [stamp], "sign": [base64.b64encode(digest).decode()]}
    lark = sent_by(Channel(name="f", kind="feishu", url="https://x/hook/1", secret="SEC2"))  # noqa: S106
    stamp = str(int(NOW.timestamp()))
    digest = hmac.new(f"{stamp}\nSEC2".encode(), b"", hashlib.sha256).digest()
    expected = {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}
    assert lark == {**expected, "msg_type": "text", "content": {"text": "路边违停"}}


def test_a_template_is_filled_within_its_strings() -> None:
    """What a box says cannot end the string that it stands in."""
    body = filled('{"to": ["{address}"], "say": "go: {text}"}', ident="n", address="1", text='x", "to": "y')
    assert json.loads(body) == {"to": ["1"], "say": 'go: x", "to": "y'}
    with pytest.raises(BadInputError, match="JSON"):
        filled("{address}", ident="n", address="1", text="x")


@pytest.mark.parametrize(
    ("kind", "status", "body", "taken"),
    [
        ("wecom", 200, '{"errcode": 0}', True),
        ("wecom", 200, '{"errcode": 45009, "errmsg": "api freq out of limit"}', False),
        ("feishu", 200, '{"code": 0}', True),
        ("feishu", 200, '{"code": 19021, "msg": "sign match fail"}', False),
        ("dingtalk", 502, "bad gateway", False),
        ("wecom", 200, "<html>", False),
        ("http", 204, "", True),
    ],
)
def test_the_answer_of_a_robot_is_understood(kind: str, status: int, body: str, taken: bool) -> None:  # noqa: FBT001
    """A robot says 200 also when it refuses."""
    assert (refusal(kind, status, body) == "") == taken


def notify(number: int, minutes: float = 0) -> dict[str, Any]:
    """A box asks to notify an officer."""
    data = {
        "id": f"inc-{number}-notify-1",
        "incident": f"inc-{number}",
        "seq": 1,
        "camera": "campus",
        "zone": "kerb",
        "kind": "illegal_parking",
        "at": instant(minutes),
        "role": "officer",
        "contact": "of-203",
        "text": {"zh-CN": f"第{number}件", "en": f"number {number}"},
    }
    return envelope("notify.requested", f"inc-{number}-notify", instant(minutes), data)


def with_channel(connection: psycopg.Connection, url: str, per_minute: int = 10_000) -> None:
    """An officer and a person on duty who are reached by one robot."""
    row = ("robot", "wecom", url, per_minute)
    connection.execute("INSERT INTO channel (name, kind, url, per_minute) VALUES (%s, %s, %s, %s)", row)
    for contact in ("of-203", "officer-1"):
        connection.execute("INSERT INTO recipient (contact, channel, address) VALUES (%s, 'robot', '')", (contact,))


def states(connection: psycopg.Connection) -> Counter[str]:
    """How many notices are in each state."""
    return Counter(row[0] for row in connection.execute("SELECT state FROM notice"))


def test_a_notice_is_sent_once_and_its_attempt_recorded(connection: psycopg.Connection) -> None:
    """The same message again, or the notifier again, sends nothing more; a dispatch tells the person."""
    with receiving() as robot:
        with_channel(connection, robot.url)
        for _ in range(2):
            keep(connection, arrived(notify(1), *Street().ladder()[:7]), START)
            make(connection, NOW)
            while send_one(connection, NOW):
                pass
        assert sorted(each["text"]["content"].splitlines()[0] for each in robot.came)[1] == "第1件"
        assert len(robot.came) == 2
    assert states(connection) == {"sent": 2}
    assert connection.execute("SELECT count(*) FROM notice_attempt WHERE outcome = 'sent'").fetchone() == (2,)


def test_a_refused_notice_is_tried_again_and_then_given_up(connection: psycopg.Connection) -> None:
    """Later each time; each attempt is recorded with the reason."""
    at = NOW
    with receiving() as robot:
        robot.answer = '{"errcode": 45009, "errmsg": "api freq out of limit"}'
        with_channel(connection, robot.url)
        keep(connection, arrived(notify(1)), START)
        make(connection, at)
        for _ in range(TRIES):
            assert send_one(connection, datetime.now(UTC) + timedelta(hours=1))  # noqa: TID251 - it dates its own retries
            connection.execute("UPDATE notice SET next_at = %s WHERE state = 'waiting'", (at,))
        assert not send_one(connection, datetime.now(UTC) + timedelta(hours=2))  # noqa: TID251
        assert len(robot.came) == TRIES
    assert states(connection) == {"failed": 1}
    details = connection.execute("SELECT DISTINCT detail FROM notice_attempt").fetchall()
    assert details == [("45009: api freq out of limit",)]


def test_no_more_a_minute_than_the_channel_takes(connection: psycopg.Connection) -> None:
    """The rest waits."""
    with receiving() as robot:
        with_channel(connection, robot.url, per_minute=3)
        keep(connection, arrived(*map(notify, range(8))), START)
        make(connection, NOW)
        while send_one(connection, NOW):
            pass
        assert len(robot.came) == 3
        while send_one(connection, NOW + timedelta(seconds=61)):
            pass
        assert len(robot.came) == 6


def test_what_comes_hours_late_is_told_to_nobody(connection: psycopg.Connection) -> None:
    """A box that was cut off for a night does not wake everybody."""
    with receiving() as robot:
        with_channel(connection, robot.url)
        keep(connection, arrived(notify(1, minutes=-180)), START)
        make(connection, NOW)
        assert not send_one(connection, NOW)
        assert robot.came == []
    assert states(connection) == {"too_late": 1}


@pytest.mark.parametrize("kills", [int(os.environ.get("CENTRE_KILLS", "12"))])
def test_kills_tell_nobody_twice(database: str, connection: psycopg.Connection, kills: int) -> None:
    """The notifier is killed at random moments; what was sent is counted at the other end."""
    dice = random.Random(7)  # noqa: S311 - no secret
    count = kills * 5
    with receiving() as robot:
        with_channel(connection, robot.url)
        keep(connection, arrived(*map(notify, range(count))), START)
        connection.execute("UPDATE notification SET at = now()")
        for _ in range(kills):
            process = subprocess.Popen(
                [*(sys.executable, "-m", "centre", "serve", "--no-page", "--no-ingest"), "--database", database],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
            before = len(robot.came)
            for _ in range(400):
                if len(robot.came) > before or not states(connection)["waiting"] + (not states(connection)):
                    break
                Event().wait(0.02)
            Event().wait(dice.uniform(0, 0.03))
            process.kill()
            process.wait()
        while send_one(connection, datetime.now(UTC)):  # noqa: TID251 - what is left over
            pass
        connection.execute("UPDATE notice SET next_at = now() - interval '1 day' WHERE state = 'sending'")
        make(connection, datetime.now(UTC))  # noqa: TID251
        texts = Counter(each["text"]["content"] for each in robot.came)
    ended = states(connection)
    assert max(texts.values()) == 1
    assert set(ended) <= {"sent", "unknown"}
    assert ended["sent"] + ended["unknown"] == count
    assert ended["sent"] <= len(texts) <= ended["sent"] + ended["unknown"]

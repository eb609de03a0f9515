"""Two pages on one database: a session holds at both, and what happens at one is seen at the other."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, Thread
from zoneinfo import ZoneInfo

import psycopg
import pytest

from centre.ingest.keep import MOST_OF_BAD, Arrived, keep
from centre.serving import page_at
from centre.web.setting import Settings
from tests.centre.asking import Visitor
from tests.centre.stories import START, Street
from tests.centre.test_keep import arrived


@pytest.fixture
def other(database: str) -> Iterator[str]:
    """A second process of the page, as far as the database can tell."""
    with page_at(Settings(database=database, timezone=ZoneInfo("Asia/Shanghai")), "127.0.0.1", 0) as url:
        yield url


def test_two_pages_share_sessions_and_changes(visitor: Visitor, other: str, connection: psycopg.Connection) -> None:
    """Logged in at one; a command given there is announced by the stream of the other."""
    keep(connection, arrived(Street("inc-1").opened()), START)
    there = Visitor(other, visitor.session)
    assert there.get("/d/320402/box-01/inc-1").status_code == 200
    reports: list[str] = []
    ready = Event()

    def listen() -> None:
        with visitor.session.get(f"{other}/events", stream=True, timeout=60) as stream:
            for line in map(str, stream.iter_lines(chunk_size=1, decode_unicode=True)):
                reports.append(line)
                ready.set()
                if "data:" in line:
                    return

    thread = Thread(target=listen)
    thread.start()
    assert ready.wait(30)
    for _ in range(20):  # the other's listener may still be connecting
        visitor.post("/d/320402/box-01/inc-1/act", verb="confirm")
        thread.join(0.5)
        if not thread.is_alive():
            break
    assert any("data:" in line for line in reports)
    assert "Confirm" in there.get("/d/320402/box-01/inc-1").text


def test_junk_never_fills_the_database(connection: psycopg.Connection) -> None:
    """Of what was put aside the oldest goes."""
    connection.execute(
        "INSERT INTO dead_letter (topic, bytes, reason, payload) SELECT 'x', 1, 'old', 'x' FROM generate_series(1, %s)",
        (MOST_OF_BAD,),
    )
    keep(connection, [Arrived("junk", b"1"), Arrived("junk", b"2")], START)
    counted = connection.execute("SELECT count(*), count(*) FILTER (WHERE reason <> 'old') FROM dead_letter").fetchone()
    assert counted == (MOST_OF_BAD, 2)

"""The database goes and comes back: the page says so, and nothing is lost."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
import requests

from centre.database.embedded import EmbeddedDatabase
from centre.database.migrate import migrate
from centre.errors import OutsideError
from centre.serving import page_at
from centre.web.people import add_account
from centre.web.setting import Settings
from tests.centre.asking import Visitor
from tests.centre.console import PASSWORD


def test_a_page_without_its_database_says_so_and_comes_back(tmp_path: Path) -> None:
    """In words, with 503; a balancer sees it too; the session is still there afterwards."""
    with EmbeddedDatabase(tmp_path / "database") as database:
        migrate(database.url)
        with psycopg.connect(database.url, autocommit=True) as connection:
            add_account(connection, "manager", title="m", password=PASSWORD, roles={"*": "manager"})
        with page_at(Settings(database=database.url, timezone=ZoneInfo("Asia/Shanghai")), "127.0.0.1", 0) as url:
            visitor = Visitor(url)
            visitor.enters("manager")
            database.kill()
            for path in ("/", "/boxes", "/login"):
                answer = (
                    visitor.get(path)
                    if path != "/login"
                    else visitor.session.post(f"{url}/login", {"name": "manager", "password": PASSWORD}, timeout=60)
                )
                assert answer.status_code == requests.codes.unavailable
                assert "The database is away" in answer.text
            assert visitor.get("/healthz").status_code == requests.codes.unavailable
            database.start()
            for _ in range(20):
                if visitor.get("/healthz").ok:
                    break
            assert visitor.get("/boxes").status_code == requests.codes.ok
            visitor.session.close()


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    """It is refused with both numbers, and not changed."""
    with EmbeddedDatabase(tmp_path / "database", lasting=False) as database:
        assert migrate(database.url) > 0
        assert migrate(database.url) == 0
        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute("INSERT INTO migration (number, name) VALUES (999, 'later')")
        with pytest.raises(OutsideError, match="999"):
            migrate(database.url)
